import { createHash } from 'node:crypto';
import type { BeforeSend, WriteItem, WriteKind, WriteResult } from '../contracts/connector.js';
import type { Json } from '../contracts/json.js';
import type { BatchOperation, ObjectDefinition, WriteOperation } from '../contracts/system-definition.js';
import { SystemError } from '../contracts/system-error.js';
import { compileGetter, compileSetter, isJsonArray, type FieldGetter, type MutableJsonObject } from '../domain/json-pointer.js';
import type { HttpAnswer, HttpVerdict } from '../http/client-types.js';
import { matchByKey, matchByPosition, readResultStatus } from './batch-results.js';
import { readId } from './record-id.js';
import type { Requester } from './requester.js';
import type { Selector } from './selector.js';
import { compileConstants, compilePlace } from './write-body.js';
import { writeDone, writeFailed } from './write-result.js';
import { operationOf, type ItemWriter } from './write-singly.js';

/**
 * createBatchWriter makes a writer that sends many items in one request and judges each by its own result. A batch that is
 * refused as a whole (outcome `park`) was not executed: its halves are sent apart, until the item that is to blame stands
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
  const place = compilePlace(batch.items);
  const withConstants = compileConstants(write.fields, (text) => client.resolve(text));
  const setId = compileSetter(batch.idField);
  const resultsOf = compileGetter(batch.results);
  const keyOf = batch.key === undefined ? undefined : compileGetter(batch.key);
  const statusOf = optionalGetter(batch.result.status);
  const errorOf = optionalGetter(batch.result.error);
  const recordOf = optionalGetter(batch.result.record);
  const existingOf = optionalGetter(batch.result.existing);
  const operation = operationOf(kind, write);
  const name = `${batch.method} ${batch.path}`;

  const bodyOf = (item: WriteItem): Json => {
    const fields: MutableJsonObject = { ...withConstants(item.fields) };
    if (item.id !== null) setId(fields, item.id);
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

  const judgeAll = (items: readonly WriteItem[], bodies: readonly Json[], verdict: HttpVerdict): readonly WriteResult[] | undefined => {
    const { answer } = verdict;
    const results = answer?.json === undefined ? undefined : resultsOf(answer.json);
    if (answer === null || !isJsonArray(results)) return undefined;
    // A refusal may still hold a status for each item; anything less is about the batch as a whole.
    if (verdict.outcome !== 'ok' && !(results.length === items.length && results.every(hasStatus))) return undefined;
    const matched = keyOf === undefined ? matchByPosition(items.length, results) : matchByKey(bodies.map((body) => keyOf(body)), results, keyOf);
    return items.map((item, index) => judgeOne(item, matched[index], answer, index));
  };

  const writeBatch: ItemWriter = async (items, positions, signal, beforeSend) => {
    const bodies = items.map(bodyOf);
    const verdict = await sendBatch(items, bodies, positions, signal, beforeSend);
    const judged = judgeAll(items, bodies, verdict);
    if (judged !== undefined) return judged;
    if (verdict.outcome === 'ok') {
      if (verdict.answer.json === undefined) return items.map((item) => writeDone(verdict.answer.status, item.id, null));
      const what = `was answered with ${verdict.answer.status}, but without an array of results at ${batch.results === '' ? 'its top' : batch.results}`;
      const error = client.failed({ outcome: 'unknown', code: 'unexpected-shape', what, request: name, answer: verdict.answer });
      return items.map(() => writeFailed(error));
    }
    const { status } = verdict.error.detail;
    if (verdict.outcome !== 'park' || items.length === 1 || status === null) return items.map(() => writeFailed(verdict.error));
    const half = Math.ceil(items.length / 2);
    const first = await writeBatch(items.slice(0, half), positions.slice(0, half), signal, beforeSend);
    return [...first, ...await writeBatch(items.slice(half), positions.slice(half), signal, beforeSend)];
  };

  const sendBatch = async (
    items: readonly WriteItem[],
    bodies: readonly Json[],
    positions: readonly number[],
    signal: AbortSignal,
    beforeSend: BeforeSend | undefined,
  ): Promise<HttpVerdict> => {
    try {
      return await client.send(requester.request(batch, null, {
        operation,
        answer: 'json',
        headers: batch.idempotencyHeader === undefined ? {} : { [batch.idempotencyHeader.toLowerCase()]: batchKey(items) },
        body: place(bodies),
        signal,
        ...(beforeSend === undefined ? {} : { beforeSend: () => beforeSend(positions) }),
      }));
    } catch (error) {
      if (!(error instanceof SystemError) || error.detail.outcome === 'refresh-token') throw error;
      return { outcome: error.detail.outcome, error, answer: null };
    }
  };

  return async (items, positions, signal, beforeSend) => {
    const results: WriteResult[] = [];
    for (let from = 0; from < items.length; from += batch.max) {
      results.push(...await writeBatch(items.slice(from, from + batch.max), positions.slice(from, from + batch.max), signal, beforeSend));
    }
    return results;
  };
}

function optionalGetter(pointer: string | undefined): FieldGetter {
  return pointer === undefined ? () => undefined : compileGetter(pointer);
}

/** The key of a batch follows from the keys of its items, so the same items sent again have the same one. */
function batchKey(items: readonly WriteItem[]): string {
  return createHash('sha256').update(items.map((item) => item.idempotencyKey).join('\n')).digest('hex');
}
