import type { Paginator } from './paginator.js';

/** createNonePaginator reads a list that comes in one page. */
export function createNonePaginator(): Paginator {
  return { ask: () => ({ query: {} }), next: () => null, narrow: () => undefined, skip: () => undefined, tokensExpire: false, lastMayRepeat: false };
}
