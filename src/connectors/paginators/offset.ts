import type { Paginate } from '../../contracts/system-definition.js';
import { tokenNumber, type Paginator } from './paginator.js';
import { createTotalReader } from './total.js';

/**
 * createOffsetPaginator counts records. The offset grows by the records that came, not by the limit, since systems cap the
 * limit silently. With a total it ends when that many were seen, without one at an empty page.
 */
export function createOffsetPaginator(style: Extract<Paginate, { type: 'offset' }>): Paginator {
  const totalOf = createTotalReader(style.total);
  return {
    ask: (token) => ({ query: { [style.limitParam]: style.limit, [style.param]: token === null ? 0 : tokenNumber(token, 'offset') } }),
    next(page, token) {
      if (page.count === 0) return null;
      const offset = (token === null ? 0 : tokenNumber(token, 'offset')) + page.count;
      const total = totalOf(page.body);
      return total !== undefined && offset >= total ? null : { offset };
    },
    tokensExpire: false,
    lastMayRepeat: false,
  };
}
