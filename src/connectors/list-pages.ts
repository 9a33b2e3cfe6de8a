import type { BadRecord, ListRequest, Page, PageToken } from '../contracts/connector.js';
import type { ListOperation, ObjectDefinition, RestSystemDefinition } from '../contracts/system-definition.js';
import { SystemError } from '../contracts/system-error.js';
import type { HttpAnswer } from '../http/client-types.js';
import { createElementsReader } from './answer-records.js';
import { createPagingGuard, type PagingLimits } from './paging-guard.js';
import { createPaginator } from './paginators/create-paginator.js';
import { PagingProblem } from './paginators/paginator.js';
import { createParameterPlacer } from './read-request.js';
import type { Requester } from './requester.js';
import type { Selector } from './selector.js';
import { sinceParameter } from './since-parameter.js';

/** How many records in a row may be too large to be read: after that, it is the answers that are, whatever is asked for. */
const MOST_SKIPPED = 10;

/** PageReader reads the pages of one object. */
export type PageReader = (request: ListRequest) => AsyncGenerator<Page, void, undefined>;

/** createPageReader makes the reader of an object's list, one request a page, in the order the system gives them. */
export function createPageReader(
  system: RestSystemDefinition,
  definition: ObjectDefinition,
  requester: Requester,
  selector: Selector,
  limits: PagingLimits,
): PageReader {
  const whole = createListReader(definition.list, system, definition, requester, selector, limits);
  const changes = definition.since?.list === undefined ? whole : createListReader(definition.since.list, system, definition, requester, selector, limits);
  return (request) => (request.sinceMs === undefined ? whole : changes)(request);
}

function createListReader(
  list: ListOperation,
  system: RestSystemDefinition,
  { since }: ObjectDefinition,
  requester: Requester,
  selector: Selector,
  limits: PagingLimits,
): PageReader {
  const { client } = requester;
  const placed = createParameterPlacer(list, (text) => client.resolve(text));
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
    const asked = since === undefined || sinceMs === undefined ? undefined : sinceParameter(sinceMs, since, system.timeZone);
    const headers = since?.header === undefined || asked === undefined ? {} : { [since.header.toLowerCase()]: asked };
    const params = fromRoot === undefined
      ? { ...requester.resolveAll(list.params), ...(since?.param === undefined || asked === undefined ? {} : { [since.param]: asked }), ...query }
      : query;
    const request = requester.request(list, null, { operation: 'list', ...placed(params), headers, signal, ...(fromRoot === undefined ? {} : { fromRoot }) });
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

  const unreadable = (after: PageToken): BadRecord => ({
    position: 0, code: 'too-large', data: { list: name, before: after },
    reason: `${name} lists a record that is larger than limits.maxResponse (${system.limits.maxResponseBytes} bytes) by itself. Make it smaller at the source, or raise limits.maxResponse of ${system.system}.`,
  });
  const onlyOne = (error: SystemError, token: PageToken | null, lastId: string | undefined): SystemError => {
    if (paginator.narrow(null) === undefined || paginator.narrow(token) !== undefined) return error;
    const place = lastId === undefined ? 'at the beginning of what was asked for' : `after the record ${lastId}`;
    return client.failed({
      outcome: 'fail', code: 'too-large', request: name,
      what: `was answered with more than limits.maxResponse allows, although it asked for a single record, ${place}; make that record smaller at the source, or raise limits.maxResponse of the system`,
    });
  };

  return async function* readPages({ sinceMs, from, signal }) {
    const guard = createPagingGuard(limits, from ?? null, paginator.lastMayRepeat);
    let skipped = 0;
    let lastId: string | undefined;
    for (let token: PageToken | null = from ?? null; ; ) {
      const answer = await fetchPage(token, sinceMs, signal).catch((error: unknown) => tooLarge(error));
      if (answer instanceof SystemError) {
        const fewer = paginator.narrow(token);
        const after = fewer ?? paginator.skip(token);
        if (after === undefined || (fewer === undefined && (skipped += 1) > MOST_SKIPPED)) throw onlyOne(answer, token, lastId);
        if (fewer === undefined) yield { records: [], bad: [unreadable(after)], next: after };
        token = after;
        continue;
      }
      skipped = 0;
      const elements = elementsOf(answer, name);
      const { records, bad } = selector.all(elements);
      lastId = records.at(-1)?.id ?? lastId;
      const facts = { body: answer.json, headers: answer.headers, url: answer.url, count: elements.length, last: records.at(-1) ?? null };
      const at = token;
      const next = translated(() => {
        const following = paginator.next(facts, at);
        return guard.check(records.map((record) => record.id), following);
      }, answer);
      yield { records, bad, next };
      if (next === null) return;
      token = next;
    }
  };
}

/** An answer that was too large gives its error, so that less can be asked for; any other error is thrown on. */
function tooLarge(error: unknown): SystemError {
  if (error instanceof SystemError && error.detail.code === 'too-large') return error;
  throw error;
}
