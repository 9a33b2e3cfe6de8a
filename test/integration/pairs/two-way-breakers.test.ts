import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/store/database.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import type { SyncUnderTest } from '../activities/sync-under-test.js';
import { edit, idByEmail, twoWaySync } from './two-way-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

/** A sync of 60 pairs, of which a run may change 30 % and remove all. */
async function sixtyPairs(limits = { deletes: 1, changes: 0.3, blanks: 1 }): Promise<SyncUnderTest> {
  const sync = await twoWaySync(database, { limits }, { windowPages: 1, source: { pageSize: 25 }, target: { pageSize: 25 } });
  for (let n = 1; n <= 60; n += 1) sync.source.put(`c${n}`, { email: `c${n}@example.org`, name: `n${n}` });
  await sync.run('full');
  sync.source.sent.length = 0;
  sync.target.sent.length = 0;
  return sync;
}

const sent = ({ source, target }: SyncUnderTest): number => source.sent.length + target.sent.length;

/** Changes so many records, half of them at either side. */
function change(sync: SyncUnderTest, records: number): void {
  for (let n = 1; n <= records; n += 1) {
    if (n % 2 === 0) edit(sync.source, `c${n}`, { name: `changed ${n}` });
    else edit(sync.target, idByEmail(sync.target, `c${n}@example.org`), { name: `changed ${n}` });
  }
}

describe('a run of a two-way sync', () => {
  test.each(['full', 'incremental'] as const)('(%s) that would change more than the sync allows, on both sides together, is held before its first write', async (mode) => {
    const sync = await sixtyPairs();
    change(sync, 20);
    const result = await sync.run(mode);
    expect(result).toMatchObject({ state: 'held', message: expect.stringContaining('would change 20 of 60 linked records') });
    expect(result.message).toContain('--allow-changes');
    expect(sent(sync)).toBe(0);
    expect(await sync.run(mode, { allowChanges: true })).toMatchObject({ state: 'succeeded', counts: { updated: 20 } });
  });

  test('goes on with as many as the sync allows, and is not measured again in its middle', async () => {
    const sync = await sixtyPairs();
    change(sync, 18);
    let more = true;
    sync.target.whileSent = () => {
      if (more) for (let n = 30; n <= 55; n += 1) edit(sync.source, `c${n}`, { name: `later ${n}` });
      more = false;
    };
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { updated: 18 } });
  });

  test('does not count records that are new, or become a pair', async () => {
    const sync = await sixtyPairs();
    for (let n = 101; n <= 140; n += 1) {
      sync.source.put(`c${n}`, { email: `c${n}@example.org`, name: `n${n}` });
      if (n % 2 === 0) sync.target.put(`m${n}`, { email: `c${n}@example.org`, name: `n${n}`, phone: '5' });
    }
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { created: 20, updated: 20 } });
  });

  test.each(['source', 'target'] as const)('is held when a complete read of the %s brings less than half of what is paired, whatever may be removed', async (side) => {
    const sync = await sixtyPairs();
    const system = sync[side];
    const kept = new Map(system.records);
    for (const id of [...system.records.keys()].slice(0, 40)) system.records.delete(id);
    const result = await sync.run('full', { allowRemovals: true });
    expect(result).toMatchObject({ state: 'held', message: expect.stringContaining(`A complete read of the ${side} brought 20 records where about 60 were expected`) });
    expect(result.message).toContain('--allow-shrink');
    expect(sent(sync)).toBe(0);
    // It was a fault of the list: when the records are back, nothing has happened.
    for (const [id, record] of kept) system.records.set(id, record);
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { updated: 0, archived: 0, created: 0 } });
    expect(sent(sync)).toBe(0);
  });

  test('believes a shrunken side when a person says so, and removes what is gone', async () => {
    const sync = await sixtyPairs();
    for (let n = 1; n <= 40; n += 1) sync.source.records.delete(`c${n}`);
    expect(await sync.run('full', { allowShrink: true })).toMatchObject({ state: 'succeeded', counts: { archived: 40 } });
    // What was archived is not expected to come any more.
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { archived: 0 } });
  });

  test('is planned whatever its limits are', async () => {
    const sync = await sixtyPairs({ deletes: 0, changes: 0, blanks: 1 });
    change(sync, 30);
    sync.source.records.delete('c60');
    expect(await sync.run('plan')).toMatchObject({ state: 'succeeded', counts: { updated: 30, archived: 1 } });
    expect(sent(sync)).toBe(0);
  });
});
