import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SyncDefinition } from '../../../src/contracts/sync-definition.js';
import type { Database } from '../../../src/store/database.js';
import { listConflicts } from '../../../src/store/conflicts.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import type { SyncUnderTest } from '../activities/sync-under-test.js';
import { letFlagsCount, planOf, refusalsOf, restorable, undone } from '../plans/plan-under-test.js';
import { at, edit, idByEmail, syncWithOnePair } from './two-way-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

/** A sync with one pair whose archived records can be brought back at either side. */
async function onePair(definition: Partial<SyncDefinition> = {}): Promise<SyncUnderTest> {
  const sync = await syncWithOnePair(database, definition, { sourceObject: restorable, targetObject: restorable });
  for (const system of [sync.source, sync.target]) letFlagsCount(system);
  return sync;
}

const pair = (sync: SyncUnderTest): unknown => [at(sync.source, 'c1'), at(sync.target, 't1')];

/** Several runs, complete ones and others, that are to send nothing. */
async function expectQuiet(sync: SyncUnderTest): Promise<void> {
  const before = [sync.source.sent.length, sync.target.sent.length];
  for (const mode of ['full', 'incremental', 'full'] as const) expect(await sync.run(mode)).toMatchObject({ state: 'succeeded' });
  expect([sync.source.sent.length, sync.target.sent.length]).toEqual(before);
}

/** A run that has carried a name to the target and a telephone number to the source. */
async function changed(sync: SyncUnderTest): Promise<string> {
  edit(sync.source, 'c1', { name: 'Ada L.' });
  edit(sync.target, 't1', { phone: '2' });
  return (await sync.run('full')).runId;
}

describe('an undo of a two-way run', () => {
  test('takes the writes to both sides back; the next runs neither repeat them nor carry the old values over', async () => {
    const sync = await onePair();
    const runId = await changed(sync);
    expect(await undone(sync, { runId })).toMatchObject({ state: 'succeeded', counts: { updated: 2 } });
    expect(pair(sync)).toMatchObject([{ name: 'Ada L.', phone: '1' }, { name: 'Ada', phone: '2' }]);
    await expectQuiet(sync);
    expect(pair(sync)).toMatchObject([{ name: 'Ada L.', phone: '1' }, { name: 'Ada', phone: '2' }]);
    expect(await listConflicts(database, 10, sync.definition.sync)).toEqual([]);
  });

  test.each<[string, (sync: SyncUnderTest) => void, object]>([
    ['the source, which goes to the target', (sync) => edit(sync.source, 'c1', { name: 'Ada M.' }), { name: 'Ada M.' }],
    ['the target, which goes to the source', (sync) => edit(sync.target, 't1', { name: 'Ada T.' }), { name: 'Ada T.' }],
    ['the target to what the source has', (sync) => edit(sync.target, 't1', { name: 'Ada L.' }), { name: 'Ada L.' }],
    ['the source back to what the target has', (sync) => edit(sync.source, 'c1', { name: 'Ada' }), { name: 'Ada' }],
  ])('ends for a field with a change at %s', async (_where, change, both) => {
    const sync = await onePair();
    await undone(sync, { runId: await changed(sync) });
    await sync.run('full');
    change(sync);
    await sync.run('full');
    expect(pair(sync)).toMatchObject([{ ...both, phone: '1' }, { ...both, phone: '2' }]);
    // From then on it is an ordinary field.
    edit(sync.target, 't1', { name: 'Ada' });
    await sync.run('full');
    expect(at(sync.source, 'c1')).toMatchObject({ name: 'Ada' });
    await expectQuiet(sync);
  });

  test('leaves a field to its rule that both sides change afterwards', async () => {
    const sync = await onePair();
    await undone(sync, { runId: await changed(sync) });
    edit(sync.source, 'c1', { name: 'Ada S.', phone: '8' });
    edit(sync.target, 't1', { name: 'Ada T.', phone: '9' });
    await sync.run('full');
    expect(pair(sync)).toMatchObject([{ name: 'Ada S.', phone: '9' }, { name: 'Ada T.', phone: '9' }]);
    expect(await listConflicts(database, 10, sync.definition.sync)).toMatchObject([{ field: 'name', source: 'Ada S.', target: 'Ada T.' }]);
  });

  test('loses no change that was made before it and that no run has carried over yet', async () => {
    const sync = await onePair();
    const runId = await changed(sync);
    edit(sync.source, 'c1', { name: 'Ada M.', email: 'ada@new.example' });
    edit(sync.target, 't1', { score: 7 });
    // A plan sees the changes, and carries none of them over.
    await planOf(sync);
    await undone(sync, { runId });
    await sync.run('full');
    expect(pair(sync)).toMatchObject([{ name: 'Ada M.', email: 'ada@new.example', score: '7' }, { name: 'Ada M.', email: 'ada@new.example' }]);
  });

  test.each(['source', 'target'] as const)('lists a field that no longer holds what was written at the %s, and leaves it', async (side) => {
    const sync = await onePair();
    const runId = await changed(sync);
    if (side === 'target') edit(sync.target, 't1', { name: 'By hand' });
    else edit(sync.source, 'c1', { phone: '99' });
    const { plan, counts } = await undone(sync, { runId });
    expect(counts.updated).toBe(1);
    expect(await refusalsOf(sync, plan.id)).toMatchObject([{ code: 'changed-since', fields: [side === 'target' ? { field: 'name', found: 'By hand' } : { field: 'phone', found: '99' }] }]);
    await sync.run('full');
    expect(pair(sync)).toMatchObject(side === 'target' ? [{ name: 'By hand', phone: '1' }, { name: 'By hand', phone: '2' }] : [{ name: 'Ada L.', phone: '99' }, { name: 'Ada', phone: '99' }]);
  });

  test('is itself undone, and everything is as if neither had been', async () => {
    const sync = await onePair();
    const first = await undone(sync, { runId: await changed(sync) });
    expect(await undone(sync, { runId: first.runId })).toMatchObject({ state: 'succeeded', counts: { updated: 2 } });
    expect(pair(sync)).toMatchObject([{ name: 'Ada L.', phone: '2' }, { name: 'Ada L.', phone: '2' }]);
    await expectQuiet(sync);
    edit(sync.target, 't1', { name: 'Ada' });
    await sync.run('full');
    expect(at(sync.source, 'c1')).toMatchObject({ name: 'Ada' });
  });

  test('of fields that flow one way leaves them to the side that they come from', async () => {
    const sync = await onePair();
    edit(sync.source, 'c1', { notes: 'n2' });
    const { runId } = await sync.run('full');
    await undone(sync, { runId });
    expect(at(sync.target, 't1')).toMatchObject({ about: 'n' });
    await expectQuiet(sync);
    edit(sync.source, 'c1', { notes: null });
    await sync.run('full');
    expect(at(sync.target, 't1')).toMatchObject({ about: null });
  });
});

describe('an undo of what a two-way run made or removed', () => {
  test.each(['source', 'target'] as const)('archives a record that was made at the %s, and its other half does not make it again', async (side) => {
    const sync = await onePair();
    const [from, to] = side === 'target' ? [sync.source, sync.target] : [sync.target, sync.source];
    from.put('new', { email: 'new@example.org', name: 'New' });
    const { runId } = await sync.run('full');
    const made = idByEmail(to, 'new@example.org');
    expect(await undone(sync, { runId })).toMatchObject({ state: 'succeeded', counts: { archived: 1 } });
    expect(to.records.get(made)?.inactive).toBe(true);
    await expectQuiet(sync);
    expect(from.records.get('new')?.inactive).toBe(false);
  });

  test.each(['source', 'target'] as const)('brings back what was archived at the %s, and it stays although its other half is gone', async (side) => {
    const sync = await onePair();
    const [from, to] = side === 'target' ? [sync.source, sync.target] : [sync.target, sync.source];
    const [gone, archived] = side === 'target' ? ['c1', 't1'] : ['t1', 'c1'];
    const record = from.records.get(gone);
    from.records.delete(gone);
    const { runId } = await sync.run('full');
    expect(to.records.get(archived)?.inactive).toBe(true);
    expect(await undone(sync, { runId })).toMatchObject({ state: 'succeeded', counts: { updated: 1 } });
    expect(to.records.get(archived)?.inactive).toBe(false);
    await expectQuiet(sync);
    edit(to, archived, { name: 'Worked on' });
    await expectQuiet(sync);
    // Once its other half is there again, the two are an ordinary pair.
    if (record !== undefined) from.records.set(gone, { ...record, version: '9' });
    await sync.run('full');
    expect(at(from, gone)).toMatchObject({ name: 'Worked on' });
    from.records.delete(gone);
    expect(await sync.run('full')).toMatchObject({ counts: { archived: 1 } });
  });

  test('lists what was deleted for good', async () => {
    const sync = await onePair({ onDelete: 'delete' });
    sync.source.records.delete('c1');
    const { runId } = await sync.run('full');
    const { plan } = await undone(sync, { runId });
    expect(await refusalsOf(sync, plan.id)).toMatchObject([{ externalId: 't1', code: 'deleted-for-good' }]);
  });

  test('is undone in its turn: what it archived is back, and one pair again', async () => {
    const sync = await onePair();
    sync.source.put('new', { email: 'new@example.org', name: 'New' });
    const { runId } = await sync.run('full');
    const first = await undone(sync, { runId });
    await undone(sync, { runId: first.runId });
    await expectQuiet(sync);
    edit(sync.source, 'new', { name: 'Newer' });
    await sync.run('full');
    expect([...sync.target.records.values()].filter(({ data, inactive }) => data['name'] === 'Newer' && !inactive)).toHaveLength(1);
  });
});
