import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergePairs } from '../../../activities/pairs/merge-pairs.js';
import { observeSide } from '../../../activities/pairs/observe-side.js';
import { listConflicts } from '../../../src/store/conflicts.js';
import type { Database } from '../../../src/store/database.js';
import { newId } from '../../../src/store/new-id.js';
import { readRun } from '../../../src/store/runs.js';
import type { FakeAnswer, FakeSystem } from '../../support/fake-system.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { field, SyncUnderTest } from '../activities/sync-under-test.js';
import { applyEdit, anyEdit, type Edit } from './edits.js';
import { TwoWayModel } from './two-way-model.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

/** What may become of a request: executed or not, answered or not; or the worker dies before or after it is executed. */
type Fate = 'fine' | 'lost' | 'lost after' | 'down' | 'dies before' | 'dies after';

class Died extends Error {}

const lost: FakeAnswer = { outcome: 'unknown', message: 'the answer was lost', id: null };
const answers: Partial<Record<Fate, FakeAnswer>> = { lost, 'lost after': { ...lost, executed: true }, down: { outcome: 'retry', status: 503, message: 'down' } };

/** The fates of the requests of one round, whichever system they go to. */
class Fates {
  private left: Fate[] = [];

  constructor(systems: readonly FakeSystem[]) {
    for (const system of systems) this.rule(system);
  }

  next(fates: readonly Fate[]): void {
    this.left = [...fates];
  }

  private rule(system: FakeSystem): void {
    let fate: Fate = 'fine';
    system.whileSent = () => {
      fate = this.left.shift() ?? 'fine';
      if (fate === 'dies before') throw new Died();
    };
    system.answer = () => answers[fate];
    const write = system.write.bind(system);
    system.write = async (object, items, signal, beforeSend) => {
      const results = await write(object, items, signal, beforeSend);
      if (fate !== 'dies after') return results;
      fate = 'fine';
      throw new Died();
    };
  }
}

const change = { method: 'POST' as const, path: '/x', envelope: '', fields: {}, record: '' };
const writable = { create: change, update: change, archive: change, delete: change, find: { method: 'GET' as const, path: '/x', records: '', by: { email: {} } } };
const fields = [
  field('email', 'email', { type: 'email', direction: 'both', conflict: 'source' }),
  field('name', 'name', { direction: 'both', conflict: 'target' }),
  field('phone', 'phone', { direction: 'both', conflict: 'ask' }),
  field('tags', 'tags', { type: 'list', direction: 'both', conflict: 'union' }),
  field('notes', 'about', { direction: 'forward' }),
];

interface Round {
  readonly edits: readonly Edit[];
  readonly fates: readonly Fate[];
}

async function live(round: Round, sync: SyncUnderTest, fates: Fates): Promise<string> {
  fates.next(round.fates);
  const { runId } = await sync.start('full', newId());
  const carryOn = async (task: () => Promise<{ readonly done: boolean }>): Promise<void> => {
    for (let attempts = 0, done = false; !done; attempts += 1) {
      if (attempts > 60) throw new Error(`the run ${JSON.stringify(await readRun(database, runId))} does not come to its end`);
      done = await task().then((result) => result.done, (error: unknown) => {
        if (error instanceof Died || (error instanceof Error && error.name === 'ApplicationFailure')) return false;
        throw error;
      });
    }
  };
  for (const side of ['source', 'target'] as const) await carryOn(() => observeSide(sync.dependencies, { runId, side }, sync.heartbeat));
  await carryOn(() => mergePairs(sync.dependencies, { runId, allowRemovals: true }, sync.heartbeat));
  await sync.finish(runId, 'succeeded');
  return runId;
}

async function ledgerIds(runIds: readonly string[]): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ id: string }>(`select id from writes where run_id = any($1) and state = 'acknowledged'`, [runIds]);
  return rows.map(({ id }) => id).toSorted();
}

const anyFate = fc.constantFrom<Fate>('fine', 'fine', 'fine', 'fine', 'lost', 'lost after', 'down', 'dies before', 'dies after');
const anyRound = fc.record({ edits: fc.array(anyEdit, { maxLength: 10 }), fates: fc.array(anyFate, { maxLength: 6 }) });
const numRuns = process.env['CROSSWALK_FAULTS'] === 'all' ? 300 : 30;

test('whatever people edit on both sides and whatever becomes of requests and workers, both sides converge, nothing is lost but by a rule, nothing is made twice or comes back, and no write is echoed', async () => {
  const histories = fc.record({ batchSize: fc.integer({ min: 1, max: 4 }), pageSize: fc.integer({ min: 1, max: 5 }), checksVersions: fc.boolean(), rounds: fc.array(anyRound, { minLength: 1, maxLength: 5 }) });
  await fc.assert(fc.asyncProperty(histories, async ({ batchSize, pageSize, checksVersions, rounds }) => {
    const sync = await SyncUnderTest.create(database, {
      source: { batchSize, pageSize, checksVersions }, target: { batchSize, pageSize, checksVersions }, sourceObject: writable,
      sync: { fields, match: [{ field: 'email', kind: 'email' }], creates: 'both', onTargetDelete: 'archive' },
    });
    const fates = new Fates([sync.source, sync.target]);
    const model = new TwoWayModel();
    const runIds: string[] = [];
    for (const round of rounds) {
      for (const edit of round.edits) applyEdit(edit, sync.source, sync.target);
      model.sees(sync.source, sync.target);
      runIds.push(await live(round, sync, fates));
      model.expectMet(sync.source, sync.target);
      const quietFrom = [sync.source.sent.length, sync.target.sent.length];
      runIds.push(await live({ edits: [], fates: [] }, sync, fates));
      expect([sync.source.sent.length, sync.target.sent.length], 'a run after which nothing changed sends nothing').toEqual(quietFrom);
    }
    expect(await ledgerIds(runIds), 'the ledger is what the systems have carried out').toEqual([...sync.source.executed, ...sync.target.executed].map(({ idempotencyKey }) => idempotencyKey).toSorted());
    const conflicts = await listConflicts(database, 1_000, sync.definition.sync);
    expect(conflicts.map(({ field: name }) => name).filter((name) => name !== 'phone')).toEqual([]);
    expect(conflicts.map(({ sourceId }) => sourceId).toSorted()).toEqual(model.conflicts().toSorted());
  }), {
    numRuns,
    seed: 20_261_123,
    interruptAfterTimeLimit: 900_000,
  });
}, 1_200_000);
