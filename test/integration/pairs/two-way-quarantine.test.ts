import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { SyncDefinition } from '../../../src/contracts/sync-definition.js';
import { listConflicts } from '../../../src/store/conflicts.js';
import type { Database } from '../../../src/store/database.js';
import { endQuarantine, quarantine } from '../../../src/store/drift.js';
import { newestOwnRun } from '../../../src/store/runs.js';
import type { FakeSystem } from '../../support/fake-system.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import type { SyncUnderTest, SyncUnderTestOptions } from '../activities/sync-under-test.js';
import { at, edit, fields, idByEmail, syncWithOnePair } from './two-way-under-test.js';

// Row 46 of the fault matrix, for syncs that flow both ways.
let migrated: MigratedDatabase;
let database: Database;
beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

type End = 'from' | 'to';
const onePair = (sync: Partial<SyncDefinition> = {}, options: SyncUnderTestOptions = {}): Promise<SyncUnderTest> => syncWithOnePair(database, sync, options);
const hold = (sync: SyncUnderTest, end: End, field: string) => quarantine(database, sync.definition[end], { field, kind: 'vanished', summary: 'It is gone.' });
const release = (sync: SyncUnderTest, end: End, field: string) => endQuarantine(database, sync.definition[end], field, { by: 'ada', how: 'released' });
const sides = async (sync: SyncUnderTest) => (await newestOwnRun(database, sync.definition.sync))?.place.sides;
const sentTo = (system: FakeSystem): readonly JsonObject[] => system.sent.flatMap(({ items }) => items.map(({ fields: sent }) => sent));
const phones = (sync: SyncUnderTest): readonly unknown[] => [at(sync.source, 'c1')?.['phone'] ?? null, at(sync.target, 't1')?.['phone'] ?? null];

describe('a field of the source that is in quarantine', () => {
  test('is written to neither side, while everything else flows both ways; afterwards it flows as it would have', async () => {
    const sync = await onePair();
    await hold(sync, 'from', '/phone');
    // It is gone from the source; meanwhile somebody changes it at the target, and other fields at both sides.
    edit(sync.source, 'c1', { phone: null, name: 'Ada L.' });
    edit(sync.target, 't1', { phone: '2', email: 'ada@new.example' });
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { updated: 2 } });
    expect([at(sync.source, 'c1'), at(sync.target, 't1')]).toMatchObject([{ name: 'Ada L.', email: 'ada@new.example' }, { name: 'Ada L.', email: 'ada@new.example' }]);
    expect(phones(sync)).toEqual([null, '2']);
    expect([...sentTo(sync.source), ...sentTo(sync.target)].filter((sent) => 'phone' in sent)).toEqual([]);
    await sync.run();
    await sync.run('full');
    expect(phones(sync)).toEqual([null, '2']);
    edit(sync.source, 'c1', { phone: '1' });
    await release(sync, 'from', '/phone');
    await sync.run();
    expect(phones(sync)).toEqual(['2', '2']);
    expect(await sync.run('full')).toMatchObject({ counts: { updated: 0 } });
  });

  test('that was mended with another value meets what was changed at the target meanwhile by the rule of the field', async () => {
    const sync = await onePair({ fields: fields.map((field) => (field.to === 'phone' ? { ...field, conflict: 'ask' as const } : field)) });
    await hold(sync, 'from', '/phone');
    edit(sync.source, 'c1', { phone: null });
    edit(sync.target, 't1', { phone: '2' });
    await sync.run('full');
    edit(sync.source, 'c1', { phone: '3' });
    await release(sync, 'from', '/phone');
    await sync.run();
    expect(await listConflicts(database, 10, sync.definition.sync)).toMatchObject([{ field: 'phone', base: '1', source: '3', target: '2' }]);
    expect(phones(sync)).toEqual(['3', '2']);
  });

  test('keeps a change that was seen before and not yet carried over', async () => {
    const sync = await onePair();
    edit(sync.target, 't1', { phone: '2' });
    const { runId } = await sync.start();
    await sync.observe(runId);
    await sync.finish(runId, 'failed');
    await hold(sync, 'from', '/phone');
    edit(sync.source, 'c1', { phone: null });
    await sync.run('full');
    expect(phones(sync)).toEqual([null, '2']);
    edit(sync.source, 'c1', { phone: '1' });
    await release(sync, 'from', '/phone');
    await sync.run();
    expect(phones(sync)).toEqual(['2', '2']);
  });

  test('keeps a conflict about it open', async () => {
    const sync = await onePair({ fields: fields.map((field) => (field.to === 'phone' ? { ...field, conflict: 'ask' as const } : field)) });
    edit(sync.source, 'c1', { phone: '3' });
    edit(sync.target, 't1', { phone: '2' });
    await sync.run('full');
    const [before] = await listConflicts(database, 10, sync.definition.sync);
    await hold(sync, 'from', '/phone');
    edit(sync.source, 'c1', { phone: null, name: 'Ada L.' });
    await sync.run('full');
    expect(await listConflicts(database, 10, sync.definition.sync)).toEqual([before]);
  });

  test('does not empty the target where a record comes back meanwhile', async () => {
    const sync = await onePair({ onInactive: 'archive' });
    const record = sync.source.records.get('c1');
    if (record === undefined) throw new Error('there is no c1');
    sync.source.records.set('c1', { ...record, inactive: true });
    await sync.run('full');
    await hold(sync, 'from', '/phone');
    sync.source.records.set('c1', { ...record, version: '9', data: { ...record.data, phone: null } });
    await sync.run('full');
    expect([sync.target.records.get('t1')?.inactive, at(sync.target, 't1')?.['phone']]).toEqual([false, '1']);
  });

  test('has the first run afterwards read both sides completely, whatever it was asked for, until one has succeeded', async () => {
    const sync = await onePair();
    sync.source.put('c5', { email: 'c5@example.org', name: 'n5' }, { updatedAtMs: Date.now() - 60_000 });
    await sync.run('full');
    await sync.run();
    expect((await sides(sync))?.source.sinceMs).toBeTypeOf('number');
    await hold(sync, 'from', '/phone');
    await sync.run();
    expect((await sides(sync))?.source.sinceMs).toBeTypeOf('number');
    await release(sync, 'from', '/phone');
    const { runId } = await sync.start();
    await sync.finish(runId, 'failed');
    expect((await sides(sync))?.source.sinceMs).toBeUndefined();
    await sync.run();
    expect((await sides(sync))?.source.sinceMs).toBeUndefined();
    await sync.run();
    expect((await sides(sync))?.source.sinceMs).toBeTypeOf('number');
  });
});

describe('a field of the target that is in quarantine', () => {
  test('empties no field of the source, and takes what was changed there once it is mended', async () => {
    const sync = await onePair();
    await hold(sync, 'to', '/phone');
    edit(sync.target, 't1', { phone: null });
    edit(sync.source, 'c1', { phone: '9', name: 'Ada L.' });
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded' });
    expect([phones(sync), at(sync.target, 't1')?.['name']]).toEqual([['9', null], 'Ada L.']);
    edit(sync.target, 't1', { phone: '1' });
    await release(sync, 'to', '/phone');
    await sync.run();
    expect(phones(sync)).toEqual(['9', '9']);
  });
});

describe('new records while a field is in quarantine', () => {
  test('are made without it, at either side, and get it afterwards', async () => {
    const sync = await onePair({ match: [{ field: 'email', kind: 'email' }] });
    await hold(sync, 'from', '/phone');
    sync.source.put('n1', { email: 'n1@example.org', name: 'New', phone: '7' });
    sync.target.put('m1', { email: 'm1@example.org', name: 'Other', phone: '8' });
    expect(await sync.run('full')).toMatchObject({ counts: { created: 2 } });
    const [made, back] = [idByEmail(sync.target, 'n1@example.org'), idByEmail(sync.source, 'm1@example.org')];
    expect([at(sync.target, made)?.['phone'] ?? null, at(sync.source, back)?.['phone'] ?? null]).toEqual([null, null]);
    await release(sync, 'from', '/phone');
    await sync.run();
    expect([at(sync.target, made)?.['phone'], at(sync.source, back)?.['phone']]).toEqual(['7', '8']);
  });

  test('that are matched by it are parked, and made once afterwards', async () => {
    const sync = await onePair();
    await hold(sync, 'from', '/email');
    sync.source.put('n1', { email: 'n1@example.org', name: 'New' });
    sync.target.put('m1', { email: 'n1@example.org', name: 'New' });
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { created: 0 } });
    expect((await sync.letters()).map(({ sourceId, code }) => `${sourceId} ${code}`).toSorted()).toEqual(['m1 field-quarantined', 'n1 field-quarantined']);
    await sync.run('full');
    await release(sync, 'from', '/email');
    expect(await sync.run()).toMatchObject({ counts: { created: 0 } });
    expect([...sync.source.records.values(), ...sync.target.records.values()].filter(({ data }) => data['email'] === 'n1@example.org')).toHaveLength(2);
    expect(await sync.letters()).toEqual([]);
  });
});

test('a side that cannot be read completely has the sync wait as a whole', async () => {
  const sync = await onePair({}, { targetObject: { isPartial: true } });
  await hold(sync, 'from', '/phone');
  await expect(sync.run('full')).rejects.toThrow('a side that cannot be read completely would not be known again afterwards');
});

test('whatever is changed at either side meanwhile, nothing is written of a held field, and afterwards both sides agree on the last change', async () => {
  const value = fc.constantFrom('1', '2', '3', null);
  const step = fc.record({ side: fc.constantFrom('source', 'target'), field: fc.constantFrom('phone', 'name'), value, run: fc.constantFrom('none', 'full', 'incremental') });
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), fc.array(step, { maxLength: 3 }), async (during, after) => {
    const sync = await onePair();
    const play = async (steps: typeof during): Promise<void> => {
      for (const { side, field, value: to, run } of steps) {
        edit(sync[side], side === 'source' ? 'c1' : 't1', { [field]: field === 'name' ? `name ${String(to)}` : to });
        if (run !== 'none') await sync.run(run);
      }
    };
    await hold(sync, 'from', '/phone');
    await play(during);
    await sync.run('full');
    expect([...sentTo(sync.source), ...sentTo(sync.target)].filter((sent) => 'phone' in sent)).toEqual([]);
    const held = phones(sync);
    await release(sync, 'from', '/phone');
    await sync.run();
    // By the rule of the field the target wins where both have changed it.
    const merged = held[1] !== '1' ? held[1] : held[0];
    expect(phones(sync)).toEqual([merged, merged]);
    await play(after);
    await sync.run('full');
    const [source, target] = [at(sync.source, 'c1'), at(sync.target, 't1')];
    expect(source?.['phone'] ?? null).toBe(target?.['phone'] ?? null);
  }), { numRuns: 12 });
});
