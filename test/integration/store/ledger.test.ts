import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { baseValues, keyHolders, lookUp } from '../../../src/store/crosswalk.js';
import type { Database } from '../../../src/store/database.js';
import { openDeadLetters, park } from '../../../src/store/dead-letters.js';
import { countWrites, intend, openWrites, plannedWrites, recordsWithUnknownOutcome, settle, type Intent } from '../../../src/store/ledger.js';
import { takeOver } from '../../../src/store/runs.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { acknowledgement, closing, email, intentFor, ledgerRows, letterFor, linked, newScope, nextRun } from './store-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

describe('an intent', () => {
  test('is recorded as it was meant, and stands open until it is settled', async () => {
    const scope = await newScope(database);
    const intent = intentFor('c1', {
      externalId: 't1', kind: 'update', before: { name: 'Ada' }, after: { name: 'Ada L.' }, expectedVersion: '7', sourceVersion: '42',
    });
    expect(await intend(database, scope, [intent])).toEqual(new Set([intent.id]));
    const [open] = await openWrites(database, scope.syncNumber);
    expect(open).toMatchObject({ ...intent, runId: scope.runId });
    await settle(database, [closing(scope, intent, 'not-executed')]);
    expect(await openWrites(database, scope.syncNumber)).toEqual([]);
  });

  test.each(['sent', 'unknown'] as const)('is refused while another write for the same record is %s, and the others are not', async (state) => {
    const scope = await newScope(database);
    const first = intentFor('c1');
    await intend(database, scope, [first]);
    if (state === 'unknown') await settle(database, [closing(scope, first, 'unknown')]);
    const [again, other] = [intentFor('c1'), intentFor('c2')];
    expect(await intend(database, await nextRun(database, scope), [again, other])).toEqual(new Set([other.id]));
    expect(await intend(database, scope, [intentFor('c1')])).toEqual(new Set());
  });

  test.each(['acknowledged', 'refused', 'not-executed'] as const)('is accepted again once the write before it is %s', async (state) => {
    const scope = await newScope(database);
    const first = intentFor('c1');
    await intend(database, scope, [first]);
    await settle(database, [state === 'acknowledged' ? acknowledgement(scope, first, 't1') : closing(scope, first, state)]);
    const second = intentFor('c1');
    expect(await intend(database, scope, [second])).toEqual(new Set([second.id]));
  });

  test('for one record is accepted once, though it comes twice in one batch', async () => {
    const scope = await newScope(database);
    const accepted = await intend(database, scope, [intentFor('c1'), intentFor('c2'), intentFor('c1')]);
    expect(accepted.size).toBe(2);
    expect((await openWrites(database, scope.syncNumber)).map(({ id }) => id).toSorted()).toEqual([...accepted].toSorted());
  });

  test('for each record is accepted once, however many writers ask at the same time', async () => {
    const scope = await newScope(database);
    const sources = Array.from({ length: 40 }, (_, at) => `c${at}`);
    const accepted = await Promise.all([1, 2, 3, 4].map(async (turn) => intend(database, scope, (turn % 2 === 0 ? sources : sources.toReversed()).map((id) => intentFor(id)))));
    expect(accepted.reduce((sum, ids) => sum + ids.size, 0)).toBe(sources.length);
    expect(await openWrites(database, scope.syncNumber)).toHaveLength(sources.length);
  });

  test('of another sync is not in the way', async () => {
    await intend(database, await newScope(database), [intentFor('c1')]);
    const intent = intentFor('c1');
    expect(await intend(database, await newScope(database), [intent])).toEqual(new Set([intent.id]));
  });

  test.each(['free', 'held by another write'])('of an attempt that was superseded is refused and leaves nothing behind, with its record %s', async (which) => {
    const scope = await newScope(database);
    if (which !== 'free') await intend(database, await nextRun(database, scope), [intentFor('c1')]);
    const before = (await openWrites(database, scope.syncNumber)).length;
    const { epoch } = await takeOver(database, scope.runId);
    expect(await intend(database, scope, [intentFor('c1'), intentFor('c2')])).toEqual(new Set());
    expect(await ledgerRows(database, scope.runId)).toEqual([]);
    expect(await openWrites(database, scope.syncNumber)).toHaveLength(before);
    const intent = intentFor('c2');
    expect(await intend(database, { ...scope, epoch }, [intent])).toEqual(new Set([intent.id]));
  });

  test('of a plan is kept, and is in nobody\'s way', async () => {
    const scope = await newScope(database, 'plan');
    const [first, second] = [intentFor('c1'), intentFor('c1')];
    await intend(database, scope, [first], 'planned');
    await intend(database, scope, [second], 'planned');
    expect(new Set((await plannedWrites(database, scope.runId, 10)).map(({ id }) => id))).toEqual(new Set([first.id, second.id]));
    expect(await openWrites(database, scope.syncNumber)).toEqual([]);
    const sent = intentFor('c1');
    expect(await intend(database, scope, [sent])).toEqual(new Set([sent.id]));
  });
});

describe('a settlement', () => {
  test('that acknowledges moves both links, the base, the keys and the dead letter', async () => {
    const scope = await newScope(database);
    await park(database, scope, [letterFor('c1')]);
    const intent = intentFor('c1', { after: { name: 'Ada' }, sourceVersion: '42' });
    await intend(database, scope, [intent]);
    await settle(database, [acknowledgement(scope, intent, 't1', { version: '7', keys: [email('ada@example.org')] })]);
    expect((await lookUp(database, scope, ['c1'])).get('c1')).toEqual({
      sourceId: 'c1', entityId: intent.entityId, sourceState: 'live', targetId: 't1', targetVersion: '7', fingerprint: intent.fingerprint, lastRunId: scope.runId, openLetter: false,
    });
    expect(await baseValues(database, scope.syncNumber, [intent.entityId])).toEqual(new Map([[intent.entityId, { name: 'Ada' }]]));
    expect(await keyHolders(database, scope, [email('ada@example.org')])).toMatchObject([{ entityId: intent.entityId, targetId: 't1', otherSourceId: 'c1' }]);
    expect(await openWrites(database, scope.syncNumber)).toEqual([]);
    expect(await countWrites(database, scope.runId)).toMatchObject([{ kind: 'create', state: 'acknowledged', count: 1 }]);
  });

  test('of many writes settles each as it ended', async () => {
    const scope = await newScope(database);
    const intents = ['c1', 'c2', 'c3', 'c4'].map((id) => intentFor(id));
    await intend(database, scope, intents);
    await settle(database, intents.map((intent, at) => {
      const state = (['acknowledged', 'refused', 'not-executed', 'unknown'] as const)[at];
      return state === undefined || state === 'acknowledged' ? acknowledgement(scope, intent, 't1') : closing(scope, intent, state);
    }));
    expect((await ledgerRows(database, scope.runId)).map(({ sourceId, state }) => `${sourceId} ${state}`).toSorted()).toEqual(['c1 acknowledged', 'c2 refused', 'c3 not-executed', 'c4 unknown']);
    expect([...(await lookUp(database, scope, ['c1', 'c2', 'c3', 'c4'])).keys()]).toEqual(['c1']);
    expect(await recordsWithUnknownOutcome(database, scope.syncNumber)).toEqual(new Set(['c4']));
  });

  test('moves all or nothing', async () => {
    const scope = await newScope(database);
    await park(database, scope, [letterFor('c1')]);
    const [good, bad] = [intentFor('c1'), intentFor('c2')];
    await intend(database, scope, [good, bad]);
    await expect(settle(database, [acknowledgement(scope, good, 't1', { keys: [email('a@b.org')] }), { ...acknowledgement(scope, bad, ''), externalId: null }])).rejects.toThrow(/null/);
    expect(await lookUp(database, scope, ['c1', 'c2'])).toEqual(new Map());
    expect(await keyHolders(database, scope, [email('a@b.org')])).toEqual([]);
    expect(await openWrites(database, scope.syncNumber)).toHaveLength(2);
    expect((await openDeadLetters(database, { limit: 500 })).filter(({ runId }) => runId === scope.runId)).toHaveLength(1);
  });

  test('that is repeated changes nothing, also after a newer write for the same record', async () => {
    const scope = await newScope(database);
    const first = intentFor('c1', { after: { name: 'old', city: 'Bonn' } });
    await intend(database, scope, [first]);
    const settled = acknowledgement(scope, first, 't1', { keys: [email('old@example.org')] });
    await settle(database, [settled]);
    const second = intentFor('c1', { entityId: first.entityId, kind: 'update', externalId: 't1', after: { name: 'new' }, fingerprint: 'ffffffffffffffffffffffffffffffff' });
    await intend(database, scope, [second]);
    await settle(database, [acknowledgement(scope, second, 't1', { version: '2', keys: [email('new@example.org')], droppedKeys: [email('old@example.org')] })]);
    const late = [settled, acknowledgement(scope, first, 't-other'), closing(scope, first, 'not-executed'), closing(scope, second, 'unknown')];
    for (const repeat of late) await settle(database, [repeat]);
    expect((await lookUp(database, scope, ['c1'])).get('c1')).toMatchObject({ targetId: 't1', targetVersion: '2', fingerprint: second.fingerprint });
    expect(await baseValues(database, scope.syncNumber, [first.entityId])).toEqual(new Map([[first.entityId, { name: 'new', city: 'Bonn' }]]));
    expect((await keyHolders(database, scope, [email('old@example.org'), email('new@example.org')])).map(({ value }) => value)).toEqual(['new@example.org']);
    expect(await countWrites(database, scope.runId)).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'create', state: 'acknowledged', count: 1 }), expect.objectContaining({ kind: 'update', state: 'acknowledged', count: 1 })]));
  });

  test('that comes late, after the write was found not to have been executed, moves nothing', async () => {
    const scope = await newScope(database);
    const intent = intentFor('c1');
    await intend(database, scope, [intent]);
    await settle(database, [closing(scope, intent, 'not-executed')]);
    await settle(database, [acknowledgement(scope, intent, 't1', { keys: [email('a@example.org')] })]);
    expect(await lookUp(database, scope, ['c1'])).toEqual(new Map());
    expect(await keyHolders(database, scope, [email('a@example.org')])).toEqual([]);
  });

  test('of two writes that the target answered with one and the same record is no failure', async () => {
    const scope = await newScope(database);
    const [one, two] = [intentFor('c1'), intentFor('c2')];
    await intend(database, scope, [one, two]);
    await settle(database, [acknowledgement(scope, one, 't1'), acknowledgement(scope, two, 't1')]);
    expect(await openWrites(database, scope.syncNumber)).toEqual([]);
    expect([...(await lookUp(database, scope, ['c1', 'c2'])).values()].filter(({ targetId }) => targetId === 't1')).toHaveLength(1);
  });

  test('of a write whose outcome was not known may come later', async () => {
    const scope = await newScope(database);
    const intent = intentFor('c1');
    await intend(database, scope, [intent]);
    await settle(database, [closing(scope, intent, 'unknown')]);
    await settle(database, [acknowledgement(scope, intent, 't1')]);
    expect((await lookUp(database, scope, ['c1'])).get('c1')?.targetId).toBe('t1');
    expect(await recordsWithUnknownOutcome(database, scope.syncNumber)).toEqual(new Set());
    expect((await intend(database, scope, [intentFor('c1')])).size).toBe(1);
  });

  test('of an update drops the keys that the record no longer has, and only those', async () => {
    const scope = await newScope(database);
    const entityId = await linked(database, scope, 'c1', 't1', {}, { keys: [email('old@example.org'), email('same@example.org')] });
    await linked(database, scope, 'c2', 't2', {}, { keys: [email('old@example.org')] });
    await linked(database, scope, 'c1', 't1', { entityId, kind: 'update', externalId: 't1' }, { keys: [email('new@example.org'), email('same@example.org')], droppedKeys: [email('old@example.org')] });
    const holders = async (value: string) => (await keyHolders(database, scope, [email(value)])).map(({ otherSourceId }) => otherSourceId);
    expect(await holders('old@example.org')).toEqual(['c2']);
    expect(await holders('new@example.org')).toEqual(['c1']);
    expect(await holders('same@example.org')).toEqual(['c1']);
  });

  test.each(['refused', 'not-executed', 'unknown'] as const)('as %s moves no keys', async (state) => {
    const scope = await newScope(database);
    const entityId = await linked(database, scope, 'c1', 't1', {}, { keys: [email('kept@example.org')] });
    const update = intentFor('c1', { entityId, kind: 'update', externalId: 't1' });
    await intend(database, scope, [update]);
    await settle(database, [closing(scope, update, state, { keys: [email('new@example.org')], droppedKeys: [email('kept@example.org')] })]);
    expect((await keyHolders(database, scope, [email('kept@example.org'), email('new@example.org')])).map(({ value }) => value)).toEqual(['kept@example.org']);
  });

  test('of an archive marks the source as gone and keeps the target, so that it can come back', async () => {
    const scope = await newScope(database);
    const entityId = await linked(database, scope, 'c1', 't1');
    await linked(database, scope, 'c1', 't1', { entityId, kind: 'archive', externalId: 't1', after: {}, fingerprint: null });
    expect((await lookUp(database, scope, ['c1'])).get('c1')).toMatchObject({ sourceState: 'gone', targetId: 't1', fingerprint: null });
    expect(await baseValues(database, scope.syncNumber, [entityId])).toEqual(new Map([[entityId, { name: 'c1' }]]));
    await linked(database, scope, 'c1', 't1', { entityId, kind: 'update', externalId: 't1' });
    expect((await lookUp(database, scope, ['c1'])).get('c1')).toMatchObject({ sourceState: 'live', targetId: 't1' });
  });

  test('of a delete takes the target out of sight and forgets its values', async () => {
    const scope = await newScope(database);
    const entityId = await linked(database, scope, 'c1', 't1');
    await linked(database, scope, 'c1', 't1', { entityId, kind: 'delete', externalId: 't1', after: {}, fingerprint: null });
    expect((await lookUp(database, scope, ['c1'])).get('c1')).toMatchObject({ sourceState: 'gone', targetId: null, fingerprint: null });
    expect(await baseValues(database, scope.syncNumber, [entityId])).toEqual(new Map([[entityId, {}]]));
  });

  test('of what the ledger does not hold changes nothing', async () => {
    const scope = await newScope(database);
    await settle(database, []);
    await settle(database, [acknowledgement(scope, intentFor('c1'), 't1')]);
    expect(await lookUp(database, scope, ['c1'])).toEqual(new Map());
  });

  test('row 11: that is lost with its connection may be repeated, and has its effect once', async () => {
    const scope = await newScope(database);
    const entityId = await linked(database, scope, 'c1', 't1');
    const update = intentFor('c1', { entityId, kind: 'update', externalId: 't1', after: { name: 'new' } });
    await intend(database, scope, [update]);
    const blocker = await database.pool.connect();
    try {
      await blocker.query('begin');
      await blocker.query('select 1 from links where external_id = $1 for update', ['t1']);
      const lost = settle(database, [acknowledgement(scope, update, 't1', { version: '2' })]).catch((error: unknown) => error);
      for (let ended = false; !ended;) {
        const { rows } = await database.pool.query<{ ended: boolean }>(`select pg_terminate_backend(pid) as ended from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`);
        ended = rows.some((row) => row.ended);
      }
      expect(await lost).toBeInstanceOf(Error);
    } finally {
      await blocker.query('rollback');
      blocker.release();
    }
    expect((await lookUp(database, scope, ['c1'])).get('c1')?.targetVersion).toBe('1');
    await settle(database, [acknowledgement(scope, update, 't1', { version: '2' })]);
    expect((await lookUp(database, scope, ['c1'])).get('c1')?.targetVersion).toBe('2');
  });
});

test('whatever order intents and settlements come in, at most one write for a record is open, and links follow acknowledgements alone', async () => {
  const step = fc.record({ source: fc.nat(2), kind: fc.constantFrom('intend' as const, 'acknowledged' as const, 'refused' as const, 'not-executed' as const, 'unknown' as const) });
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
    const scope = await newScope(database);
    const open = new Map<string, Intent>();
    const acknowledged = new Map<string, string>();
    for (const { source, kind } of steps) {
      const sourceId = `c${source}`;
      const write = open.get(sourceId);
      if (kind === 'intend') {
        const intent = intentFor(sourceId);
        const accepted = await intend(database, scope, [intent]);
        expect(accepted.has(intent.id)).toBe(write === undefined);
        if (write === undefined) open.set(sourceId, intent);
      } else if (write !== undefined) {
        await settle(database, [kind === 'acknowledged' ? acknowledgement(scope, write, `t-${write.id}`) : closing(scope, write, kind)]);
        if (kind === 'acknowledged') acknowledged.set(sourceId, `t-${write.id}`);
        if (kind !== 'unknown') open.delete(sourceId);
      }
    }
    const known = await lookUp(database, scope, ['c0', 'c1', 'c2']);
    expect(new Map([...known].map(([id, record]) => [id, record.targetId]))).toEqual(acknowledged);
  }), { numRuns: 25 });
});
