import type { FastifyInstance } from 'fastify';
import type { Json } from '../../contracts/json.js';
import type { Collection } from '../engine/collection.js';
import { Random } from '../engine/random.js';
import type { RecordValue, Row } from '../engine/record.js';
import type { WriteContext } from '../engine/system-state.js';
import { randomEdit } from '../seed/edits.js';
import { AdminError, AdminInput } from './admin-input.js';
import { collectionNamed, pathNames, systemNamed, type SandboxParts } from './sandbox-parts.js';

const maxRecords = 1_000_000;
const adminWrite: WriteContext = { by: 'admin' };

/** addWriteRoutes adds what changes records behind the APIs' backs: seeding, touching, purging and the reset. */
export function addWriteRoutes(app: FastifyInstance, parts: SandboxParts): void {
  app.post('/seed', async (request) => {
    const input = new AdminInput(request.body, ['system', 'object', 'count', 'seed', 'messy']);
    const { state } = systemNamed(parts, input.requiredText('system'));
    const object = input.requiredText('object');
    const count = input.integer('count', 1, maxRecords) ?? 100;
    const seed = input.integer('seed', 0, 2 ** 31) ?? 1;
    const added = state.seed(object, { count, seed, messy: input.number('messy', 0, 1) ?? 0 });
    if (added === undefined) throw new AdminError(`${state.name}/${object} cannot be seeded`, 404);
    await state.settled();
    return { added, count: state.collection(object).size };
  });

  app.post('/reset', async () => {
    for (const { state, limits, forget } of parts.systems.values()) {
      await state.reset();
      limits.reset();
      forget?.();
    }
    parts.faults.remove();
    parts.stats.reset();
    parts.crmTokens.expireAll();
    parts.webhooks.reset();
    await parts.saveSubscriptions();
    return { ok: true };
  });

  app.post('/:system/:object/touch', async (request) => {
    const names = pathNames(request);
    const { state } = systemNamed(parts, names.system);
    const collection = collectionNamed(systemNamed(parts, names.system), names.object);
    const input = new AdminInput(request.body, ['count', 'ids', 'fields', 'edit', 'seed']);
    const random = new Random(input.integer('seed', 0, 2 ** 31) ?? 1);
    const { id: ignored, ...fields } = input.object('fields') ?? {};
    void ignored;
    const edit = input.text('edit');
    if (edit !== undefined && edit !== 'random') throw new AdminError("edit: can only be 'random'");
    const ids: string[] = [];
    for (const row of chosenRows(collection, input, random)) {
      const changes: RecordValue = edit === 'random' ? { ...randomEdit(names.system, names.object, row.value, random), ...fields } : fields;
      const conflict = collection.conflict(changes, row);
      if (conflict !== undefined) throw new AdminError(`${conflict.field}: ${conflict.row.id} has this value already`, 409);
      state.update(collection, row, changes, adminWrite);
      ids.push(row.id);
    }
    await state.settled();
    return { touched: ids.length, ids };
  });

  app.post('/:system/:object/purge', async (request) => {
    const names = pathNames(request);
    const { state } = systemNamed(parts, names.system);
    const collection = collectionNamed(systemNamed(parts, names.system), names.object);
    const rows = namedRows(collection, new AdminInput(request.body, ['ids']).list('ids') ?? []);
    for (const row of rows) state.remove(collection, row, adminWrite);
    await state.settled();
    return { purged: rows.length };
  });
}

function chosenRows(collection: Collection, input: AdminInput, random: Random): readonly Row[] {
  const ids = input.list('ids');
  if (ids !== undefined) return namedRows(collection, ids);
  const count = input.integer('count', 1, maxRecords);
  if (count === undefined) throw new AdminError('ids or count: say which records, or how many');
  const rows = collection.byAge.slice(0, collection.size).filter((row) => row.value['status'] !== 'deleted');
  const wanted = Math.min(count, rows.length);
  for (let index = 0; index < wanted; index += 1) {
    const other = index + random.below(rows.length - index);
    const row = rows[index] as Row;
    rows[index] = rows[other] as Row;
    rows[other] = row;
  }
  return rows.slice(0, wanted);
}

function namedRows(collection: Collection, ids: readonly Json[]): readonly Row[] {
  return [...new Set(ids.map((id) => (typeof id === 'number' ? String(id) : id)))].map((id) => {
    const row = typeof id === 'string' ? collection.get(id) : undefined;
    if (row === undefined) throw new AdminError(`ids: there is no ${JSON.stringify(id).slice(0, 100)} among ${collection.options.object}`, 404);
    return row;
  });
}
