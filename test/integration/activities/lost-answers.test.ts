import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recoverOpenWrites } from '../../../activities/sync/open-write-recovery.js';
import type { WriteItem } from '../../../src/contracts/connector.js';
import type { Database } from '../../../src/store/database.js';
import { intend, openWrites, settle, type Intent } from '../../../src/store/ledger.js';
import { lookUp } from '../../../src/store/crosswalk.js';
import { newId } from '../../../src/store/new-id.js';
import { readRun } from '../../../src/store/runs.js';
import type { FakeAnswer } from '../../support/fake-system.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { intentFor, ledgerRows } from '../store/store-under-test.js';
import { field, SyncUnderTest, type SyncUnderTestOptions } from './sync-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

const lost: FakeAnswer = { outcome: 'unknown', message: 'the answer was lost', id: null };

/** Finds out about one write that was sent and whose answer was lost, and says what it came to. */
async function recovered(sync: SyncUnderTest, intent: Intent): Promise<string | undefined> {
  const { runId } = await sync.start();
  const context = await sync.context(runId);
  await intend(database, context.scope, [intent]);
  await recoverOpenWrites(context, sync.heartbeat.signal, () => undefined);
  return (await ledgerRows(database, runId)).find(({ sourceId }) => sourceId === intent.sourceId)?.state;
}

const values = { email: 'a@example.org', name: 'Ada', phone: null, address: { city: null } };
const create = (more: Partial<Intent> = {}): Intent => intentFor('c1', { after: { email: 'a@example.org', name: 'Ada' }, ...more });
const change = (kind: Intent['kind'], more: Partial<Intent> = {}): Intent => intentFor('c1', { kind, externalId: 't1', after: kind === 'update' ? { name: 'Ada' } : {}, ...more });
const noFind: SyncUnderTestOptions = { targetObject: { find: undefined as never } };

describe('a create whose answer was lost', () => {
  test('is acknowledged where the target has the record', async () => {
    const sync = await SyncUnderTest.create(database);
    sync.target.put('t1', values);
    expect(await recovered(sync, create())).toBe('acknowledged');
    expect(sync.target.sent).toEqual([]);
  });

  test('is closed as not executed where the target does not have it', async () => {
    expect(await recovered(await SyncUnderTest.create(database), create())).toBe('not-executed');
  });

  test('waits for a person where the target has several such records', async () => {
    const sync = await SyncUnderTest.create(database);
    for (const id of ['t1', 't2']) sync.target.put(id, values);
    expect(await recovered(sync, create())).toBe('unknown');
    expect(await sync.letters()).toMatchObject([{ sourceId: 'c1', code: 'unknown-outcome', message: expect.stringContaining('2 records') }]);
  });

  test('waits for a person where the target cannot be asked, and is not sent again meanwhile', async () => {
    const sync = await SyncUnderTest.create(database, noFind);
    expect(await recovered(sync, create())).toBe('unknown');
    sync.source.put('c1', { email: 'a@example.org', name: 'Ada' });
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, ignored: 1 } });
    expect(sync.target.sent).toEqual([]);
  });

  test('is closed where the record that was found belongs to another source record', async () => {
    const sync = await SyncUnderTest.create(database);
    sync.source.put('c9', { email: 'a@example.org', name: 'Ada' });
    await sync.run();
    expect(await recovered(sync, create())).toBe('not-executed');
  });

  test('is asked for by its own idempotency key, and so made at most once', async () => {
    const sync = await SyncUnderTest.create(database, { ...noFind, target: { idempotencyKeys: true } });
    const intent = create();
    await sync.target.write('member', [{ kind: 'create', id: null, fields: intent.after, expectedVersion: null, idempotencyKey: intent.id }], sync.heartbeat.signal);
    expect(await recovered(sync, intent)).toBe('acknowledged');
    expect(sync.target.records.size).toBe(1);
    const other = create({ sourceId: 'c2' });
    expect(await recovered(sync, other)).toBe('acknowledged');
    expect(sync.target.records.size).toBe(2);
  });

  test.each(['unknown', 'retry', 'rate-limited', 'fail'] as const)('stays open when asking by its key has the outcome %s as well', async (outcome) => {
    const sync = await SyncUnderTest.create(database, { target: { idempotencyKeys: true } });
    sync.target.answer = () => ({ outcome, message: 'says the target', id: null });
    await expect(recovered(sync, create())).rejects.toMatchObject({ name: 'SystemError', detail: { outcome } });
    const { syncNumber } = await sync.context((await sync.start()).runId).then(({ scope }) => scope);
    expect(await openWrites(database, syncNumber)).toHaveLength(1);
  });
});

describe('a create whose answer was lost, at a system whose search shows new records late', () => {
  const lagging: SyncUnderTestOptions = { targetObject: { find: { method: 'GET', path: '/members', records: '', by: { email: {} }, lagMs: 300_000 } } };
  /** Lets time pass for what is open. */
  const later = (ms: number): Promise<unknown> => database.pool.query(`update intents set intended_at = intended_at - make_interval(secs => $1)`, [ms / 1_000]);

  /** A sync whose first create is executed and whose answer is lost, and whose target finds nothing as long as `finds` is not called. */
  async function laggingSync(executed: boolean): Promise<{ readonly sync: SyncUnderTest; readonly finds: () => void }> {
    const sync = await SyncUnderTest.create(database, lagging);
    sync.source.put('c1', { email: 'a@example.org', name: 'Ada' });
    let first = true;
    sync.target.answer = () => { const answer = first ? { ...lost, executed } : undefined; first = false; return answer; };
    const find = sync.target.find.bind(sync.target);
    sync.target.find = () => Promise.resolve([]);
    return { sync, finds: () => { sync.target.find = find; } };
  }
  const early = { type: 'SystemUnavailable', nonRetryable: false };
  const creates = (sync: SyncUnderTest): number => sync.target.sent.flatMap(({ items }) => items).length;

  test('is not sent again while the search may be late, however often the run is tried, and waiting uses up no attempt', async () => {
    const { sync, finds } = await laggingSync(true);
    const { runId } = await sync.start();
    for (let tries = 0; tries < 6; tries += 1) await expect(sync.window(runId)).rejects.toMatchObject({ ...early, message: expect.stringContaining('may show the new record late') as string });
    expect([creates(sync), (await readRun(database, runId)).failures]).toEqual([1, 0]);
    expect(await ledgerRows(database, runId)).toMatchObject([{ sourceId: 'c1', state: 'sent' }]);
    await later(200_000);
    finds();
    expect(await sync.window(runId)).toMatchObject({ done: true });
    expect([creates(sync), sync.target.records.size]).toEqual([1, 1]);
    expect(await ledgerRows(database, runId)).toMatchObject([{ sourceId: 'c1', state: 'acknowledged' }]);
  });

  test('is sent once more where the record is not found after that time either', async () => {
    const { sync, finds } = await laggingSync(false);
    const { runId } = await sync.start();
    await expect(sync.window(runId)).rejects.toMatchObject(early);
    await later(301_000);
    finds();
    expect(await sync.window(runId)).toMatchObject({ done: true });
    expect([creates(sync), sync.target.records.size]).toEqual([2, 1]);
  });

  test('is not sent by the next run either, when the run has ended meanwhile', async () => {
    const { sync, finds } = await laggingSync(true);
    const { runId } = await sync.start();
    await expect(sync.window(runId)).rejects.toMatchObject(early);
    await sync.finish(runId, 'failed');
    const next = await sync.start();
    await expect(sync.window(next.runId)).rejects.toMatchObject(early);
    await later(200_000);
    finds();
    await sync.window(next.runId);
    expect([creates(sync), sync.target.records.size]).toEqual([1, 1]);
  });

  test('holds up no other write that can be settled', async () => {
    const sync = await SyncUnderTest.create(database, lagging);
    sync.target.put('t2', { ...values, email: 'b@example.org' });
    const { runId } = await sync.start();
    const context = await sync.context(runId);
    await intend(database, context.scope, [create(), create({ sourceId: 'c2', after: { email: 'b@example.org', name: 'Bob' } })]);
    await expect(recoverOpenWrites(context, sync.heartbeat.signal, () => undefined)).rejects.toMatchObject({ name: 'SystemError', detail: { outcome: 'rate-limited' } });
    expect((await ledgerRows(database, runId)).map(({ sourceId, state }) => `${sourceId} ${state}`).toSorted()).toEqual(['c1 sent', 'c2 acknowledged']);
  });
});

describe('a change whose answer was lost', () => {
  test.each([
    ['update', { name: 'Ada' }, {}, 'acknowledged'], ['update', { name: 'old' }, {}, 'not-executed'],
    ['archive', {}, { inactive: true }, 'acknowledged'], ['archive', {}, { deleted: true }, 'acknowledged'], ['archive', {}, {}, 'not-executed'],
    ['delete', {}, { deleted: true }, 'acknowledged'], ['delete', {}, {}, 'not-executed'],
  ] as const)('of kind %s is judged by the record that is there now: %j, %j', async (kind, data, flags, state) => {
    const sync = await SyncUnderTest.create(database);
    sync.target.put('t1', data, flags);
    expect(await recovered(sync, change(kind))).toBe(state);
  });

  test.each([['update', 'not-executed'], ['archive', 'acknowledged'], ['delete', 'acknowledged']] as const)('of kind %s to a record that is gone is %s', async (kind, state) => {
    expect(await recovered(await SyncUnderTest.create(database), change(kind))).toBe(state);
  });

  test('is sent again where the target has no way to read one record', async () => {
    expect(await recovered(await SyncUnderTest.create(database, { targetObject: { get: undefined as never } }), change('update'))).toBe('not-executed');
  });

  test('of an e-mail address frees the old one', async () => {
    const sync = await SyncUnderTest.create(database);
    sync.source.put('c1', { email: 'old@example.org', name: 'Ada' });
    await sync.run();
    sync.source.put('c1', { email: 'new@example.org', name: 'Ada' });
    let first = true;
    sync.target.answer = () => { const answer = first ? { ...lost, executed: true } : undefined; first = false; return answer; };
    expect(await sync.run('full')).toMatchObject({ counts: { updated: 1 } });
    sync.source.put('c2', { email: 'old@example.org', name: 'Bob' });
    expect(await sync.run('full')).toMatchObject({ counts: { created: 1, duplicates: 0 } });
  });
});

describe('lost answers', () => {
  test('are left alone by a run while another run that is still going may get them', async () => {
    const sync = await SyncUnderTest.create(database);
    const [backfill, regular] = [await sync.start('backfill'), await sync.start()];
    const context = await sync.context(backfill.runId);
    await intend(database, context.scope, [create()]);
    await recoverOpenWrites(await sync.context(regular.runId), sync.heartbeat.signal, () => undefined);
    expect(await ledgerRows(database, backfill.runId)).toMatchObject([{ state: 'sent' }]);
    await sync.finish(backfill.runId, 'failed');
    await recoverOpenWrites(await sync.context(regular.runId), sync.heartbeat.signal, () => undefined);
    expect(await ledgerRows(database, backfill.runId)).toMatchObject([{ state: 'not-executed' }]);
  });

  test('that cannot be found out leave a letter first, so that none waits for a person who was not told', async () => {
    const sync = await SyncUnderTest.create(database, noFind);
    await database.pool.query(`create function refuse_letters() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$`);
    await database.pool.query('create trigger refuse before insert on dead_letters for each row execute function refuse_letters()');
    try {
      await expect(recovered(sync, create())).rejects.toThrow('the disk is full');
    } finally {
      await database.pool.query('drop trigger refuse on dead_letters');
    }
    const { runId } = await sync.start();
    await recoverOpenWrites(await sync.context(runId), sync.heartbeat.signal, () => undefined);
    expect(await sync.letters()).toMatchObject([{ code: 'unknown-outcome' }]);
  });

  test('that came through later are closed by the settlement that was found', async () => {
    const sync = await SyncUnderTest.create(database, noFind);
    const intent = create();
    expect(await recovered(sync, intent)).toBe('unknown');
    const { runId } = await sync.start();
    const { scope } = await sync.context(runId);
    await settle(database, [{ id: intent.id, entityId: intent.entityId, targetObject: scope.targetObject, state: 'acknowledged', externalId: 't1', version: null, message: null, keys: [], droppedKeys: [] }]);
    expect((await lookUp(database, scope, ['c1'])).get('c1')?.targetId).toBe('t1');
    expect(await sync.letters()).toEqual([]);
  });
});

/** What may become of a request: executed or not, answered or not; or the worker dies, before or after it is executed. */
type Fate = 'fine' | 'lost' | 'lost after' | 'down' | 'dies before' | 'dies after';

class Died extends Error {}

function fated(sync: SyncUnderTest, fates: readonly Fate[]): void {
  let request = -1;
  const fate = (): Fate => fates[request] ?? 'fine';
  sync.target.whileSent = ({ items }) => {
    request += 1;
    if (fate() === 'dies before') throw new Died();
    if (fate() === 'dies after') {
      for (const item of items) sync.target.answer(item, sync.target);
    }
  };
  const write = sync.target.write.bind(sync.target);
  sync.target.write = async (object, items, signal, beforeSend) => {
    const results = await write(object, items, signal, beforeSend);
    if (fate() === 'dies after') throw new Died();
    return results;
  };
  const answers: Partial<Record<Fate, FakeAnswer>> = { lost, 'lost after': { ...lost, executed: true }, down: { outcome: 'retry', status: 503, message: 'down' } };
  sync.target.answer = (_item: WriteItem) => answers[fate()];
}

test('rows 1, 2 and 24 to 26: whatever becomes of requests and workers, no record is lost or made twice, and the last values stand', async () => {
  const anyFate = fc.constantFrom<Fate>('fine', 'fine', 'fine', 'lost', 'lost after', 'down', 'dies before', 'dies after');
  const setup = fc.record({ pageSize: fc.integer({ min: 1, max: 5 }), batchSize: fc.integer({ min: 1, max: 4 }), keyed: fc.boolean(), fates: fc.array(anyFate, { maxLength: 12 }) });
  await fc.assert(fc.asyncProperty(setup, async ({ pageSize, batchSize, keyed, fates }) => {
    const sync = await SyncUnderTest.create(database, { source: { pageSize }, target: { batchSize, idempotencyKeys: keyed && batchSize === 1 }, windowPages: 2 });
    const count = 9;
    for (let at = 1; at <= count; at += 1) sync.source.put(`c${at}`, { email: `c${at}@example.org`, name: `n${at}` });
    fated(sync, fates);
    const first = await eventually(sync);
    for (let at = 1; at <= count; at += 2) sync.source.put(`c${at}`, { email: `c${at}@example.org`, name: `renamed ${at}` });
    const second = await eventually(sync);
    const wanted = Array.from({ length: count }, (_, at) => (at % 2 === 0 ? `renamed ${at + 1}` : `n${at + 1}`));
    expect(Object.values(sync.atTarget()).toSorted()).toEqual(wanted.toSorted());
    expect([first.counts.created, first.counts.parked]).toEqual([count, 0]);
    expect([second.counts.updated, second.counts.created]).toEqual([5, 0]);
    const { rows } = await database.pool.query<{ open: number }>('select count(*) as open from writes where run_id = any($1) and state in ($2, $3)', [[first.runId, second.runId], 'sent', 'unknown']);
    expect(rows[0]?.open).toBe(0);
  }), {
    numRuns: 15,
    // Deaths of the worker must not use up the schedule of a system that only lost one answer.
    examples: [[{ pageSize: 1, batchSize: 1, keyed: false, fates: ['dies before', 'dies before', 'dies before', 'lost'] }]],
  });
}, 60_000);

// A run with as many attempts as it takes: the fates run out in the end.
async function eventually(sync: SyncUnderTest) {
  const { runId, needsIndex } = await sync.start('full', newId());
  if (needsIndex) await sync.index(runId);
  for (let done = false, attempts = 0; !done; attempts += 1) {
    if (attempts > 60) throw new Error(`the run ${JSON.stringify(await readRun(database, runId))} does not come to its end`);
    done = await sync.window(runId).then((result) => result.done, (error: unknown) => {
      if (error instanceof Died || (error instanceof Error && error.name === 'ApplicationFailure')) return false;
      throw error;
    });
  }
  return sync.finish(runId, 'succeeded');
}

test('a record whose answer is always lost is parked in the end, and the others are written', async () => {
  const sync = await SyncUnderTest.create(database, { sync: { fields: [field('email', 'email', { type: 'email' }), field('name', 'name')] } });
  for (let at = 1; at <= 30; at += 1) sync.source.put(`c${at}`, { email: `c${at}@example.org`, name: `n${at}` });
  sync.target.answer = ({ fields }) => (fields['name'] === 'n17' ? lost : undefined);
  expect(await sync.run('incremental', { attempts: 9 })).toMatchObject({ state: 'succeeded', counts: { created: 29, parked: 1 } });
  expect(await sync.letters()).toMatchObject([{ sourceId: 'c17' }]);
});
