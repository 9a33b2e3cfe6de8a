import type { PageToken } from '../../contracts/connector.js';
import type { Paginate } from '../../contracts/system-definition.js';
import { doubled, halved, isFirst, pageSize } from './page-size.js';
import { tokenNumber, type Paginator } from './paginator.js';
import { createTotalReader } from './total.js';

/**
 * createOffsetPaginator counts records. The offset grows by the records that came, not by the limit, since systems cap the
 * limit silently. With a total it ends when that many were seen, without one at an empty page.
 */
export function createOffsetPaginator(style: Extract<Paginate, { type: 'offset' }>): Paginator {
  const totalOf = createTotalReader(style.total);
  return {
    ask: (token) => ({ query: { [style.limitParam]: pageSize(token, style.limit), [style.param]: offsetOf(token) } }),
    next(page, token) {
      if (page.count === 0) return null;
      const offset = offsetOf(token) + page.count;
      const total = totalOf(page.body);
      return total !== undefined && offset >= total ? null : { offset, ...doubled(token, style.limit) };
    },
    narrow: (token) => halved(token, style.limit),
    skip: (token) => ({ offset: offsetOf(token) + 1, limit: 1 }),
    tokensExpire: false,
    lastMayRepeat: false,
  };
}

function offsetOf(token: PageToken | null): number {
  return token === null || isFirst(token) ? 0 : tokenNumber(token, 'offset');
}
