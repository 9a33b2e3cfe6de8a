import type { WriteKind } from '../../../src/contracts/connector.js';
import type { Json, JsonObject } from '../../../src/contracts/json.js';
import type { BatchOperation, WriteOperation } from '../../../src/contracts/system-definition.js';
import { isJsonArray, isJsonObject } from '../../../src/domain/json-pointer.js';
import type { FakeAnswer, FakeRequest } from './fake-request.js';
import type { FakeRecord, FakeStore } from './fake-store.js';
import { at, put, satisfy } from './places.js';

/** refusedText is a text that a fake refuses a record for. */
export const refusedText = 'refused by the fake';

/** Written is what became of one item. */
interface Written {
  readonly status: number;
  readonly record?: FakeRecord;
}

/** answerWrite executes a write of one record; `natural` is a name of the record that its path holds. */
export function answerWrite(kind: WriteKind, operation: WriteOperation, store: FakeStore, request: FakeRequest, id: string | undefined, natural: string | undefined): FakeAnswer {
  const fields = objectAt(request.body, operation.envelope);
  const { status, record } = execute(kind, operation, store, id, fields, natural);
  if (record === undefined) return { status, body: { error: { message: status === 404 ? 'there is no such record' : 'the record is refused' } } };
  if (operation.idHeader !== undefined) return { status: 202, headers: { [operation.idHeader]: record.id } };
  return operation.record === undefined ? { status: 204 } : { status, body: put({}, operation.record, store.raw(record)) };
}

/** answerBatch executes a batch, and says of each item what became of it as the definition has it. */
export function answerBatch(kind: WriteKind, operation: WriteOperation, batch: BatchOperation, store: FakeStore, request: FakeRequest): FakeAnswer {
  const listed = at(request.body, batch.items);
  const items = isJsonArray(listed) ? listed : [];
  const fieldsOf = (item: Json): JsonObject => objectAt(item, batch.envelope ?? '');
  const tells = batch.result.status !== undefined || batch.result.error !== undefined || batch.errors !== undefined;
  if (!tells && items.some((item) => isRefused(fieldsOf(item)))) return { status: 400, body: { error: { message: 'one of the records is refused' } } };
  const written = items.map((item) => {
    const id = at(item, batch.idField);
    const { [batch.idField]: _id, ...fields } = fieldsOf(item);
    return execute(kind, operation, store, typeof id === 'string' || typeof id === 'number' ? String(id) : undefined, fields, undefined);
  });
  const good: Json[] = [];
  const refused: Json[] = [];
  for (const [position, each] of written.entries()) {
    const key = batch.key === undefined ? undefined : at(items[position], batch.key);
    if (each.record === undefined && batch.errors !== undefined) refused.push(put({ category: 'VALIDATION_ERROR', message: 'the record is refused' }, batch.errors.key, key ?? null));
    else good.push(resultOf(each, batch, store, position, key));
  }
  if (kind !== 'create' && batch.result.record === undefined && batch.result.status === undefined) return { status: 204 };
  let body: Json = put({}, batch.results, good);
  if (batch.errors !== undefined && refused.length > 0) body = put(body, batch.errors.at, refused);
  return { status: refused.length > 0 ? 207 : 200, body: batch.job === undefined ? body : satisfy(put(body, batch.job.id, 'job-1'), batch.job.done, true) };
}

function resultOf({ status, record }: Written, batch: BatchOperation, store: FakeStore, position: number, key: Json | undefined): Json {
  const { result } = batch;
  let body: Json = {};
  if (record !== undefined && result.record !== undefined) body = put(body, result.record, store.raw(record));
  if (key !== undefined && batch.key !== undefined) body = put(body, batch.key, key);
  if (result.position !== undefined) body = put(body, result.position, position);
  if (result.status !== undefined) body = put(body, result.status, record === undefined ? 'ERROR' : 'OK');
  if (record === undefined && result.error !== undefined) body = put(body, result.error, [{ message: `the record is refused (${status})` }]);
  return body;
}

function execute(kind: WriteKind, operation: WriteOperation, store: FakeStore, id: string | undefined, fields: JsonObject, natural: string | undefined): Written {
  if (isRefused(fields)) return { status: 400 };
  if (kind === 'create') return { status: 201, record: createOrFind(operation, store, fields, natural) };
  const there = id === undefined ? undefined : store.records.get(id);
  if (there === undefined) return { status: 404 };
  const removes = kind === 'delete' || (kind === 'archive' && (operation.method === 'DELETE' || Object.keys(operation.fields).length === 0));
  if (!removes) return { status: 200, record: store.update(there, fields) };
  store.records.delete(there.id);
  return { status: 200, record: there };
}

/** A create whose path or key names the record finds the one that is there already. */
function createOrFind(operation: WriteOperation, store: FakeStore, fields: JsonObject, natural: string | undefined): FakeRecord {
  if (operation.upsert !== true) return store.create(fields);
  const [key] = Object.keys(store.definition.find?.by ?? {});
  const name = natural ?? at(fields, key);
  const there = [...store.records.values()].find((record) => record.fields['#natural'] === name);
  return there === undefined ? store.create({ ...fields, '#natural': name ?? null }) : store.update(there, fields);
}

function isRefused(fields: JsonObject): boolean {
  return JSON.stringify(fields).includes(refusedText);
}

function objectAt(value: Json | undefined, place: string): JsonObject {
  const found = at(value, place);
  return isJsonObject(found) ? found : {};
}

