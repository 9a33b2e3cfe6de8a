import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adopt, keyHolders, linkSource, lookUp } from '../../../src/store/crosswalk.js';
import type { Database } from '../../../src/store/database.js';
import { mergeEntities, splitRecord } from '../../../src/store/entity-merges.js';
import { intend, settle, type Intent, type LedgerScope } from '../../../src/store/ledger.js';
import { fieldLineage } from '../../../src/store/lineage.js';
import { joinOrphansText } from '../../../src/store/migrations/0032-one-entity.js';
import { objectNumber, syncNumber } from '../../../src/store/names.js';
import { newId } from '../../../src/store/new-id.js';
import { knownEntities, observe } from '../../../src/store/pairs.js';
import { recordHistory } from '../../../src/store/record-history.js';
import { nextWritten, syncsThatWrote } from '../../../src/store/undo-history.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { uniqueName } from '../../support/servers.js';
import { acknowledgement, email, intentFor, linked, newScope, nextRun } from './store-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

/** Two syncs of one source, each with a run. */
async function twoScopes(): Promise<readonly [LedgerScope, LedgerScope]> {
  const mailing = await newScope(database);
  const targetObject = await objectNumber(database, { system: uniqueName('desk'), object: 'user' });
  const desk = await nextRun(database, { ...mailing, syncNumber: await syncNumber(database, uniqueName('sync')), targetObject });
  return [mailing, desk];
}

async function settled(scope: LedgerScope, intents: readonly Intent[], prefix: string): Promise<void> {
  await settle(database, intents.map((intent) => acknowledgement(scope, intent, intent.externalId ?? `${prefix}-${intent.sourceId}`, { keys: [email(`${intent.sourceId}@example.org`)] })));
}

async function entityOf(object: number, id: string): Promise<string | undefined> {
  return (await database.kysely.selectFrom('links').select('entity_id').where('object_id', '=', object).where('external_id', '=', id).where('state', '=', 'live').executeTakeFirst())?.entity_id;
}

async function untilOneWaits(statement = ''): Promise<void> {
  for (let waits = false; !waits;) {
    const { rows } = await database.pool.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and strpos(query, $1) > 0`, [statement]);
    waits = rows.length > 0;
  }
}

const systemOf = async (object: number) => database.kysely.selectFrom('objects').select(['system', 'object']).where('id', '=', object).executeTakeFirstOrThrow();

describe('a settlement for a source record that another sync has linked meanwhile', () => {
  test('keeps its entity; target link, base and keys stand for it, and the ledger still finds the write', async () => {
    const [mailing, desk] = await twoScopes();
    const first = ['c1', 'c2', 'c3'].map((id) => intentFor(id));
    const second = ['c2', 'c3', 'c4'].map((id) => intentFor(id));
    await intend(database, mailing, first);
    await intend(database, desk, second);
    await settled(mailing, first, 'm');
    await settled(desk, second, 'd');
    for (const [at, id] of ['c1', 'c2', 'c3'].entries()) expect(await entityOf(mailing.sourceObject, id)).toBe(first[at]?.entityId);
    expect(await entityOf(desk.targetObject, 'd-c2')).toBe(first[1]?.entityId);
    expect(await entityOf(desk.targetObject, 'd-c4')).toBe(second[2]?.entityId);
    for (const [scope, prefix] of [[mailing, 'm'], [desk, 'd']] as const) {
      expect((await lookUp(database, scope, ['c2'])).get('c2')).toMatchObject({ targetId: `${prefix}-c2`, sourceState: 'live', fingerprint: first[0]?.fingerprint });
      expect(await keyHolders(database, scope, [email('c2@example.org')])).toMatchObject([{ targetId: `${prefix}-c2`, otherSourceId: 'c2' }]);
    }
    const record = { ...(await systemOf(desk.targetObject)), id: 'd-c2' };
    expect((await fieldLineage(database, record, 'name', 10))?.writes.map(({ id }) => id)).toEqual([second[0]?.id]);
    expect((await recordHistory(database, record, 10))?.writes.map(({ id }) => id).toSorted()).toEqual([first[1]?.id, second[0]?.id].toSorted());
    expect(await syncsThatWrote(database, record)).toHaveLength(1);
    const query = { runId: null, syncNumber: desk.syncNumber, sinceMs: null, record: { object: desk.targetObject, id: 'd-c2' } };
    expect(await nextWritten(database, query, undefined, 10)).toMatchObject([{ externalId: 'd-c2', entityId: first[1]?.entityId }]);
    // Nothing is left with the entity that the write was meant for.
    const { rows } = await database.pool.query(`select 1 from links where entity_id = $1 union all select 1 from bases where entity_id = $1 union all select 1 from match_keys where entity_id = $1`, [second[0]?.entityId]);
    expect(rows).toEqual([]);
  });

  test('that waits for the other to commit finds so as well', async () => {
    const [mailing, desk] = await twoScopes();
    const [one, other] = [intentFor('c1'), intentFor('c1')];
    await intend(database, mailing, [one]);
    await intend(database, desk, [other]);
    const client = await database.pool.connect();
    try {
      // The first settlement, as far as it concerns the source record, is not committed yet.
      await client.query('begin');
      await client.query('insert into links (object_id, external_id, entity_id) values ($1, $2, $3)', [mailing.sourceObject, 'c1', one.entityId]);
      const waiting = settled(desk, [other], 'd');
      await untilOneWaits();
      await client.query('commit');
      await waiting;
    } finally {
      client.release();
    }
    expect([await entityOf(mailing.sourceObject, 'c1'), await entityOf(desk.targetObject, 'd-c1')]).toEqual([one.entityId, one.entityId]);
    await settled(mailing, [one], 'm');
    expect(await entityOf(mailing.targetObject, 'm-c1')).toBe(one.entityId);
  });

  test('brings what was known of a record that the target had before', async () => {
    const [mailing, desk] = await twoScopes();
    const known = newId();
    await adopt(database, desk, [{ id: 'd9', version: '1', entityId: known, values: { name: 'old', city: 'Bonn' }, keys: [email('known@example.org')] }]);
    const update = intentFor('c1', { entityId: known, kind: 'update', externalId: 'd9', before: { name: 'old' } });
    await intend(database, desk, [update]);
    const entityId = await linked(database, mailing, 'c1', 'm1');
    await settled(desk, [update], 'd');
    expect((await lookUp(database, desk, ['c1'])).get('c1')).toMatchObject({ entityId, targetId: 'd9' });
    const { rows } = await database.pool.query('select entity_id, "values" from bases where sync_id = $1', [desk.syncNumber]);
    expect(rows).toEqual([{ entity_id: entityId, values: { name: 'c1', city: 'Bonn' } }]);
    expect(await keyHolders(database, desk, [email('known@example.org'), email('c1@example.org')])).toMatchObject([{ entityId }, { entityId }]);
  });

  test('does so too where the other is linked only while the first are being joined', async () => {
    const [mailing, desk] = await twoScopes();
    const known = [newId(), newId()];
    await adopt(database, desk, known.map((entityId, at) => ({ id: `d${at}`, version: '1', entityId, values: { name: 'old', city: 'Bonn' }, keys: [] })));
    const updates = known.map((entityId, at) => intentFor(`c${at}`, { entityId, kind: 'update', externalId: `d${at}` }));
    await intend(database, desk, updates);
    const entities = [await linked(database, mailing, 'c0', 'm0')];
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      await client.query(`select 1 from links where object_id = $1 and external_id = 'd0' for update`, [desk.targetObject]);
      const waiting = settled(desk, updates, 'd');
      await untilOneWaits('update links l set entity_id = j."into"');
      entities.push(await linked(database, mailing, 'c1', 'm1'));
      await client.query('commit');
      await waiting;
    } finally {
      client.release();
    }
    const { rows } = await database.pool.query('select entity_id, "values" from bases where sync_id = $1 order by "values" ->> \'name\'', [desk.syncNumber]);
    expect(rows).toEqual(entities.map((entity_id, at) => ({ entity_id, values: { name: `c${at}`, city: 'Bonn' } })));
    expect(await Promise.all(['d0', 'd1'].map((id) => entityOf(desk.targetObject, id)))).toEqual(entities);
  });

  test('does not undo what a person has put together or taken apart', async () => {
    const [mailing, desk] = await twoScopes();
    const entityId = await linked(database, mailing, 'c1', 'm1');
    const under = intentFor('c1', { entityId });
    await intend(database, desk, [under]);
    const third = newId();
    await adopt(database, { ...desk, targetObject: (await newScope(database)).targetObject }, [{ id: 'x1', version: '1', entityId: third, values: {}, keys: [] }]);
    await database.kysely.transaction().execute((transaction) => mergeEntities(transaction, { from: entityId, into: third, reason: 'the same', by: 'vera' }));
    await settled(desk, [under], 'd');
    expect([await entityOf(mailing.sourceObject, 'c1'), await entityOf(mailing.targetObject, 'm1'), await entityOf(desk.targetObject, 'd-c1')]).toEqual([third, third, third]);

    const update = intentFor('c1', { entityId: third, kind: 'update', externalId: 'd-c1' });
    await intend(database, desk, [update]);
    await splitRecord(database, { object: mailing.targetObject, id: 'm1' }, { by: 'vera', note: null });
    const alone = await entityOf(mailing.targetObject, 'm1');
    await settled(desk, [update], 'd');
    expect(alone).not.toBe(third);
    expect([await entityOf(mailing.targetObject, 'm1'), await entityOf(desk.targetObject, 'd-c1')]).toEqual([alone, third]);
  });

  test('to a target to which the other has made a record as well, leaves the newer one linked', async () => {
    const mailing = await newScope(database);
    const second = await nextRun(database, { ...mailing, syncNumber: await syncNumber(database, uniqueName('sync')) });
    const entityId = await linked(database, await newScope(database).then((other) => ({ ...other, sourceObject: mailing.sourceObject })), 'c1', 'x1');
    const [one, other] = [intentFor('c1', { entityId }), intentFor('c1', { entityId })];
    await intend(database, mailing, [one]);
    await intend(database, second, [other]);
    await settled(mailing, [one], 'm');
    await settled(second, [other], 'n');
    expect([await entityOf(mailing.targetObject, 'm-c1'), await entityOf(mailing.targetObject, 'n-c1')]).toEqual([undefined, entityId]);
  });
});

test('a step keeps no entity: it stands for what its record stands for', async () => {
  const scope = await newScope(database);
  const steps = { ...scope, sourceObject: await objectNumber(database, { system: `handoff/${uniqueName('deal')}`, object: 'step' }) };
  const entityId = await linked(database, scope, 'c1', 'm1');
  await linked(database, steps, 'run/a', 'm2');
  const removal = intentFor('run/a', { entityId, externalId: 'm1', kind: 'update' });
  await intend(database, steps, [removal]);
  await settled(steps, [removal], 'm');
  expect([await entityOf(steps.sourceObject, 'run/a'), await entityOf(scope.targetObject, 'm1'), await entityOf(scope.sourceObject, 'c1')]).toEqual([entityId, entityId, entityId]);
});

test.each(['source', 'target'] as const)('a record of the %s that a two-way sync sees for the first time keeps the entity that another sync has given it meanwhile', async (side) => {
  const [both, other] = await twoScopes();
  const object = side === 'source' ? both.sourceObject : both.targetObject;
  // Nobody knows the records as they are looked up.
  expect(await knownEntities(database, both, side, ['c1', 'c2'])).toEqual(new Map());
  const entityId = await linked(database, { ...other, sourceObject: object }, 'c1', 'd1');
  const sightings = ['c1', 'c2'].map((id) => ({ entityId: newId(), end: { id, values: { name: id }, version: '1', atMs: null, state: 'live' as const }, keys: [email(`${id}@example.org`)] }));
  expect(await observe(database, both, side, sightings)).toBe(2);
  expect(await observe(database, both, side, sightings.map((sighting) => (sighting.end.id === 'c1' ? { ...sighting, entityId } : sighting)))).toBe(0);
  expect([await entityOf(object, 'c1'), await entityOf(other.targetObject, 'd1'), await entityOf(object, 'c2')]).toEqual([entityId, entityId, sightings[1]?.entityId]);
  expect(await knownEntities(database, both, side, ['c1', 'c2'])).toEqual(new Map([['c1', { entityId, paired: true }], ['c2', { entityId: sightings[1]?.entityId, paired: true }]]));
});

test('a write of a two-way sync brings the records of other syncs to the entity of its pair', async () => {
  const [both, other] = await twoScopes();
  const entityId = newId();
  await observe(database, both, 'source', [{ entityId, end: { id: 'c1', values: { name: 'c1' }, version: '1', atMs: null, state: 'live' }, keys: [] }]);
  await database.pool.query('delete from links where object_id = $1', [both.sourceObject]);
  await linked(database, other, 'c1', 'd1');
  const intent = intentFor('c1', { entityId, agrees: { name: 'c1' } });
  await intend(database, both, [intent]);
  await settled(both, [intent], 'm');
  expect([await entityOf(both.sourceObject, 'c1'), await entityOf(both.targetObject, 'm-c1'), await entityOf(other.targetObject, 'd1')]).toEqual([entityId, entityId, entityId]);
  expect((await lookUp(database, other, ['c1'])).get('c1')).toMatchObject({ entityId, targetId: 'd1', sourceState: 'live', fingerprint: intent.fingerprint });
});

test('a link without a write keeps the entity of a source record that another sync has linked, and brings the target\'s record', async () => {
  const [mailing, desk] = await twoScopes();
  const known = newId();
  await adopt(database, desk, [{ id: 'd9', version: '1', entityId: known, values: { name: 'c1' }, keys: [email('c1@example.org')] }]);
  const entityId = await linked(database, mailing, 'c1', 'm1');
  await linkSource(database, desk, desk.runId, [{ sourceId: 'c1', entityId: known, version: '1', fingerprint: 'aa' }]);
  expect((await lookUp(database, desk, ['c1'])).get('c1')).toMatchObject({ entityId, targetId: 'd9', fingerprint: 'aa' });
  expect((await lookUp(database, mailing, ['c1'])).get('c1')).toMatchObject({ entityId, targetId: 'm1' });
});

describe('the repair of what such settlements have left', () => {
  const leave = async (mailing: LedgerScope, desk: LedgerScope, id: string): Promise<string> => {
    await linked(database, mailing, id, `m-${id}`, {}, { keys: [email(`${id}@example.org`)] });
    const entityId = newId();
    // As a settlement overwrote the source's link.
    await database.pool.query('update links set entity_id = $3 where object_id = $1 and external_id = $2', [mailing.sourceObject, id, entityId]);
    await linked(database, desk, id, `d-${id}`, { entityId });
    return entityId;
  };
  const repair = async (): Promise<void> => { await database.pool.query(`begin; ${joinOrphansText} commit`); };

  test('joins a target record without a source record to the entity of the one it was written for', async () => {
    const [mailing, desk] = await twoScopes();
    const entityId = await leave(mailing, desk, 'c1');
    for (let turn = 0; turn < 2; turn += 1) {
      await repair();
      expect((await lookUp(database, mailing, ['c1'])).get('c1')).toMatchObject({ entityId, targetId: 'm-c1', sourceState: 'live', fingerprint: intentFor('c1').fingerprint });
      expect(await keyHolders(database, mailing, [email('c1@example.org')])).toMatchObject([{ entityId, targetId: 'm-c1', otherSourceId: 'c1' }]);
      expect((await recordHistory(database, { ...(await systemOf(mailing.targetObject)), id: 'm-c1' }, 10))?.writes).toHaveLength(2);
    }
  });

  test('leaves alone what a person has taken apart', async () => {
    const [mailing, desk] = await twoScopes();
    await linked(database, mailing, 'c1', 'm1');
    await linked(database, desk, 'c1', 'd1', { entityId: await entityOf(mailing.sourceObject, 'c1') ?? '' });
    await splitRecord(database, { object: mailing.sourceObject, id: 'c1' }, { by: 'vera', note: null });
    const before = await entityOf(mailing.targetObject, 'm1');
    await repair();
    expect(await entityOf(mailing.targetObject, 'm1')).toBe(before);
  });
});
