import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PagePlanner } from '../../../activities/sync/page-planner.js';
import type { PlannedWrite } from '../../../activities/sync/planned-write.js';
import type { RecordWriter } from '../../../activities/sync/record-writer.js';
import type { SourceRecord } from '../../../src/contracts/connector.js';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { InactiveRule, RemovalRule } from '../../../src/contracts/sync-definition.js';
import type { Database } from '../../../src/store/database.js';
import { park } from '../../../src/store/dead-letters.js';
import { intend, settle } from '../../../src/store/ledger.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { watchedPage, type WatchedPage } from '../../unit/activities/writer-under-test.js';
import { closing, intentFor, letterFor } from '../store/store-under-test.js';
import { field, SyncUnderTest, type SyncUnderTestOptions } from './sync-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

interface Planned {
  readonly writes: readonly PlannedWrite[];
  readonly page: WatchedPage;
  readonly settledFor: readonly string[];
}

const contact = (id: string, data: JsonObject = {}, more: Partial<SourceRecord> = {}): SourceRecord =>
  ({ id, version: '1', updatedAtMs: null, deleted: false, inactive: false, data: { id, email: `${id}@example.org`, name: id, ...data }, ...more });

/** Plans one page of a new run, and keeps what would be written. */
async function plan(sync: SyncUnderTest, records: readonly SourceRecord[], mode: 'full' | 'plan' = 'full'): Promise<Planned> {
  const { runId } = await sync.start(mode);
  const context = await sync.context(runId);
  const writes: PlannedWrite[] = [];
  const settledFor: string[] = [];
  const writer: RecordWriter = { add: async (write) => { writes.push(write); }, settledFor: async (id) => { settledFor.push(id); }, drain: async () => undefined };
  const planner = new PagePlanner(context, writer, sync.heartbeat.signal);
  const page = watchedPage();
  await planner.prepare();
  await planner.plan({ records, bad: [], next: null }, page);
  return { writes, page, settledFor };
}

/** A sync that has carried c1 to c4 over. */
async function synced(options: SyncUnderTestOptions = {}): Promise<SyncUnderTest> {
  const sync = await SyncUnderTest.create(database, options);
  for (const id of ['c1', 'c2', 'c3', 'c4']) {
    const { data } = contact(id);
    sync.source.put(id, data);
  }
  await sync.run();
  return sync;
}

const inWords = ({ writes }: Planned): readonly string[] => writes.map(({ intent }) => `${intent.kind} ${intent.sourceId}`);

describe('planning a page', () => {
  test('asks for each record of it whether an earlier write is under way, and takes the later of two with one id', async () => {
    const sync = await synced();
    const planned = await plan(sync, [contact('c1', { name: 'first' }), contact('c9'), contact('c1', { name: 'second' })]);
    expect(planned.settledFor).toEqual(['c1', 'c9']);
    expect(planned.writes.map(({ intent }) => intent.after)).toEqual([{ name: 'second' }, expect.objectContaining({ name: 'c9' })]);
    expect(planned.page.counts).toMatchObject({ read: 2 });
  });

  test('counts each record once, whatever it comes to', async () => {
    const sync = await synced();
    const planned = await plan(sync, [
      contact('c1'), contact('c2', { name: 'renamed' }), contact('c3', {}, { deleted: true }), contact('c4', { name: '' }), contact('c5'),
      contact('c6', { email: 'c1@example.org' }), contact('c7', {}, { deleted: true }), contact('c8', {}, { inactive: true }),
    ]);
    expect(inWords(planned)).toEqual(['update c2', 'archive c3', 'create c5']);
    expect(planned.page.counts).toEqual({ read: 8, unchanged: 1, ignored: 2, unlinked: 0, parked: 1, duplicates: 1 });
  });

  test('sends a nested object whole when a part of it changed', async () => {
    const sync = await SyncUnderTest.create(database, { sync: { fields: [field('email', 'email', { type: 'email' }), field('city', '/address/city'), field('street', '/address/street')] } });
    sync.source.put('c1', { email: 'c1@example.org', city: 'Bonn', street: 'Am Hof 1' });
    await sync.run();
    const planned = await plan(sync, [contact('c1', { city: 'Berlin', street: 'Am Hof 1' })]);
    expect(planned.writes[0]?.intent).toMatchObject({ before: { address: { city: 'Bonn', street: 'Am Hof 1' } }, after: { address: { city: 'Berlin', street: 'Am Hof 1' } } });
  });

  test('names the record, its version and what it was based on', async () => {
    const sync = await synced();
    const [targetId] = Object.entries(sync.atTarget()).find(([, name]) => name === 'c2') ?? [];
    const planned = await plan(sync, [contact('c2', { email: 'new@example.org' }, { version: '17' })]);
    expect(planned.writes[0]).toMatchObject({
      intent: { externalId: targetId, expectedVersion: '1', sourceVersion: '17', before: { email: 'c2@example.org' }, after: { email: 'new@example.org' }, reason: 'changed at the source' },
      keys: [{ kind: 'email', value: 'new@example.org' }], droppedKeys: [{ kind: 'email', value: 'c2@example.org' }], payload: { id: 'c2' },
    });
  });

  test('clears at the target what was cleared at the source', async () => {
    const sync = await SyncUnderTest.create(database);
    sync.source.put('c1', { email: 'c1@example.org', name: 'c1', phone: '+4930111111' });
    await sync.run();
    expect((await plan(sync, [contact('c1')])).writes[0]?.intent).toMatchObject({ before: { phone: '+4930111111' }, after: { phone: null } });
  });

  test('leaves a record alone whose last write waits for a person', async () => {
    const sync = await synced();
    const { runId } = await sync.start();
    const { scope } = await sync.context(runId);
    const write = intentFor('c2', { kind: 'update', externalId: 't2' });
    await intend(database, scope, [write]);
    await settle(database, [closing(scope, write, 'unknown')]);
    await sync.finish(runId, 'failed');
    const planned = await plan(sync, [contact('c2', { name: 'renamed' })]);
    expect([inWords(planned), planned.page.counts]).toEqual([[], expect.objectContaining({ ignored: 1 })]);
  });

  test('closes the letter of a record that is as it should be', async () => {
    const sync = await synced();
    await park(database, (await sync.context((await sync.start()).runId)).scope, [letterFor('c1'), letterFor('c2')]);
    await plan(sync, [contact('c1')]);
    expect((await sync.letters()).map(({ sourceId }) => sourceId)).toEqual(['c2']);
  });

  test('stores nothing but what would be written, when it is for a plan', async () => {
    const sync = await synced();
    const planned = await plan(sync, [contact('c1', { name: '' }), contact('c5'), contact('c6', { email: 'c5@example.org' })], 'plan');
    expect([inWords(planned), planned.page.counts]).toEqual([['create c5'], expect.objectContaining({ parked: 1, duplicates: 1 })]);
    expect(await sync.letters()).toEqual([]);
  });
});

describe('a record that is no longer to be carried over', () => {
  const deleted: readonly [RemovalRule, readonly string[]][] = [['archive', ['archive c1']], ['delete', ['delete c1']], ['unlink', []], ['ignore', []]];
  test.each(deleted)('since it is deleted, is treated by the rule %s', async (onDelete, words) => {
    const planned = await plan(await synced({ sync: { onDelete } }), [contact('c1', {}, { deleted: true })]);
    expect(inWords(planned)).toEqual(words);
    expect(planned.page.counts).toMatchObject({ unlinked: onDelete === 'unlink' ? 1 : 0, ignored: onDelete === 'ignore' ? 1 : 0 });
  });

  const inactive: readonly [InactiveRule, readonly string[]][] = [['archive', ['archive c1']], ['ignore', []], ['sync', ['update c1']]];
  test.each(inactive)('since it is inactive, is treated by the rule %s', async (onInactive, words) => {
    expect(inWords(await plan(await synced({ sync: { onInactive } }), [contact('c1', { name: 'renamed' }, { inactive: true })]))).toEqual(words);
  });

  test('since it is out of scope, is left as it is', async () => {
    const sync = await synced({ sync: { scope: { kind: 'compare', field: 'name', operator: '!=', value: 'test' } } });
    const planned = await plan(sync, [contact('c1', { name: 'test' }), contact('c9', { name: 'test' })]);
    expect([inWords(planned), planned.page.counts]).toEqual([[], expect.objectContaining({ ignored: 2 })]);
  });

  test('is archived once, not each time it is read', async () => {
    const sync = await synced();
    sync.source.put('c1', contact('c1').data, { inactive: true });
    await sync.run('full');
    expect(inWords(await plan(sync, [contact('c1', {}, { inactive: true }), contact('c2', {}, { deleted: true })]))).toEqual(['archive c2']);
  });

  test('is written whole when it comes back', async () => {
    const sync = await synced();
    sync.source.put('c1', contact('c1').data, { inactive: true });
    await sync.run('full');
    expect((await plan(sync, [contact('c1')])).writes.map(({ intent }) => [intent.kind, intent.reason, Object.keys(intent.after)])).toEqual([['update', 'back at the source', ['email', 'name', 'phone', 'address']]]);
  });

  test('and was unlinked, is none of the sync\'s business any more', async () => {
    const sync = await synced({ sync: { onDelete: 'unlink' } });
    sync.source.put('c1', contact('c1').data, { deleted: true });
    await sync.run('full');
    const planned = await plan(sync, [contact('c1', { name: 'is back' })]);
    expect([inWords(planned), planned.page.counts]).toEqual([[], expect.objectContaining({ ignored: 1 })]);
  });
});

describe('a planner that leaves no trace', () => {
  test('decides and counts the same, and stores nothing of it', async () => {
    const sync = await synced({ sync: { onDelete: 'unlink' } });
    const { runId } = await sync.start('full');
    const context = await sync.context(runId);
    const { sync_id: syncId } = (await database.pool.query<{ sync_id: number }>('select sync_id from runs where id = $1', [runId])).rows[0] ?? { sync_id: 0 };
    const traces = async (): Promise<unknown> => (await database.pool.query(
      `select (select count(*) from dead_letters where sync_id = $1) as letters, (select count(*) from plan_refusals where run_id = $2) as refusals,
         (select count(*) from bases where sync_id = $1 and state = 'unlinked') as unlinked, (select count(*) from intents where run_id = $2) as intents,
         (select count(*) from seen where run_id = $2) as seen, (select md5(string_agg(l::text, ',' order by l.object_id, l.external_id)) from links l) as links`,
      [syncId, runId])).rows;
    const before = await traces();
    const { tracksSeen: _seen, ...place } = context.run.place;
    const writes: PlannedWrite[] = [];
    const writer: RecordWriter = { add: async (write) => { writes.push(write); }, settledFor: async () => undefined, drain: async () => undefined };
    const planner = new PagePlanner({ ...context, run: { ...context.run, mode: 'plan', place } }, writer, sync.heartbeat.signal, { leavesNoTrace: true });
    const page = watchedPage();
    await planner.prepare();
    await planner.plan({
      records: [contact('c1', { name: 'Renamed' }), contact('c2', { name: null }), contact('c3', {}, { deleted: true }), contact('c4'), contact('c9', { email: 'c4@example.org' }), contact('c10')],
      bad: [{ position: 6, reason: 'has no id', data: {} }], next: null,
    }, page);
    expect(inWords({ writes, page, settledFor: [] })).toEqual(['update c1', 'create c10']);
    expect(page.counts).toMatchObject({ parked: 2, duplicates: 1, unlinked: 1, unchanged: 1 });
    expect(await traces()).toEqual(before);
  });
});
