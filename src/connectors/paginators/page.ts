import type { PageToken } from '../../contracts/connector.js';
import type { Paginate } from '../../contracts/system-definition.js';
import { pageSize } from './page-size.js';
import { tokenNumber, type Paginator } from './paginator.js';
import { createTotalReader } from './total.js';

/**
 * createPagePaginator counts pages. With a total it ends when that many records were seen, without one at an empty page: a
 * page shorter than the limit proves nothing, since systems cap the limit silently.
 */
export function createPagePaginator(style: Extract<Paginate, { type: 'page' }>): Paginator {
  const totalOf = createTotalReader(style.total);
  const sizes = Array.from({ length: style.limit }, (_, at) => at + 1).filter((size) => style.limit % size === 0);
  const pageOf = (token: PageToken | null): number => (token === null ? style.start : tokenNumber(token, 'page'));
  /** The page of a size that begins after so many records, which are whole pages of it. */
  const pageAt = (before: number, size: number): PageToken =>
    ({ page: style.start + before / size, seen: before, ...(size === style.limit ? {} : { limit: size }) });
  const after = (seen: number, size: number): PageToken => {
    if (size === style.limit) return pageAt(seen, size);
    const larger = sizes.find((each) => each > size && seen % each === 0);
    return pageAt(seen, larger ?? size);
  };

  return {
    ask: (token) => ({ query: { [style.limitParam]: pageSize(token, style.limit), [style.param]: pageOf(token) } }),
    next(page, token) {
      if (page.count === 0) return null;
      const seen = seenOf(token) + page.count;
      const total = totalOf(page.body);
      if (total !== undefined && seen >= total) return null;
      const size = pageSize(token, style.limit);
      // A narrowed page that is not full is the last one, or the system caps below it: then it goes on as it counts.
      return size === style.limit || page.count !== size ? { page: pageOf(token) + 1, seen, ...(size === style.limit ? {} : { limit: size }) } : after(seen, size);
    },
    narrow(token) {
      const size = pageSize(token, style.limit);
      // Where the system caps pages silently, nobody knows which page of another size begins here.
      if ((pageOf(token) - style.start) * size !== seenOf(token)) return undefined;
      const seen = seenOf(token);
      const smaller = sizes.findLast((each) => each < size && seen % each === 0);
      return smaller === undefined ? undefined : pageAt(seen, smaller);
    },
    skip: (token) => (pageSize(token, style.limit) === 1 ? after(seenOf(token) + 1, 1) : undefined),
    tokensExpire: false,
    lastMayRepeat: false,
  };
}

/** How many records were seen before a page. */
function seenOf(token: PageToken | null): number {
  return token === null ? 0 : tokenNumber(token, 'seen');
}
