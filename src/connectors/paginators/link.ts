import type { Paginate } from '../../contracts/system-definition.js';
import { compileGetter, type FieldGetter } from '../../domain/json-pointer.js';
import { headerText } from '../../http/header-text.js';
import { parseLinkHeader } from '../link-header.js';
import { createEndTest } from './end-test.js';
import { halved, isFirst, pageSize } from './page-size.js';
import { maxTokenLength, PagingProblem, tokenText, type PageFacts, type Paginator } from './paginator.js';

/**
 * createLinkPaginator follows the `next` link of the Link header (RFC 8288), or a link in the body, relative or absolute, on the same origin only:
 * credentials go to no other host. `secretParams` are query parameters that carry credentials; they are taken out of links,
 * which are stored as checkpoints, and put in again with each request.
 */
export function createLinkPaginator(style: Extract<Paginate, { type: 'link' }>, secretParams: readonly string[]): Paginator {
  const isEnd = createEndTest(style.end);
  const targetOf = style.next === undefined ? linkOfHeader : linkOfBody(compileGetter(style.next), style.next);
  return {
    ask: (token) => (token === null || isFirst(token) ? { query: { [style.limitParam]: pageSize(token, style.limit) } } : { query: {}, fromRoot: pathOf(tokenText(token, 'link')) }),
    next(page) {
      const target = targetOf(page);
      if (target === undefined || isEnd(page.body)) return null;
      const url = URL.canParse(target, page.url) ? new URL(target, page.url) : undefined;
      if (url === undefined) throw new PagingProblem('was answered with a next link that is no URL', 'unexpected-shape');
      if (url.origin !== new URL(page.url).origin || url.username !== '' || url.password !== '') {
        throw new PagingProblem('was answered with a next link to another host, port or scheme, which is not followed; if it is right, put that address into baseUrl', 'redirect');
      }
      for (const name of secretParams) url.searchParams.delete(name);
      const link = url.pathname + url.search;
      if (link.length > maxTokenLength) throw new PagingProblem(`was answered with a next link of more than ${maxTokenLength} characters`, 'unexpected-shape');
      return { link };
    },
    narrow(token) {
      if (token === null || isFirst(token)) return halved(token, style.limit);
      // Links carry the size of the page; what the system puts into the links that follow is its own affair.
      const url = new URL(pathOf(tokenText(token, 'link')), 'http://path.invalid');
      const size = Number(url.searchParams.get(style.limitParam));
      if (!Number.isSafeInteger(size) || size <= 1) return undefined;
      url.searchParams.set(style.limitParam, String(Math.floor(size / 2)));
      return { link: url.pathname + url.search };
    },
    skip: () => undefined,
    tokensExpire: true,
    lastMayRepeat: false,
  };
}

function linkOfHeader({ headers }: PageFacts): string | undefined {
  const header = headerText(headers, 'link');
  return header === undefined ? undefined : parseLinkHeader(header).find((link) => link.rels.includes('next'))?.target;
}

function linkOfBody(get: FieldGetter, pointer: string): (page: PageFacts) => string | undefined {
  return ({ body }) => {
    const target = body === undefined ? undefined : get(body);
    if (target === undefined || target === null || target === '' || target === false) return undefined;
    if (typeof target === 'string') return target;
    throw new PagingProblem(`was answered with a next page at ${pointer} that is no URL`, 'unexpected-shape');
  };
}

/** A stored link is only ever sent as a path, to the host of the base URL. */
function pathOf(link: string): string {
  if (!link.startsWith('/')) throw new PagingProblem('cannot go on from the stored place, which is no path', 'page-token-expired');
  return link;
}
