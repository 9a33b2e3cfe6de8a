import { createHash } from 'node:crypto';
import type { BeforeSend, WriteItem, WriteKind, WriteResult } from '../contracts/connector.js';
import type { Json } from '../contracts/json.js';
import type { BatchOperation, ObjectDefinition, WriteOperation } from '../contracts/system-definition.js';
import type { SystemError } from '../contracts/system-error.js';
import { compileGetter, compileSetter, isJsonArray, isJsonObject, type FieldGetter, type MutableJsonObject } from '../domain/json-pointer.js';
import type { HttpAnswer, HttpRequest, HttpVerdict } from '../http/client-types.js';
import { createJobWaiter, type JobWaiter } from './await-job.js';
import { matchByKey, matchByNamedPosition, matchByPosition, readResultStatus } from './batch-results.js';
import { readId } from './record-id.js';
import type { Requester } from './requester.js';
import type { Selector } from './selector.js';
import { unbuildableRequest } from './unbuildable-request.js';
import { compileFields, compilePlace } from './write-body.js';
import { writeDone, writeFailed } from './write-result.js';
import { operationOf, type ItemWriter } from './write-singly.js';

/**
 * createBatchWriter makes a writer that sends many items in one request and judges each by its own result. A batch that is
 * refused as a whole (outcome `park` or `exists`) was not executed: its halves are sent apart, until the item that is to blame stands
 * alone. Any other failure of the whole is the outcome of each item.
 */
export function createBatchWriter(
  kind: WriteKind,
  write: WriteOperation,
  batch: BatchOperation,
  definition: ObjectDefinition,
  requester: Requester,
  selector: Selector,
): ItemWriter {
  const { client } = requester;
  const resolve = (text: string): string => client.resolve(text);
  const place = compilePlace(batch.items, batch.body, resolve);
  const placeFields = compilePlace(batch.envelope ?? '', batch.item, resolve);
  const withConstants = compileFields(write.fields, resolve, definition);
  const setId = compileSetter(batch.idField);
  // As with other places of a template, a number in the id's place says that ids are numbers.
  const asNumber = batch.item !== undefined && typeof compileGetter(batch.idField)(batch.item) === 'number';
  const resultsOf = compileGetter(batch.results);
  const keyOf = batch.key === undefined ? undefined : compileGetter(batch.key);
  const statusOf = optionalGetter(batch.result.status);
  const errorOf = optionalGetter(batch.result.error);
  const recordOf = optionalGetter(batch.result.record);
  const existingOf = optionalGetter(batch.result.existing);
  const operation = operationOf(kind, write);
  const name = `${batch.method} ${batch.path}`;

  const setKey = batch.trace === true && batch.key !== undefined ? compileSetter(batch.key) : undefined;
  const errorsOf = optionalGetter(batch.errors?.at);
  const errorKeyOf = optionalGetter(batch.errors?.key);
  const positionOf = batch.result.position === undefined ? undefined : compileGetter(batch.result.position);
  const awaitJob = batch.job === undefined ? undefined : createJobWaiter(batch.job, requester);

  const bodyOf = (item: WriteItem, index: number): Json => {
    const placed = placeFields(withConstants(item.fields));
    const fields: MutableJsonObject = isJsonObject(placed) ? { ...placed } : {};
    if (item.id !== null) setId(fields, asNumber && /^\d{1,15}$/.test(item.id) ? Number(item.id) : item.id);
    setKey?.(fields, String(index));
    return fields;
  };

  const hasStatus = (result: Json): boolean => readResultStatus(statusOf(result), undefined).status !== null;

  const judgeOne = (item: WriteItem, result: Json | undefined, answer: HttpAnswer, position: number): WriteResult => {
    const itemName = `${name}, item ${position + 1},`;
    if (result === undefined) {
      return writeFailed(client.failed({ outcome: 'unknown', code: 'unexpected-shape', what: `was answered with ${answer.status}, but with no result that is surely for this item`, request: itemName }));
    }
    const { status, refused } = readResultStatus(statusOf(result), errorOf(result));
    const error = client.judge({ status, json: result, text: () => JSON.stringify(result), ...(refused ? { situation: 'refused' as const } : {}) }, operation, itemName);
    if (error !== undefined) return writeFailed(error, error.detail.outcome === 'exists' ? readId(existingOf(result)) : undefined);
    const element = recordOf(result);
    const record = element === undefined ? undefined : selector.record(element);
    const unsure = (what: string): WriteResult =>
      writeFailed(client.failed({ outcome: 'unknown', code: 'unexpected-shape', what, request: itemName, answer: { ...answer, status: status ?? answer.status, json: result } }));
    if (record === undefined || typeof record === 'string') {
      return kind === 'create' && batch.result.record !== undefined
        ? unsure(`was answered with a result whose record has no id at ${definition.id}`)
        : writeDone(status ?? answer.status, item.id, null);
    }
    if (item.id !== null && record.id !== item.id) return unsure('was answered with a result for another record: results do not come in the order of the items, name their key in batch.key');
    return writeDone(status ?? answer.status, record.id, record.version);
  };

  const judgeRefusal = (error: Json, position: number): WriteResult => {
    const judged = client.judge({ status: null, situation: 'refused', json: error, text: () => JSON.stringify(error) }, operation, `${name}, item ${position + 1},`);
    return judged === undefined ? writeDone(null, null, null) : writeFailed(judged);
  };

  const judgeAll = (entries: readonly Entry[], bodies: readonly Json[], verdict: HttpVerdict): readonly WriteResult[] | undefined => {
    const { answer } = verdict;
    const results = answer?.json === undefined ? undefined : resultsOf(answer.json);
    if (answer === null || !isJsonArray(results)) return undefined;
    const errors = asArray(errorsOf(answer.json ?? null));
    // A refusal may still hold a status for each item; anything less is about the batch as a whole.
    if (verdict.outcome !== 'ok' && !(results.length === entries.length && results.every(hasStatus))) return undefined;
    const keys = bodies.map((body) => keyOf?.(body));
    const matched = positionOf !== undefined ? matchByNamedPosition(entries.length, results, positionOf)
      : keyOf === undefined ? matchByPosition(entries.length, results) : matchByKey(keys, results, keyOf);
    const refusals = errors.length === 0 ? [] : matchByKey(keys, errors, errorKeyOf);
    return entries.map(({ item }, index) => {
      const refusal = matched[index] === undefined ? refusals[index] : undefined;
      return refusal === undefined ? judgeOne(item, matched[index], answer, index) : judgeRefusal(refusal, index);
    });
  };

  /** An answer without a body accepts the batch as a whole; one with another body cannot be understood. */
  const withoutResults = (entries: readonly Entry[], answer: HttpAnswer): readonly WriteResult[] => {
    if (answer.json === undefined) return entries.map(({ item }) => writeDone(answer.status, item.id, null));
    const what = `was answered with ${answer.status}, but without an array of results ${batch.results === '' ? 'at its top' : `at ${batch.results}`}`;
    const error = client.failed({ outcome: 'unknown', code: 'unexpected-shape', what, request: name, answer });
    return entries.map(() => writeFailed(error));
  };

  const buildRequest = (entries: readonly Entry[], bodies: readonly Json[], signal: AbortSignal, beforeSend?: BeforeSend): HttpRequest =>
    requester.request(batch, null, {
      operation,
      answer: 'json',
      headers: batch.idempotencyHeader === undefined ? {} : { [batch.idempotencyHeader.toLowerCase()]: batchKey(entries) },
      body: place(bodies),
      signal,
      ...(beforeSend === undefined ? {} : { beforeSend: () => beforeSend(entries.map(({ position }) => position)) }),
    });

  const writeBatch = async (entries: readonly Entry[], signal: AbortSignal, beforeSend?: BeforeSend): Promise<readonly WriteResult[]> => {
    let bodies: readonly Json[];
    let request: HttpRequest;
    try {
      bodies = entries.map(({ item }, index) => bodyOf(item, index));
      request = buildRequest(entries, bodies, signal, beforeSend);
    } catch (error) {
      return refused(unbuildableRequest(error, client, name), entries, signal, beforeSend);
    }
    const sent = await client.send(request);
    const verdict = sent.outcome === 'ok' && awaitJob !== undefined ? await afterJob(sent.answer, awaitJob, signal) : sent;
    const judged = judgeAll(entries, bodies, verdict);
    if (judged !== undefined) return judged;
    return verdict.outcome === 'ok' ? withoutResults(entries, verdict.answer) : refused(verdict.error, entries, signal, beforeSend);
  };

  const afterJob = async (answer: HttpAnswer, wait: JobWaiter, signal: AbortSignal): Promise<HttpVerdict> => {
    const ended = await wait(answer, signal);
    if (ended !== undefined) return { outcome: 'ok', answer: ended };
    return { outcome: 'unknown', error: client.failed({ outcome: 'unknown', code: 'timeout', what: 'began a job whose end is not known', request: name, answer }), answer: null };
  };

  const refused = async (error: SystemError, entries: readonly Entry[], signal: AbortSignal, beforeSend?: BeforeSend): Promise<readonly WriteResult[]> => {
    if (!blamesAnItem.has(error.detail.outcome) || entries.length === 1) return entries.map(() => writeFailed(error));
    const half = Math.ceil(entries.length / 2);
    const first = await writeBatch(entries.slice(0, half), signal, beforeSend);
    return [...first, ...await writeBatch(entries.slice(half), signal, beforeSend)];
  };

  return async (items, positions, signal, beforeSend) => {
    const entries = items.map((item, index): Entry => ({ item, position: positions[index] ?? index }));
    const results: WriteResult[] = [];
    for (let from = 0; from < entries.length; from += batch.max) results.push(...await writeBatch(entries.slice(from, from + batch.max), signal, beforeSend));
    return results;
  };
}

/** Outcomes of a batch as a whole that one of its items is to blame for, none of them having been executed. */
const blamesAnItem: ReadonlySet<string> = new Set(['park', 'exists']);

/** Entry is an item and its place in what the caller passed. */
interface Entry {
  readonly item: WriteItem;
  readonly position: number;
}

function asArray(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}

function optionalGetter(pointer: string | undefined): FieldGetter {
  return pointer === undefined ? () => undefined : compileGetter(pointer);
}

/** The key of a batch follows from the keys of its items, so the same items sent again have the same one. */
function batchKey(entries: readonly Entry[]): string {
  return createHash('sha256').update(entries.map(({ item }) => item.idempotencyKey).join('\n')).digest('hex');
}
