import type { AuthDefinition } from '../../contracts/auth-definition.js';
import type { Paginate } from '../../contracts/system-definition.js';
import { createCursorPaginator } from './cursor.js';
import { createKeysetPaginator } from './keyset.js';
import { createLinkPaginator } from './link.js';
import { createNonePaginator } from './none.js';
import { createOffsetPaginator } from './offset.js';
import { createPagePaginator } from './page.js';
import type { Paginator } from './paginator.js';

/** createPaginator makes the paginator of a paging style; `auth` says which query parameters are credentials. */
export function createPaginator(style: Paginate, auth: AuthDefinition): Paginator {
  switch (style.type) {
    case 'none': return createNonePaginator();
    case 'cursor': return createCursorPaginator(style);
    case 'page': return createPagePaginator(style);
    case 'offset': return createOffsetPaginator(style);
    case 'link': return createLinkPaginator(style, auth.type === 'api-key' && auth.in === 'query' ? [auth.name] : []);
    default: return createKeysetPaginator(style);
  }
}
