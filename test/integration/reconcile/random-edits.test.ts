import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { field, SyncUnderTest } from '../activities/sync-under-test.js';
import { naiveComparison } from './naive-comparison.js';
import { reconcileNow } from './reconcile-sync.js';

let migrated: MigratedDatabase;
beforeAll(async () => { migrated = await openMigratedDatabase(); });
afterAll(() => migrated.drop());

const SOURCES = 8;

const edit = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('rename' as const), at: fc.nat(), side: fc.constantFrom('source' as const, 'target' as const), name: fc.constantFrom('Ann', 'Bob', 'Eve') }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constantFrom('delete' as const, 'archive' as const, 'revive' as const), at: fc.nat(), side: fc.constantFrom('source' as const, 'target' as const), name: fc.constant('') }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constantFrom('add' as const, 'repeat' as const), at: fc.nat(), side: fc.constantFrom('source' as const, 'target' as const), name: fc.constantFrom('Ann', 'Bob') }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('sync' as const), at: fc.nat(), side: fc.constant('source' as const), name: fc.constant('') }) },
);

type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;

async function make(sync: SyncUnderTest, { what, at, side, name }: Edit, number: number): Promise<void> {
  const { records } = sync[side];
  const record = [...records.values()][at % Math.max(1, records.size)];
  if (what === 'sync') await sync.run('full');
  else if (what === 'add') sync[side].put(`${side}-${number}`, { email: `${side}${number}@example.org`, name, city: 'Ulm' });
  else if (record === undefined) return;
  else if (what === 'delete') records.delete(record.id);
  else if (what === 'archive' || what === 'revive') records.set(record.id, { ...record, inactive: what === 'archive' });
  else if (what === 'repeat') sync[side].put(`${side}-${number}`, { ...record.data, id: `${side}-${number}`, name });
  else records.set(record.id, { ...record, version: `v${number}`, data: { ...record.data, name } });
}

test('for any edits on both sides, the report is what a comparison in memory gives', async () => {
  await fc.assert(fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 14 }), async (edits) => {
    const sync = await SyncUnderTest.create(migrated.database, { sync: { match: [{ field: 'email', kind: 'email' }], fields: [field('email', 'email', { type: 'email' }), field('name', 'name')] }, source: { pageSize: 3 }, target: { pageSize: 3 }, windowPages: 2 });
    for (let at = 0; at < SOURCES; at += 1) sync.source.put(`c${at}`, { email: `c${at}@example.org`, name: 'Zoe' });
    await sync.run();
    for (const [number, each] of edits.entries()) await make(sync, each, number);
    const { differences, result } = await reconcileNow(sync);
    const found = differences.map(({ kind, sourceId, targetId, fields }) => [kind, sourceId ?? '-', targetId ?? '-', ...fields].join(' '));
    expect(found.toSorted()).toEqual(await naiveComparison(sync));
    expect(result.counts.source).toBe([...sync.source.records.values()].filter(({ inactive }) => !inactive).length);
  }), { numRuns: 60, seed: 20_261 });
}, 300_000);
