import type { Paginate } from '../../contracts/system-definition.js';
import { tokenNumber, type Paginator } from './paginator.js';
import { createTotalReader } from './total.js';

/**
 * createPagePaginator counts pages. With a total it ends when that many records were seen, without one at an empty page: a
 * page shorter than the limit proves nothing, since systems cap the limit silently.
 */
export function createPagePaginator(style: Extract<Paginate, { type: 'page' }>): Paginator {
  const totalOf = createTotalReader(style.total);
  return {
    ask: (token) => ({ query: { [style.limitParam]: style.limit, [style.param]: token === null ? style.start : tokenNumber(token, 'page') } }),
    next(page, token) {
      if (page.count === 0) return null;
      const seen = (token === null ? 0 : tokenNumber(token, 'seen')) + page.count;
      const total = totalOf(page.body);
      if (total !== undefined && seen >= total) return null;
      return { page: (token === null ? style.start : tokenNumber(token, 'page')) + 1, seen };
    },
    tokensExpire: false,
    lastMayRepeat: false,
  };
}
