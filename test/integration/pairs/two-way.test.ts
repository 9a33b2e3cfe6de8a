import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SyncDefinition } from '../../../src/contracts/sync-definition.js';
import { storeDecision, takeDecision } from '../../../src/store/conflict-decisions.js';
import { listConflicts } from '../../../src/store/conflicts.js';
import { newId } from '../../../src/store/new-id.js';
import type { Database } from '../../../src/store/database.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { SyncUnderTest, type SyncUnderTestOptions } from '../activities/sync-under-test.js';
import { at, change, edit, fields, syncWithOnePair, twoWaySync, writable } from './two-way-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

const twoWay = (sync: Partial<SyncDefinition> = {}, options: SyncUnderTestOptions = {}): Promise<SyncUnderTest> => twoWaySync(database, sync, options);
const onePair = (sync: Partial<SyncDefinition> = {}, options: SyncUnderTestOptions = {}): Promise<SyncUnderTest> => syncWithOnePair(database, sync, options);

describe('a record that is new', () => {
  test('at the source is made at the target, and once', async () => {
    const sync = await onePair();
    expect(at(sync.target, 't1')).toMatchObject({ email: 'ada@example.org', name: 'Ada', phone: '1', about: 'n' });
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, updated: 0 } });
    expect([...sync.source.sent, ...sync.target.sent]).toEqual([]);
  });

  test('at the target is made at the source from the fields that flow back', async () => {
    const sync = await twoWay();
    sync.target.put('m1', { email: 'bob@example.org', name: 'Bob', about: 'only here', score: 7 });
    expect(await sync.run('full')).toMatchObject({ counts: { created: 1 } });
    expect(at(sync.source, 't1')).toEqual({ id: 't1', email: 'bob@example.org', name: 'Bob', score: '7' });
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, updated: 0 } });
  });

  test('at the target stays there where the sync makes nothing of it', async () => {
    const { creates: _creates, ...rest } = { creates: 'both' as const };
    const sync = await SyncUnderTest.create(database, { sourceObject: writable, sync: { fields, ...rest } });
    sync.target.put('m1', { email: 'bob@example.org', name: 'Bob' });
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0 } });
  });

  test('at both sides with the same e-mail address becomes one pair, empty fields filled from the other', async () => {
    const sync = await twoWay();
    sync.source.put('c1', { email: 'ada@example.org', name: 'Ada' });
    sync.target.put('m1', { email: 'ada@example.org', name: 'Ada', phone: '5' });
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, updated: 1 } });
    expect(at(sync.source, 'c1')).toMatchObject({ phone: '5' });
  });

  test('and has a twin on its own side is parked', async () => {
    const sync = await onePair();
    sync.source.put('c9', { email: 'ada@example.org', name: 'Ada again' });
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, duplicates: 1 } });
    expect(await sync.letters()).toMatchObject([{ sourceId: 'c9', code: 'duplicate' }]);
  });
});

describe('changes', () => {
  test('flow to the side that has not changed, in both directions at once', async () => {
    const sync = await onePair();
    edit(sync.source, 'c1', { name: 'Ada L.' });
    edit(sync.target, 't1', { phone: '2' });
    expect(await sync.run('full')).toMatchObject({ counts: { updated: 2 } });
    expect([at(sync.source, 'c1'), at(sync.target, 't1')]).toMatchObject([{ name: 'Ada L.', phone: '2' }, { name: 'Ada L.', phone: '2' }]);
  });

  test('row 57: of our own are not sent back, A to B to A stops after one hop', async () => {
    const sync = await onePair();
    edit(sync.source, 'c1', { name: 'Ada L.' });
    await sync.run('full');
    expect([sync.target.sent.length, sync.source.sent.length]).toEqual([1, 0]);
    for (const mode of ['full', 'incremental', 'full'] as const) await sync.run(mode);
    expect([sync.target.sent.length, sync.source.sent.length]).toEqual([1, 0]);
  });

  test('of an e-mail address keep the pair', async () => {
    const sync = await onePair();
    edit(sync.target, 't1', { email: 'ada@new.example' });
    await sync.run('full');
    expect(at(sync.source, 'c1')).toMatchObject({ email: 'ada@new.example' });
    expect(sync.source.records.size).toBe(4);
  });

  test('at both sides follow the rule of the field', async () => {
    const sync = await onePair();
    edit(sync.source, 'c1', { email: 's@example.org', phone: '10' });
    edit(sync.target, 't1', { email: 't@example.org', phone: '20' });
    await sync.run('full');
    for (const record of [at(sync.source, 'c1'), at(sync.target, 't1')]) expect(record).toMatchObject({ email: 's@example.org', phone: '20' });
  });

  test('flow one way only where the field says so', async () => {
    const sync = await onePair();
    edit(sync.target, 't1', { about: 'changed there', score: 9 });
    await sync.run('full');
    expect(at(sync.source, 'c1')).toMatchObject({ notes: 'n', score: '9' });
    expect(at(sync.target, 't1')).toMatchObject({ about: 'changed there' });
    edit(sync.source, 'c1', { notes: 'n2' });
    await sync.run('full');
    expect(at(sync.target, 't1')).toMatchObject({ about: 'n2' });
  });
});

describe('conflicts', () => {
  test('that no rule decides wait for a person, and the other fields go on', async () => {
    const sync = await onePair();
    edit(sync.source, 'c1', { name: 'Ada S.', phone: '3' });
    edit(sync.target, 't1', { name: 'Ada T.' });
    await sync.run('full');
    expect([at(sync.source, 'c1'), at(sync.target, 't1')]).toMatchObject([{ name: 'Ada S.', phone: '3' }, { name: 'Ada T.', phone: '3' }]);
    const [conflict, ...more] = await listConflicts(database, 10, sync.definition.sync);
    expect(more).toEqual([]);
    expect(conflict).toMatchObject({ field: 'name', base: 'Ada', source: 'Ada S.', target: 'Ada T.', sourceId: 'c1', targetId: 't1' });
    expect(await sync.run('full')).toMatchObject({ counts: { updated: 0 } });
  });

  test.each([['source', 'Ada S.'], ['target', 'Ada T.'], ['value', 'Ada Both']] as const)('are resolved as a person decides: %s', async (choice, value) => {
    const sync = await onePair();
    edit(sync.source, 'c1', { name: 'Ada S.' });
    edit(sync.target, 't1', { name: 'Ada T.' });
    await sync.run('full');
    const [conflict] = await listConflicts(database, 10, sync.definition.sync);
    if (conflict === undefined) throw new Error('there is no conflict');
    const shown = { source: conflict.source, target: conflict.target };
    const id = newId();
    await storeDecision(database, { id, conflictId: conflict.id, choice, value, by: 'ann', shown });
    expect([await takeDecision(database, id), await takeDecision(database, id)]).toEqual(['decided', 'decided']);
    const result = await sync.run('incremental');
    expect([at(sync.source, 'c1'), at(sync.target, 't1')]).toMatchObject([{ name: value }, { name: value }]);
    const { rows } = await database.pool.query<{ reason: string }>('select reason from intents where run_id = $1', [result.runId]);
    expect(rows.length).toBeGreaterThan(0);
    for (const { reason } of rows) expect(reason).toContain('conflict resolved by ann');
    expect(await listConflicts(database, 10, sync.definition.sync)).toEqual([]);
  });

  test('are put again when a value has changed since it was shown', async () => {
    const sync = await onePair();
    edit(sync.source, 'c1', { name: 'Ada S.' });
    edit(sync.target, 't1', { name: 'Ada T.' });
    await sync.run('full');
    const [conflict] = await listConflicts(database, 10, sync.definition.sync);
    if (conflict === undefined) throw new Error('there is no conflict');
    const id = newId();
    await storeDecision(database, { id, conflictId: conflict.id, choice: 'source', value: 'Ada S.', by: 'ann', shown: { source: 'Ada S.', target: 'Ada T.' } });
    await takeDecision(database, id);
    edit(sync.target, 't1', { name: 'Ada T. II' });
    await sync.run('full');
    expect(at(sync.target, 't1')).toMatchObject({ name: 'Ada T. II' });
    expect(await listConflicts(database, 10, sync.definition.sync)).toMatchObject([{ target: 'Ada T. II' }]);
  });

  test('end by themselves when one side takes the value of the other', async () => {
    const sync = await onePair();
    edit(sync.source, 'c1', { name: 'Ada S.' });
    edit(sync.target, 't1', { name: 'Ada T.' });
    await sync.run('full');
    edit(sync.target, 't1', { name: 'Ada S.' });
    await sync.run('full');
    expect(await listConflicts(database, 10, sync.definition.sync)).toEqual([]);
  });
});

describe('a record that is gone', () => {
  test('at the source is archived at the target, and not made again', async () => {
    const sync = await onePair();
    sync.source.records.delete('c1');
    expect(await sync.run('full')).toMatchObject({ counts: { archived: 1 } });
    expect(sync.target.records.get('t1')?.inactive).toBe(true);
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, updated: 0, archived: 0 } });
    expect(sync.source.records.has('c1')).toBe(false);
  });

  test('at the target is archived at the source, and not made again when the source changes', async () => {
    const sync = await onePair();
    sync.target.records.delete('t1');
    expect(await sync.run('full')).toMatchObject({ counts: { archived: 1 } });
    edit(sync.source, 'c1', { name: 'later' });
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, updated: 0 } });
    expect([...sync.target.records.keys()].toSorted()).toEqual(['t2', 't3', 't4']);
  });

  test('in large numbers holds the run', async () => {
    const sync = await twoWay({ limits: { deletes: 0.1, changes: 1, blanks: 1 } });
    for (let n = 1; n <= 40; n += 1) sync.source.put(`c${n}`, { email: `c${n}@example.org`, name: `n${n}` });
    await sync.run('full');
    for (let n = 1; n <= 20; n += 1) sync.source.records.delete(`c${n}`);
    sync.target.sent.length = 0;
    expect(await sync.run('full')).toMatchObject({ state: 'held', message: expect.stringContaining('20 of 40') });
    expect(sync.target.sent).toEqual([]);
    expect(await sync.run('full', { allowRemovals: true })).toMatchObject({ state: 'succeeded', counts: { archived: 20 } });
  });
});

describe('a record that changes between reading and writing', () => {
  test.each([['checks versions', true], ['checks no versions', false]] as const)('is merged again where its system %s: row 22', async (_name, checksVersions) => {
    const sync = await onePair({}, { target: { checksVersions } });
    edit(sync.source, 'c1', { name: 'Ada S.' });
    // After the target was read, and before it is written.
    let reads = 0;
    sync.target.onRead = (what) => {
      if (what !== 'list') return;
      reads += 1;
      if (reads === 1) queueMicrotask(() => edit(sync.target, 't1', { phone: '77' }));
    };
    await sync.run('full');
    await sync.run('full');
    expect(at(sync.target, 't1')).toMatchObject({ name: 'Ada S.', phone: '77' });
    expect(at(sync.source, 'c1')).toMatchObject({ name: 'Ada S.', phone: '77' });
  });

  test('three times is parked', async () => {
    const sync = await onePair({}, { target: { checksVersions: true }, targetObject: { update: { ...change, versionHeader: 'If-Match' } } });
    edit(sync.source, 'c1', { name: 'Ada S.' });
    let phone = 0;
    sync.target.whileSent = () => edit(sync.target, 't1', { phone: String(phone += 1) });
    expect(await sync.run('full')).toMatchObject({ counts: { parked: 1 } });
    expect(await sync.letters()).toMatchObject([{ code: 'version-conflict' }]);
  });
});
