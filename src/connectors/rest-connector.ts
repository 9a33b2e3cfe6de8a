import type { Purpose } from '../contracts/budget.js';
import type { Connector, SourceRecord, WriteKind } from '../contracts/connector.js';
import type { ObjectDefinition, RestSystemDefinition, WriteOperation } from '../contracts/system-definition.js';
import type { HttpClient } from '../http/client-types.js';
import { createPageReader, type PageReader } from './list-pages.js';
import type { PagingLimits } from './paging-guard.js';
import { createLookup, type Lookup } from './lookup.js';
import { createRequester, type Requester } from './requester.js';
import { createSelector } from './selector.js';
import { createBatchWriter } from './write-in-batches.js';
import { createSingleWriter, type ItemWriter } from './write-singly.js';

/** RestConnectorOptions is what a REST connector is made of. */
export interface RestConnectorOptions {
  readonly definition: RestSystemDefinition;
  readonly client: HttpClient;
  /** On whose behalf it asks. Default: `sync`. */
  readonly purpose?: Purpose;
  readonly pagingLimits?: PagingLimits;
}

/** createRestConnector makes the connector of a system that is described by a definition. */
export function createRestConnector({ definition, client, purpose = 'sync', pagingLimits = {} }: RestConnectorOptions): Connector {
  const requester = createRequester(client, purpose);
  const runtimes = new Map<string, ObjectRuntime>();

  const runtimeOf = (object: string): ObjectRuntime => {
    const ready = runtimes.get(object);
    if (ready !== undefined) return ready;
    const described = Object.hasOwn(definition.objects, object) ? definition.objects[object] : undefined;
    if (described === undefined) throw new Error(`The system ${definition.system} has no object '${object}'.`);
    const runtime = createObjectRuntime(definition, object, described, requester, pagingLimits);
    runtimes.set(object, runtime);
    return runtime;
  };

  return {
    system: definition.system,
    async *list(object, request) {
      yield* runtimeOf(object).readPages(request);
    },
    async get(object, id, signal): Promise<SourceRecord | null> {
      return runtimeOf(object).lookup.get(id, signal);
    },
    async find(object, field, value, signal): Promise<readonly SourceRecord[]> {
      return runtimeOf(object).lookup.find(field, value, signal);
    },
    async write(object, items, signal, beforeSend) {
      const [first] = items;
      if (first === undefined) return [];
      const runtime = runtimeOf(object);
      if (items.some((item) => item.kind !== first.kind)) throw new Error(`The items of one write to ${definition.system}.${object} are not all of one kind.`);
      return runtime.writer(first.kind, items.length)(items, items.map((_item, position) => position), signal, beforeSend);
    },
    batchSize(object, kind) {
      const operation = runtimeOf(object).definition[kind];
      return operation === undefined ? 0 : operation.batch?.max ?? 1;
    },
    sendsIdempotencyKey(object, kind) {
      const operation = runtimeOf(object).definition[kind];
      // A batch that is sent again may hold other items and so has another key.
      return operation?.upsert === true || (operation?.idempotencyHeader !== undefined && operation.batch === undefined);
    },
  };
}

/** ObjectRuntime is an object with its pointers, conditions and paging prepared. */
interface ObjectRuntime {
  readonly definition: ObjectDefinition;
  readonly readPages: PageReader;
  readonly lookup: Lookup;
  /** Gives the writer for so many items of a kind; throws where the object cannot be written so. */
  writer(kind: WriteKind, count: number): ItemWriter;
}

function createObjectRuntime(system: RestSystemDefinition, object: string, definition: ObjectDefinition, requester: Requester, limits: PagingLimits): ObjectRuntime {
  const selector = createSelector(definition, system.timeZone);
  const writers = new Map<string, ItemWriter>();
  const createWriter = (kind: WriteKind, operation: WriteOperation, batched: boolean): ItemWriter =>
    batched && operation.batch !== undefined
      ? createBatchWriter(kind, operation, operation.batch, definition, requester, selector)
      : createSingleWriter(kind, operation, definition, requester, selector, system.limits.concurrency);
  return {
    definition,
    readPages: createPageReader(system, definition, requester, selector, limits),
    lookup: createLookup(`${system.system}.${object}`, definition, requester, selector),
    writer(kind, count) {
      const operation = definition[kind];
      if (operation === undefined) throw new Error(`The object ${system.system}.${object} has no ${kind}.`);
      const batched = count > 1 && operation.batch !== undefined;
      const key = `${kind} ${batched}`;
      const ready = writers.get(key) ?? createWriter(kind, operation, batched);
      writers.set(key, ready);
      return ready;
    },
  };
}
