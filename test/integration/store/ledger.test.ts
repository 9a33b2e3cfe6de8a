import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { baseValues, keyHolders, lookUp } from '../../../src/store/crosswalk.js';
import type { Database } from '../../../src/store/database.js';
import { openDeadLetters, park } from '../../../src/store/dead-letters.js';
import { countWrites, intend, openWrites, plannedWrites, recordsWithUnknownOutcome, settle } from '../../../src/store/ledger.js';
import { newId } from '../../../src/store/new-id.js';
import { takeOver } from '../../../src/store/runs.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { acknowledgement, closing, intentFor, ledgerRows, letterFor, linked, newScope, nextRun } from './store-under-test.js';

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
      keys: [{ kind: 'email', value: 'ada@example.org' }], droppedKeys: [{ kind: 'email', value: 'old@example.org' }],
    });
    expect(await intend(database, scope, [intent])).toEqual(new Set([intent.id]));
    const [open] = await openWrites(database, scope.syncNumber);
    expect(open).toMatchObject({ ...intent, runId: scope.runId });
    await settle(database, [closing(intent.id, 'not-executed')]);
    expect(await openWrites(database, scope.syncNumber)).toEqual([]);
  });

  test.each(['sent', 'unknown'] as const)('is refused while another write for the same record is %s, and the others are not', async (state) => {
    const scope = await newScope(database);
    const first = intentFor('c1');
    await intend(database, scope, [first]);
    if (state === 'unknown') await settle(database, [closing(first.id, 'unknown')]);
    const [again, other] = [intentFor('c1'), intentFor('c2')];
    expect(await intend(database, await nextRun(database, scope), [again, other])).toEqual(new Set([other.id]));
    expect(await intend(database, scope, [intentFor('c1')])).toEqual(new Set());
  });

  test.each(['acknowledged', 'refused', 'not-executed'] as const)('is accepted again once the write before it is %s', async (state) => {
    const scope = await newScope(database);
    const first = intentFor('c1');
    await intend(database, scope, [first]);
    await settle(database, [state === 'acknowledged' ? acknowledgement(first.id, 't1') : closing(first.id, state)]);
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
    expect((await plannedWrites(database, scope.runId, 10)).map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(await openWrites(database, scope.syncNumber)).toEqual([]);
    const sent = intentFor('c1');
    expect(await intend(database, scope, [sent])).toEqual(new Set([sent.id]));
  });
});

describe('a settlement', () => {
  test('that acknowledges moves both links, the base, the keys and the dead letter', async () => {
    const scope = await newScope(database);
    await park(database, scope, [letterFor('c1')]);
    const intent = intentFor('c1', { after: { name: 'Ada' }, sourceVersion: '42', keys: [{ kind: 'email', value: 'ada@example.org' }] });
    await intend(database, scope, [intent]);
    await settle(database, [acknowledgement(intent.id, 't1', '7')]);
    expect((await lookUp(database, scope, ['c1'])).get('c1')).toEqual({
      sourceId: 'c1', entityId: intent.entityId, sourceState: 'live', targetId: 't1', targetVersion: '7', fingerprint: intent.fingerprint, lastRunId: scope.runId, openLetter: false,
    });
    expect(await baseValues(database, scope.syncNumber, [intent.entityId])).toEqual(new Map([[intent.entityId, { name: 'Ada' }]]));
    expect(await keyHolders(database, scope, [{ kind: 'email', value: 'ada@example.org' }])).toMatchObject([{ entityId: intent.entityId, targetId: 't1', otherSourceId: 'c1' }]);
    expect(await openWrites(database, scope.syncNumber)).toEqual([]);
    expect(await countWrites(database, scope.runId)).toEqual([{ kind: 'create', state: 'acknowledged', count: 1 }]);
  });

  test('of many writes settles each as it ended', async () => {
    const scope = await newScope(database);
    const intents = ['c1', 'c2', 'c3', 'c4'].map((id) => intentFor(id));
    await intend(database, scope, intents);
    const [first, second, third, fourth] = intents.map(({ id }) => id);
    await settle(database, [acknowledgement(first ?? '', 't1'), closing(second ?? '', 'refused'), closing(third ?? '', 'not-executed'), closing(fourth ?? '', 'unknown')]);
    expect((await ledgerRows(database, scope.runId)).map(({ sourceId, state }) => `${sourceId} ${state}`)).toEqual(['c1 acknowledged', 'c2 refused', 'c3 not-executed', 'c4 unknown']);
    expect([...(await lookUp(database, scope, ['c1', 'c2', 'c3', 'c4'])).keys()]).toEqual(['c1']);
    expect(await recordsWithUnknownOutcome(database, scope.syncNumber)).toEqual(new Set(['c4']));
  });

  test('moves all or nothing', async () => {
    const scope = await newScope(database);
    await park(database, scope, [letterFor('c1')]);
    const [good, bad] = [intentFor('c1', { keys: [{ kind: 'email', value: 'a@b.org' }] }), intentFor('c2')];
    await intend(database, scope, [good, bad]);
    await expect(settle(database, [acknowledgement(good.id, 't1'), { ...acknowledgement(bad.id, ''), externalId: null }])).rejects.toThrow(/null/);
    expect(await lookUp(database, scope, ['c1', 'c2'])).toEqual(new Map());
    expect(await keyHolders(database, scope, [{ kind: 'email', value: 'a@b.org' }])).toEqual([]);
    expect(await openWrites(database, scope.syncNumber)).toHaveLength(2);
    expect((await openDeadLetters(database, { limit: 500 })).filter(({ runId }) => runId === scope.runId)).toHaveLength(1);
  });

  test('that is repeated changes nothing, also after a newer write for the same record', async () => {
    const scope = await newScope(database);
    const first = intentFor('c1', { after: { name: 'old', city: 'Bonn' } });
    await intend(database, scope, [first]);
    await settle(database, [acknowledgement(first.id, 't1', '1')]);
    const second = intentFor('c1', { entityId: first.entityId, kind: 'update', externalId: 't1', after: { name: 'new' }, fingerprint: 'ffffffffffffffffffffffffffffffff' });
    await intend(database, scope, [second]);
    await settle(database, [acknowledgement(second.id, 't1', '2')]);
    for (const repeat of [acknowledgement(first.id, 't-other', '1'), closing(first.id, 'not-executed'), closing(second.id, 'unknown')]) await settle(database, [repeat]);
    expect((await lookUp(database, scope, ['c1'])).get('c1')).toMatchObject({ targetId: 't1', targetVersion: '2', fingerprint: second.fingerprint });
    expect(await baseValues(database, scope.syncNumber, [first.entityId])).toEqual(new Map([[first.entityId, { name: 'new', city: 'Bonn' }]]));
    expect(await countWrites(database, scope.runId)).toEqual(expect.arrayContaining([{ kind: 'create', state: 'acknowledged', count: 1 }, { kind: 'update', state: 'acknowledged', count: 1 }]));
  });

  test('of a write whose outcome was not known may come later', async () => {
    const scope = await newScope(database);
    const intent = intentFor('c1');
    await intend(database, scope, [intent]);
    await settle(database, [closing(intent.id, 'unknown')]);
    await settle(database, [acknowledgement(intent.id, 't1')]);
    expect((await lookUp(database, scope, ['c1'])).get('c1')?.targetId).toBe('t1');
    expect(await recordsWithUnknownOutcome(database, scope.syncNumber)).toEqual(new Set());
    expect((await intend(database, scope, [intentFor('c1')])).size).toBe(1);
  });

  test('of an update drops the keys that the record no longer has, and only those', async () => {
    const scope = await newScope(database);
    const key = (value: string) => ({ kind: 'email', value });
    const entityId = await linked(database, scope, 'c1', 't1', { keys: [key('old@example.org'), key('same@example.org')] });
    await linked(database, scope, 'c2', 't2', { keys: [key('old@example.org')] });
    await linked(database, scope, 'c1', 't1', { entityId, kind: 'update', externalId: 't1', keys: [key('new@example.org'), key('same@example.org')], droppedKeys: [key('old@example.org')] });
    const holders = async (value: string) => (await keyHolders(database, scope, [key(value)])).map(({ otherSourceId }) => otherSourceId);
    expect(await holders('old@example.org')).toEqual(['c2']);
    expect(await holders('new@example.org')).toEqual(['c1']);
    expect(await holders('same@example.org')).toEqual(['c1']);
  });

  test('that is not an acknowledgement drops no keys', async () => {
    const scope = await newScope(database);
    const key = { kind: 'email', value: 'kept@example.org' };
    const entityId = await linked(database, scope, 'c1', 't1', { keys: [key] });
    const update = intentFor('c1', { entityId, kind: 'update', externalId: 't1', droppedKeys: [key] });
    await intend(database, scope, [update]);
    await settle(database, [closing(update.id, 'refused')]);
    expect(await keyHolders(database, scope, [key])).toHaveLength(1);
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

  test('of a delete marks both sides as gone and forgets the base', async () => {
    const scope = await newScope(database);
    const entityId = await linked(database, scope, 'c1', 't1');
    await linked(database, scope, 'c1', 't1', { entityId, kind: 'delete', externalId: 't1', after: {}, fingerprint: null });
    expect((await lookUp(database, scope, ['c1'])).get('c1')).toMatchObject({ sourceState: 'gone', targetId: null, fingerprint: null });
    expect(await baseValues(database, scope.syncNumber, [entityId])).toEqual(new Map());
  });

  test('of what the ledger does not hold changes nothing', async () => {
    const scope = await newScope(database);
    await settle(database, []);
    await settle(database, [acknowledgement(newId(), 't1')]);
    expect(await lookUp(database, scope, ['c1'])).toEqual(new Map());
  });

  test('that is lost with its connection may be repeated, and has its effect once', async () => {
    const scope = await newScope(database);
    const entityId = await linked(database, scope, 'c1', 't1');
    const update = intentFor('c1', { entityId, kind: 'update', externalId: 't1', after: { name: 'new' } });
    await intend(database, scope, [update]);
    const blocker = await database.pool.connect();
    try {
      await blocker.query('begin');
      await blocker.query('select 1 from links where external_id = $1 for update', ['t1']);
      const lost = settle(database, [acknowledgement(update.id, 't1', '2')]).catch((error: unknown) => error);
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
    await settle(database, [acknowledgement(update.id, 't1', '2')]);
    expect((await lookUp(database, scope, ['c1'])).get('c1')?.targetVersion).toBe('2');
  });
});

test('whatever order intents and settlements come in, at most one write for a record is open, and links follow acknowledgements alone', async () => {
  const step = fc.record({ source: fc.nat(2), kind: fc.constantFrom('intend' as const, 'acknowledged' as const, 'refused' as const, 'not-executed' as const, 'unknown' as const) });
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
    const scope = await newScope(database);
    const open = new Map<string, string>();
    const acknowledged = new Map<string, string>();
    for (const { source, kind } of steps) {
      const sourceId = `c${source}`;
      const writeId = open.get(sourceId);
      if (kind === 'intend') {
        const intent = intentFor(sourceId);
        const accepted = await intend(database, scope, [intent]);
        expect(accepted.has(intent.id)).toBe(writeId === undefined);
        if (writeId === undefined) open.set(sourceId, intent.id);
      } else if (writeId !== undefined) {
        await settle(database, [kind === 'acknowledged' ? acknowledgement(writeId, `t-${writeId}`) : closing(writeId, kind)]);
        if (kind === 'acknowledged') acknowledged.set(sourceId, `t-${writeId}`);
        if (kind !== 'unknown') open.delete(sourceId);
      }
    }
    const known = await lookUp(database, scope, ['c0', 'c1', 'c2']);
    expect(new Map([...known].map(([id, record]) => [id, record.targetId]))).toEqual(acknowledged);
  }), { numRuns: 25 });
});
