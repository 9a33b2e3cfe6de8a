import type { ListRequest, Page, PageToken } from '../contracts/connector.js';
import type { ObjectDefinition, SystemDefinition } from '../contracts/system-definition.js';
import type { SystemError } from '../contracts/system-error.js';
import type { HttpAnswer } from '../http/client-types.js';
import { createElementsReader } from './answer-records.js';
import { createPagingGuard, type PagingLimits } from './paging-guard.js';
import { createPaginator } from './paginators/create-paginator.js';
import { PagingProblem } from './paginators/paginator.js';
import type { Requester } from './requester.js';
import type { Selector } from './selector.js';
import { sinceParameter } from './since-parameter.js';

/** PageReader reads the pages of one object. */
export type PageReader = (request: ListRequest) => AsyncGenerator<Page, void, undefined>;

/** createPageReader makes the reader of an object's list, one request a page, in the order the system gives them. */
export function createPageReader(
  system: SystemDefinition,
  definition: ObjectDefinition,
  requester: Requester,
  selector: Selector,
  limits: PagingLimits,
): PageReader {
  const { list, since } = definition;
  const { client } = requester;
  const paginator = createPaginator(list.paginate, system.auth);
  const elementsOf = createElementsReader(client, list.records);
  const name = `${list.method} ${list.path}`;

  const refuse = (problem: PagingProblem, answer?: HttpAnswer): SystemError =>
    client.failed({
      outcome: problem.code === 'page-token-expired' ? 'retry' : 'fail',
      code: problem.code, what: problem.message, request: name, ...(answer === undefined ? {} : { answer }),
    });

  const fetchPage = async (token: PageToken | null, sinceMs: number | undefined, signal: AbortSignal): Promise<HttpAnswer> => {
    const { query, fromRoot } = translated(() => paginator.ask(token));
    const params = fromRoot === undefined
      ? { ...requester.resolveAll(list.params), ...(since === undefined || sinceMs === undefined ? {} : { [since.param]: sinceParameter(sinceMs, since, system.timeZone) }), ...query }
      : query;
    const request = requester.request(list, null, { operation: 'list', query: params, signal, ...(fromRoot === undefined ? {} : { fromRoot }) });
    const verdict = await client.send(request);
    if (verdict.outcome === 'ok') return verdict.answer;
    const { status } = verdict.error.detail;
    if (token !== null && (status === 410 || (status === 400 && paginator.tokensExpire))) {
      throw refuse(new PagingProblem(`was answered with ${status}: the place to go on from has expired, the list must be read from its start`, 'page-token-expired'), verdict.answer ?? undefined);
    }
    throw verdict.error;
  };
  const translated = <T>(work: () => T, answer?: HttpAnswer): T => {
    try {
      return work();
    } catch (error) {
      throw error instanceof PagingProblem ? refuse(error, answer) : error;
    }
  };

  return async function* readPages({ sinceMs, from, signal }) {
    const guard = createPagingGuard(limits, from ?? null, paginator.lastMayRepeat);
    for (let token: PageToken | null = from ?? null; ; ) {
      const answer = await fetchPage(token, sinceMs, signal);
      const elements = elementsOf(answer, name);
      const { records, bad } = selector.all(elements);
      const facts = { body: answer.json, headers: answer.headers, url: answer.url, count: elements.length, last: records.at(-1) ?? null };
      const at = token;
      const next = translated(() => {
        const following = paginator.next(facts, at);
        guard.check(records.map((record) => record.id), following);
        return following;
      }, answer);
      yield { records, bad, next };
      if (next === null) return;
      token = next;
    }
  };
}
