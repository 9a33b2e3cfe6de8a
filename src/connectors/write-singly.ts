import type { BeforeSend, WriteItem, WriteKind, WriteResult } from '../contracts/connector.js';
import type { ObjectDefinition, WriteOperation } from '../contracts/system-definition.js';
import { compileGetter } from '../domain/json-pointer.js';
import type { HttpAnswer, HttpRequest } from '../http/client-types.js';
import { headerText } from '../http/header-text.js';
import type { Operation } from '../http/outcome-table.js';
import { readId } from './record-id.js';
import { createPathFiller } from './path-template.js';
import type { Requester } from './requester.js';
import { runConcurrently } from './run-concurrently.js';
import type { Selector } from './selector.js';
import { unbuildableRequest } from './unbuildable-request.js';
import { compileFields, compilePlace } from './write-body.js';
import { writeDone, writeFailed } from './write-result.js';

/** ItemWriter writes items of one kind; `positions` are their places in what the caller passed, for `beforeSend`. */
export type ItemWriter = (items: readonly WriteItem[], positions: readonly number[], signal: AbortSignal, beforeSend?: BeforeSend) => Promise<readonly WriteResult[]>;

/**
 * createSingleWriter makes a writer that sends one request an item, at most `concurrency` at a time. After an outcome
 * `fail`, with which no other request can fare better, the items that were not sent yet are not sent and fail alike.
 */
export function createSingleWriter(
  kind: WriteKind,
  operation: WriteOperation,
  definition: ObjectDefinition,
  requester: Requester,
  selector: Selector,
  concurrency: number,
): ItemWriter {
  const { client } = requester;
  const place = compilePlace(operation.envelope, operation.body, (text) => client.resolve(text));
  const fillPath = createPathFiller(operation.path);
  const withConstants = compileFields(operation.fields, (text) => client.resolve(text), definition);
  const recordOf = operation.record === undefined ? undefined : compileGetter(operation.record);
  const existingOf = operation.existing === undefined ? undefined : compileGetter(operation.existing);
  const repeatability = operationOf(kind, operation);
  const name = `${operation.method} ${operation.path}`;

  const buildRequest = (item: WriteItem, signal: AbortSignal, beforeSend: HttpRequest['beforeSend']): HttpRequest => {
    const headers: Record<string, string> = {};
    if (operation.idempotencyHeader !== undefined) headers[operation.idempotencyHeader.toLowerCase()] = item.idempotencyKey;
    if (operation.versionHeader !== undefined && item.expectedVersion !== null) {
      headers[operation.versionHeader.toLowerCase()] = versionHeaderValue(operation.versionHeader, item.expectedVersion);
    }
    const fields = withConstants(item.fields);
    const bare = operation.method === 'DELETE' && operation.body === undefined && Object.keys(fields).length === 0;
    const filled = fillPath(item.fields);
    if ('missing' in filled) throw client.failed({ outcome: 'park', code: 'unexpected-shape', what: `was not sent: its path needs the field ${filled.missing}, which the record does not have`, request: name });
    return requester.request({ method: operation.method, path: filled.path }, item.id, {
      operation: repeatability,
      // A change names its record, so an answer without a body tells as much as one with it.
      answer: recordOf !== undefined && kind === 'create' ? 'json' : 'optional',
      headers,
      signal,
      ...(bare ? {} : { body: place(fields) }),
      ...(beforeSend === undefined ? {} : { beforeSend }),
    });
  };

  const done = (item: WriteItem, answer: HttpAnswer): WriteResult => {
    const named = kind === 'create' && operation.idHeader !== undefined ? readId(headerText(answer.headers, operation.idHeader.toLowerCase())) : undefined;
    if (named !== undefined) return writeDone(answer.status, named, null);
    const record = answer.json === undefined ? undefined : recordOf?.(answer.json);
    const read = record === undefined ? undefined : selector.record(record);
    if (read !== undefined && typeof read !== 'string') return writeDone(answer.status, read.id, read.version);
    const bodyless = answer.json === undefined;
    if (kind !== 'create' || recordOf === undefined || bodyless) return writeDone(answer.status, item.id, null);
    const what = `was answered with ${answer.status}, but not with a record that has an id at ${definition.id}`;
    return writeFailed(client.failed({ outcome: 'unknown', code: 'unexpected-shape', what, request: name, answer }));
  };

  const writeOne = async (item: WriteItem, position: number, signal: AbortSignal, beforeSend?: BeforeSend): Promise<WriteResult> => {
    let request: HttpRequest;
    try {
      request = buildRequest(item, signal, beforeSend === undefined ? undefined : () => beforeSend([position]));
    } catch (error) {
      return writeFailed(unbuildableRequest(error, client, name));
    }
    const verdict = await client.send(request);
    if (verdict.outcome === 'ok') return done(item, verdict.answer);
    const existing = verdict.outcome === 'exists' && verdict.answer?.json !== undefined ? readId(existingOf?.(verdict.answer.json)) : undefined;
    return writeFailed(verdict.error, existing);
  };

  return async (items, positions, signal, beforeSend) => {
    let stopped: WriteResult | undefined;
    return runConcurrently(items, concurrency, async (item, index) => {
      if (stopped !== undefined) return { ...stopped, message: `not sent, since another request failed for good: ${stopped.message}` };
      const result = await writeOne(item, positions[index] ?? index, signal, beforeSend);
      if (result.outcome === 'fail') stopped ??= result;
      return result;
    });
  };
}

/** operationOf says what a repeat of a request does; a key helps only where a record is never written in a batch, which has another key. */
export function operationOf(kind: WriteKind, operation: WriteOperation): Operation {
  if (kind !== 'create') return 'change';
  return operation.upsert === true || (operation.idempotencyHeader !== undefined && operation.batch === undefined) ? 'keyed-create' : 'create';
}

/** If-Match takes entity tags, which are quoted (RFC 9110 §8.8.3); a version in a body often is not. */
function versionHeaderValue(header: string, version: string): string {
  if (header.toLowerCase() !== 'if-match' || /^(?:W\/)?".*"$/.test(version)) return version;
  return `"${version}"`;
}
