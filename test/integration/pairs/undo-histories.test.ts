import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../src/store/database.js';
import type { FakeSystem } from '../../support/fake-system.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { field, SyncUnderTest } from '../activities/sync-under-test.js';
import { letFlagsCount, restorable, undone } from '../plans/plan-under-test.js';
import { anyEdit, applyEdit } from './edits.js';
import { writable } from './two-way-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

const fields = [
  field('email', 'email', { type: 'email', direction: 'both', conflict: 'source' }),
  field('name', 'name', { direction: 'both', conflict: 'target' }),
  field('phone', 'phone', { direction: 'both', conflict: 'ask' }),
  field('tags', 'tags', { type: 'list', direction: 'both', conflict: 'union' }),
  field('notes', 'about', { direction: 'forward' }),
];

/** What people would see of a system: its live records, where an empty field is none. */
function view({ records }: FakeSystem): unknown {
  const shown = ({ archived: _flag, ...data }: Readonly<Record<string, unknown>>): unknown =>
    Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)).toSorted(([left], [right]) => (left < right ? -1 : 1)));
  return Object.fromEntries([...records.values()].filter(({ inactive }) => !inactive).map(({ id, data }) => [id, shown(data)]));
}

const numRuns = process.env['CROSSWALK_FAULTS'] === 'all' ? 200 : 20;

test('whatever a run has carried over, its undo gives back at both sides, the undo of that makes it as it was, and no run in between sends anything', async () => {
  const histories = fc.record({ before: fc.array(anyEdit, { maxLength: 10 }), edits: fc.array(anyEdit, { minLength: 1, maxLength: 10 }), more: fc.array(anyEdit, { maxLength: 5 }) });
  await fc.assert(fc.asyncProperty(histories, async ({ before, edits, more }) => {
    const sync = await SyncUnderTest.create(database, {
      sourceObject: { ...writable, ...restorable }, targetObject: restorable,
      sync: { fields, match: [{ field: 'email', kind: 'email' }], creates: 'both', onTargetDelete: 'archive', limits: { deletes: 1, changes: 1, blanks: 1 } },
    });
    const { source, target } = sync;
    for (const system of [source, target]) letFlagsCount(system);
    const views = (): unknown => [view(source), view(target)];
    const carry = async (): Promise<string> => (await sync.run('full', { allowRemovals: true })).runId;
    const expectQuiet = async (what: string): Promise<void> => {
      const sent = [source.sent.length, target.sent.length];
      await carry();
      expect([source.sent.length, target.sent.length], what).toEqual(sent);
    };
    for (const edit of before) applyEdit(edit, source, target);
    await carry();
    for (const edit of edits) applyEdit(edit, source, target);
    const edited = views();
    const runId = await carry();
    const carried = views();
    const written = source.executed.length + target.executed.length;
    if (JSON.stringify(edited) === JSON.stringify(carried)) return;
    const first = await undone(sync, { runId });
    expect(views(), 'after the undo').toEqual(edited);
    await expectQuiet('a run after the undo sends nothing');
    expect(source.executed.length + target.executed.length).toBeGreaterThan(written);
    await undone(sync, { runId: first.runId });
    expect(views(), 'after the undo of the undo').toEqual(carried);
    await expectQuiet('a run after the undo of the undo sends nothing');
    // And from then on everything goes on as ever.
    for (const edit of more) applyEdit(edit, source, target);
    await carry();
    await expectQuiet('a run after which nothing changed sends nothing');
  }), { numRuns, seed: 20_261_124, interruptAfterTimeLimit: 900_000 });
}, 1_200_000);
