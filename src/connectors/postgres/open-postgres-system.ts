import type { Purpose } from '../../contracts/budget.js';
import type { Connector } from '../../contracts/connector.js';
import type { PostgresSystemDefinition } from '../../contracts/postgres-definition.js';
import type { OpenSystem, SystemDependencies } from '../open-system.js';
import { createRowReader, type RowReader } from './read-rows.js';
import { createSessions, type Sessions } from './sessions.js';
import { createTable } from './table-runtime.js';
import { createRowWriter, type RowWriter } from './write-rows.js';

/** openPostgresSystem opens a system whose records are rows; nothing is connected before the first statement. */
export function openPostgresSystem(definition: PostgresSystemDefinition, dependencies: SystemDependencies): OpenSystem {
  const sessions = createSessions(definition, dependencies);
  return { connector: (purpose) => createPostgresConnector(definition, sessions, purpose), close: () => sessions.close() };
}

interface TableRuntime {
  readonly reader: RowReader;
  readonly writer: RowWriter;
}

function createPostgresConnector(definition: PostgresSystemDefinition, sessions: Sessions, purpose: Purpose): Connector {
  const { system, objects, timeZone, limits } = definition;
  const runtimes = new Map<string, TableRuntime>();
  const described = (object: string) => {
    const found = Object.hasOwn(objects, object) ? objects[object] : undefined;
    if (found === undefined) throw new Error(`The system ${system} has no object '${object}'.`);
    return found;
  };
  const runtimeOf = (object: string): TableRuntime => {
    const ready = runtimes.get(object);
    if (ready !== undefined) return ready;
    const table = createTable(`${system}.${object}`, described(object), timeZone, sessions);
    const runtime = { reader: createRowReader(table, sessions, purpose), writer: createRowWriter(table, sessions, purpose, limits.settleMs) };
    runtimes.set(object, runtime);
    return runtime;
  };
  return {
    system,
    async *list(object, request) {
      yield* runtimeOf(object).reader.list(request);
    },
    async get(object, id, signal) {
      return runtimeOf(object).reader.get(id, signal);
    },
    async find(object, field, value, signal) {
      return runtimeOf(object).reader.find(field, value, signal);
    },
    async write(object, items, signal, beforeSend) {
      const [first] = items;
      if (first === undefined) return [];
      if (described(object)[first.kind] === undefined) throw new Error(`The object ${system}.${object} has no ${first.kind}.`);
      if (items.some(({ kind }) => kind !== first.kind)) throw new Error(`The items of one write to ${system}.${object} are not all of one kind.`);
      return runtimeOf(object).writer(first.kind, items, signal, beforeSend);
    },
    batchSize(object, kind) {
      const table = described(object);
      return table[kind] === undefined ? 0 : table.batch;
    },
    // Each row of a batch has a key of its own.
    sendsIdempotencyKey: (object, kind) => kind === 'create' && described(object).create?.keyColumn !== undefined,
  };
}
