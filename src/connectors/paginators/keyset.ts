import type { PageToken } from '../../contracts/connector.js';
import type { Paginate } from '../../contracts/system-definition.js';
import { createEndTest } from './end-test.js';
import { doubled, halved, isFirst, pageSize } from './page-size.js';
import { PagingProblem, tokenNumber, tokenText, type PageFacts, type Paginator } from './paginator.js';

/**
 * createKeysetPaginator asks for what comes after the last record seen, by its version and id. The list ends with an empty
 * page. Where the system includes the last record itself, it ends with the page that gets no further.
 */
export function createKeysetPaginator(style: Extract<Paginate, { type: 'keyset' }>): Paginator {
  const byVersion = Object.values(style.params).some((text) => text.includes('{version}'));
  const byId = Object.values(style.params).some((text) => text.includes('{id}'));

  const isEnd = createEndTest(style.end);

  const ask = (token: PageToken | null) => {
    const limit = { [style.limitParam]: pageSize(token, style.limit) };
    const first = token === null || isFirst(token);
    if (first && style.first === undefined) return { query: limit };
    const version = !byVersion ? '' : first ? style.first?.['version'] ?? '' : tokenText(token, 'version');
    const id = first ? style.first?.['id'] ?? '' : tokenText(token, 'id');
    const params = Object.entries(style.params).map(([name, text]): readonly [string, string] =>
      [name, text.replace(/\{(version|id)\}/g, (_match, which) => (which === 'id' ? id : version))]);
    return { query: { ...limit, ...Object.fromEntries(params) } };
  };
  return {
    ask,
    next(page, token) {
      if (page.count === 0 || isEnd(page.body)) return null;
      if (page.last === null) throw new PagingProblem('was answered with a page without a single record with an id, so there is no place to go on from', 'unexpected-shape');
      const { id, version } = page.last;
      if (byVersion && version === null) throw new PagingProblem('was answered with a last record without a version, so there is no place to go on from', 'unexpected-shape');
      const stuck = token !== null && token['id'] === id && (token['version'] ?? null) === version;
      if (stuck) {
        endOrLoop(page, token);
        return null;
      }
      // The size of the page is kept from the second page on, where it tells a silent cap from a short list.
      return { id, ...(version === null ? {} : { version }), size: isFirst(token) ? 0 : page.count, ...doubled(token, style.limit) };
    },
    // Without the id, more records may share a version than fit on a small page.
    narrow: (token) => (byId ? halved(token, style.limit) : undefined),
    skip: () => undefined,
    tokensExpire: false,
    lastMayRepeat: true,
  };

  /** A page that gets no further is the end of an inclusive list, unless more records share a version than fit on a page. */
  function endOrLoop(page: PageFacts, token: PageToken): void {
    const full = page.count >= pageSize(token, style.limit) || page.count === tokenNumber(token, 'size');
    if (!byId && !full) return;
    throw new PagingProblem(byId
      ? 'was answered with the record again that the page was to come after: the system does not heed the parameters of the keyset'
      : 'cannot get further: more records share one version than fit on a page; add {id} to the parameters of the keyset, or page in another way', 'paging-loop');
  }
}
