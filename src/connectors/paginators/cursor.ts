import type { Paginate } from '../../contracts/system-definition.js';
import { compileGetter } from '../../domain/json-pointer.js';
import { createEndTest } from './end-test.js';
import { doubled, halved, isFirst, pageSize } from './page-size.js';
import { maxTokenLength, PagingProblem, tokenText, type Paginator } from './paginator.js';

/**
 * createCursorPaginator follows a cursor that the body holds. Only a missing cursor (absent, null or empty) ends the list:
 * an empty page with a cursor goes on, since systems that filter after cutting pages send such.
 */
export function createCursorPaginator(style: Extract<Paginate, { type: 'cursor' }>): Paginator {
  const cursorOf = compileGetter(style.next);
  const isEnd = createEndTest(style.end);
  return {
    ask: (token) => ({ query: { [style.limitParam]: pageSize(token, style.limit), ...(token === null || isFirst(token) ? {} : { [style.param]: tokenText(token, 'cursor') }) } }),
    next(page, token) {
      const cursor = page.body === undefined ? undefined : cursorOf(page.body);
      if (cursor === undefined || cursor === null || cursor === '' || cursor === false || isEnd(page.body)) return null;
      if (typeof cursor !== 'string' && typeof cursor !== 'number') {
        throw new PagingProblem(`was answered with a cursor at ${style.next} that is neither text nor a number`, 'unexpected-shape');
      }
      const text = String(cursor);
      if (text.length > maxTokenLength) throw new PagingProblem(`was answered with a cursor of more than ${maxTokenLength} characters`, 'unexpected-shape');
      return { cursor: text, ...doubled(token, style.limit) };
    },
    narrow: (token) => halved(token, style.limit),
    skip: () => undefined,
    tokensExpire: true,
    lastMayRepeat: false,
  };
}
