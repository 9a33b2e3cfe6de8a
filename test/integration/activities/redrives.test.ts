import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RedriveSelection } from '../../../src/contracts/redrive.js';
import type { SyncResult } from '../../../src/contracts/sync-workflow.js';
import type { Database } from '../../../src/store/database.js';
import { deadLetterGroups, type DeadLetter } from '../../../src/store/dead-letters.js';
import { findDeadLetters } from '../../../src/store/dead-letter-lookup.js';
import { activeDefinitions, storeDefinitions } from '../../../src/store/definitions.js';
import { readPreview } from '../../../src/store/letter-previews.js';
import { discardLetter, editLetter, letterEvents } from '../../../src/store/letter-work.js';
import { lettersOfRun } from '../../../src/store/run-letters.js';
import { readCursor, readRun } from '../../../src/store/runs.js';
import type { FakeAnswer } from '../../support/fake-system.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { failureOf, field, SyncUnderTest, type SyncUnderTestOptions } from './sync-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

const refused: FakeAnswer = { outcome: 'park', status: 422, message: 'the target refuses it', excerpt: '{"error":"city is unknown"}', id: null };
const lost: FakeAnswer = { outcome: 'unknown', message: 'the answer was lost', id: null };

/** Tries letters again as the workflow does. */
async function redrive(sync: SyncUnderTest, selection: Omit<RedriveSelection, 'by'>, mode: 'redrive' | 'plan' = 'redrive', attempts = 1): Promise<SyncResult> {
  return sync.run(mode, { attempts, selection: { by: 'ada', ...selection } });
}

async function onlyLetter(sync: SyncUnderTest): Promise<DeadLetter> {
  const [letter, second] = await sync.letters();
  if (letter === undefined || second !== undefined) throw new Error('there is not exactly one letter');
  return letter;
}

const one = (letter: DeadLetter) => ({ letters: { kind: 'letter' as const, id: letter.id } });

/** A sync whose only record has no name, which the mapping requires. */
async function withNameless(options: SyncUnderTestOptions = {}): Promise<{ readonly sync: SyncUnderTest; readonly letter: DeadLetter }> {
  const sync = await SyncUnderTest.create(database, options);
  sync.source.put('c1', { email: 'a@example.org', name: '' }, { version: '7' });
  await sync.run();
  return { sync, letter: await onlyLetter(sync) };
}

describe('a letter', () => {
  test('of an id that was given to another record is looked at ahead and tried again: the record takes the first one\'s place, for good', async () => {
    const sync = await SyncUnderTest.create(database);
    sync.source.put('c1', { email: 'a@example.org', name: 'Ada' }, { version: '1', born: '2025-01-01' });
    await sync.run();
    sync.source.put('c1', { email: 'b@example.org', name: 'Bob' }, { version: '2', born: '2026-11-01' });
    await sync.run();
    const letter = await onlyLetter(sync);
    expect([letter.code, sync.atTarget()]).toEqual(['id-reused', { t1: 'Ada' }]);
    const preview = await redrive(sync, one(letter), 'plan');
    expect(await readPreview(database, preview.runId)).toMatchObject({ problems: [], writes: [{ kind: 'update', sourceId: 'c1', after: { name: 'Bob' } }] });
    expect(await redrive(sync, one(letter))).toMatchObject({ state: 'succeeded', counts: { updated: 1 } });
    sync.source.put('c1', { email: 'b@example.org', name: 'Robert' }, { version: '3', born: '2026-11-01' });
    expect(await sync.run()).toMatchObject({ counts: { updated: 1, parked: 0 } });
    expect([sync.atTarget(), await sync.letters()]).toEqual([{ t1: 'Robert' }, []]);
  });

  test('is edited, previewed and tried again: its record is written once, and the letter resolved', async () => {
    const { sync, letter } = await withNameless();
    await editLetter(database, letter.id, { id: 'c1', email: 'a@example.org', name: 'Ada' }, 'ada');
    const preview = await redrive(sync, one(letter), 'plan');
    expect(await readPreview(database, preview.runId)).toMatchObject({ problems: [], writes: [{ kind: 'create', sourceId: 'c1', after: { name: 'Ada' } }] });
    expect([sync.target.sent, await sync.letters()]).toMatchObject([[], [{ id: letter.id }]]);
    expect(await redrive(sync, one(letter))).toMatchObject({ state: 'succeeded', mode: 'redrive', counts: { read: 1, created: 1 } });
    expect(sync.atTarget()).toEqual({ t1: 'Ada' });
    expect(sync.target.created()).toHaveLength(1);
    expect(await findDeadLetters(database, letter.id)).toMatchObject([{ state: 'resolved' }]);
    expect((await letterEvents(database, letter.id)).map(({ action, by }) => [action, by])).toEqual([['edited', 'ada'], ['previewed', 'ada'], ['redriven', 'ada']]);
  });

  test('got past with an edited copy is not parked again by the same record, but by a newer one', async () => {
    const { sync, letter } = await withNameless();
    await editLetter(database, letter.id, { id: 'c1', email: 'a@example.org', name: 'Ada' }, 'ada');
    await redrive(sync, one(letter));
    await sync.run('full');
    expect([await sync.letters(), sync.atTarget()]).toEqual([[], { t1: 'Ada' }]);
    sync.source.put('c1', { email: 'a@example.org', name: '' }, { version: '8' });
    await sync.run('full');
    expect(await sync.letters()).toMatchObject([{ sourceId: 'c1' }]);
  });

  test('whose record is mended at the source is tried again with what the source holds', async () => {
    const { sync, letter } = await withNameless();
    sync.source.put('c1', { email: 'a@example.org', name: 'Grace' }, { version: '8' });
    expect(await redrive(sync, one(letter))).toMatchObject({ counts: { created: 1 } });
    expect([sync.atTarget(), await sync.letters()]).toEqual([{ t1: 'Grace' }, []]);
  });

  test('with an edited copy of a version that the source no longer holds uses the source, so that no change there is lost', async () => {
    const { sync, letter } = await withNameless();
    await editLetter(database, letter.id, { id: 'c1', email: 'a@example.org', name: 'Ada' }, 'ada');
    sync.source.put('c1', { email: 'a@example.org', name: 'Grace' }, { version: '8' });
    await redrive(sync, one(letter));
    expect(sync.atTarget()).toEqual({ t1: 'Grace' });
  });

  test('that fails again keeps its place, its edited copy and its history', async () => {
    const { sync, letter } = await withNameless();
    await editLetter(database, letter.id, { id: 'c1', email: 'nonsense', name: 'Ada' }, 'ada');
    expect(await redrive(sync, one(letter), 'plan')).toMatchObject({ counts: { parked: 1 } });
    const preview = await redrive(sync, one(letter), 'plan');
    expect(await readPreview(database, preview.runId)).toMatchObject({ writes: [], problems: [{ sourceId: 'c1', stage: 'map', problems: [{ field: 'email' }] }] });
    expect(await redrive(sync, one(letter))).toMatchObject({ counts: { parked: 1 } });
    expect(await findDeadLetters(database, letter.id)).toMatchObject([{ state: 'open', attempts: 2, code: 'invalid-email', edit: { payload: { name: 'Ada' }, by: 'ada' } }]);
  });

  test('is tried on the version of the definition that is chosen, otherwise on the one in force', async () => {
    const { sync, letter } = await withNameless();
    const lenient = { ...sync.definition, fields: sync.definition.fields.map((each) => ({ ...each, required: false })) };
    const definitions = [...(await activeDefinitions(database, 'system')), ...(await activeDefinitions(database, 'sync'))];
    await storeDefinitions(database, definitions.map((each) => (each.name === lenient.sync ? { ...each, hash: 'lenient', body: lenient } : each)));
    const old = await redrive(sync, { ...one(letter), version: 1 }, 'plan');
    expect(await readPreview(database, old.runId)).toMatchObject({ definitionVersion: 1, writes: [], problems: [{ code: 'required' }] });
    expect(await redrive(sync, one(letter))).toMatchObject({ counts: { created: 1 } });
    expect(await failureOf(redrive(sync, { ...one(letter), version: 9 }))).toMatchObject({ type: 'DefinitionUnusable', message: expect.stringContaining('no version 9') });
  });

  test.each([['archive', { archived: 1 }], ['unlink', { unlinked: 1 }], ['ignore', { ignored: 1 }]] as const)('of a record that is gone at the source is handled by onDelete: %s', async (onDelete, counts) => {
    const sync = await SyncUnderTest.create(database, { sync: { onDelete } });
    sync.source.put('c1', { email: 'a@example.org', name: 'Ada' });
    await sync.run();
    sync.source.put('c1', { email: 'a@example.org', name: '' });
    await sync.run('full');
    const letter = await onlyLetter(sync);
    sync.source.records.delete('c1');
    expect(await redrive(sync, one(letter))).toMatchObject({ counts });
    expect(await sync.letters()).toEqual([]);
  });

  test('of a record that is gone and never was at the target needs nothing more', async () => {
    const { sync, letter } = await withNameless();
    sync.source.records.delete('c1');
    expect(await redrive(sync, one(letter))).toMatchObject({ counts: { ignored: 1 } });
    expect(await findDeadLetters(database, letter.id)).toMatchObject([{ state: 'resolved' }]);
  });

  test('of a source that cannot be asked for one record is tried with what was parked', async () => {
    const { sync, letter } = await withNameless({ sourceObject: { get: undefined as never } });
    await editLetter(database, letter.id, { id: 'c1', email: 'a@example.org', name: 'Ada' }, 'ada');
    await redrive(sync, one(letter));
    expect([sync.atTarget(), sync.source.gets]).toEqual([{ t1: 'Ada' }, []]);
  });

  test('moves no checkpoint, and nothing else is read', async () => {
    const { sync, letter } = await withNameless();
    const before = await readCursor(database, (await sync.context((await sync.start('plan')).runId)).scope.syncNumber);
    sync.source.put('c2', { email: 'b@example.org', name: 'Bob' }, { updatedAtMs: Date.now() + 60_000 });
    const listed = sync.source.listed.length;
    await redrive(sync, one(letter));
    expect(sync.source.listed).toHaveLength(listed);
    expect(await readCursor(database, (await sync.context((await sync.start('plan')).runId)).scope.syncNumber)).toEqual(before);
  });
});

describe('a discarded letter', () => {
  test('stays closed while its record fails in the same way, and says who closed it and why', async () => {
    const { sync, letter } = await withNameless();
    await discardLetter(database, letter.id, 'grace', ' a test record ');
    await sync.run('full');
    expect(await sync.letters()).toEqual([]);
    expect(await letterEvents(database, letter.id)).toMatchObject([{ action: 'discarded', by: 'grace', note: 'a test record' }]);
    expect(await redrive(sync, one(letter))).toMatchObject({ counts: { read: 0 } });
  });

  test.each([['a newer version', { name: '' }, '8'], ['another failure', { email: 'nonsense', name: 'Ada' }, '7']] as const)('is followed by a new one for %s', async (_what, data, version) => {
    const { sync, letter } = await withNameless();
    await discardLetter(database, letter.id, 'grace', 'a test record');
    sync.source.put('c1', { email: 'a@example.org', ...data }, { version });
    await sync.run('full');
    expect((await onlyLetter(sync)).id).not.toBe(letter.id);
  });
});

describe('an unknown outcome', () => {
  /** A create whose answer was lost, of which two records at the target tell nothing. */
  async function withUnknown(options: SyncUnderTestOptions = {}): Promise<{ readonly sync: SyncUnderTest; readonly letter: DeadLetter }> {
    const sync = await SyncUnderTest.create(database, options);
    sync.source.put('c1', { email: 'a@example.org', name: 'Ada' });
    const first = await sync.start();
    sync.target.answer = () => {
      if (options.targetObject === undefined) for (const id of ['x1', 'x2']) sync.target.put(id, { email: 'a@example.org', name: 'Ada', phone: null });
      return lost;
    };
    await sync.window(first.runId);
    await sync.finish(first.runId, 'succeeded');
    sync.target.answer = () => undefined;
    const letter = await onlyLetter(sync);
    expect(letter.code).toBe('unknown-outcome');
    return { sync, letter };
  }

  test('is probed before anything is sent: found, it is acknowledged', async () => {
    const { sync, letter } = await withUnknown();
    sync.target.records.delete('x2');
    const sent = sync.target.sent.length;
    expect(await redrive(sync, one(letter))).toMatchObject({ counts: { read: 1, created: 0 } });
    expect([sync.target.sent.length, await sync.letters()]).toEqual([sent, []]);
  });

  test('is probed before anything is sent: not there, it is sent again', async () => {
    const { sync, letter } = await withUnknown();
    sync.target.records.clear();
    expect(await redrive(sync, one(letter))).toMatchObject({ counts: { created: 1 } });
    expect(sync.atTarget()).toEqual({ t1: 'Ada' });
  });

  test('is not probed by a preview, since a probe may send the write again', async () => {
    const { sync, letter } = await withUnknown();
    const before = [sync.target.sent.length, sync.target.finds.length];
    expect(await redrive(sync, one(letter), 'plan')).toMatchObject({ counts: { ignored: 1 } });
    expect([sync.target.sent.length, sync.target.finds.length]).toEqual(before);
    expect(await sync.letters()).toMatchObject([{ id: letter.id, attempts: 1 }]);
  });

  test('that stays unknown is not sent, and its letter stays open', async () => {
    const { sync, letter } = await withUnknown();
    const sent = sync.target.sent.length;
    expect(await redrive(sync, one(letter))).toMatchObject({ counts: { ignored: 1 } });
    expect(sync.target.sent).toHaveLength(sent);
    expect(await sync.letters()).toMatchObject([{ id: letter.id, attempts: 2 }]);
  });

  const noFind: SyncUnderTestOptions = { targetObject: { find: undefined as never } };

  test('where no probe can tell is sent again once a person says that it was not written', async () => {
    const { sync, letter } = await withUnknown(noFind);
    expect(await redrive(sync, { ...one(letter), finding: { kind: 'not-written' } })).toMatchObject({ counts: { created: 1 } });
    expect([sync.atTarget(), await sync.letters()]).toEqual([{ t1: 'Ada' }, []]);
  });

  test('where no probe can tell is linked once a person says what was written', async () => {
    const { sync, letter } = await withUnknown(noFind);
    sync.target.put('x7', { email: 'a@example.org', name: 'Ada' });
    const sent = sync.target.created().length;
    await redrive(sync, { ...one(letter), finding: { kind: 'written', externalId: 'x7' } });
    sync.source.put('c1', { email: 'a@example.org', name: 'Ada Lovelace' });
    await sync.run('full');
    expect([sync.atTarget(), sync.target.created().length]).toEqual([{ x7: 'Ada Lovelace' }, sent]);
  });

  test('cannot be discarded, since nothing would be written for the record ever again', async () => {
    const { letter } = await withUnknown(noFind);
    await expect(discardLetter(database, letter.id, 'ada', 'never mind')).rejects.toThrow('Nobody knows whether the write');
  });
});

describe('many letters', () => {
  const COUNT = 500;
  async function parked(options: SyncUnderTestOptions = {}): Promise<SyncUnderTest> {
    const sync = await SyncUnderTest.create(database, { target: { batchSize: 10 }, ...options });
    for (let at = 0; at < COUNT; at += 1) sync.source.put(`c${at}`, { email: `p${at}@example.org`, name: `Person ${at}` });
    sync.target.answer = () => refused;
    await sync.run();
    sync.target.answer = () => undefined;
    expect(await sync.letters()).toHaveLength(COUNT);
    return sync;
  }
  const groupOf = async (sync: SyncUnderTest) => (await deadLetterGroups(database, sync.definition.sync))[0]?.group ?? '';

  test('of one cause are tried again together; a worker that dies in the middle costs nothing and writes nothing twice', async () => {
    const sync = await parked();
    const { runId } = await sync.start('redrive', undefined, { letters: { kind: 'group', group: await groupOf(sync) }, by: 'ada' });
    let requests = 0;
    // The first worker hangs for good, as one that was killed while its requests were under way.
    await new Promise<void>((resolve) => {
      sync.target.whileSent = () => {
        requests += 1;
        if (requests === 24) resolve();
        return requests > 20 ? new Promise<void>(() => undefined) : undefined;
      };
      void sync.window(runId).catch(() => undefined);
    });
    sync.target.whileSent = () => undefined;
    for (let done = false; !done;) ({ done } = await sync.window(runId));
    expect(await sync.finish(runId, 'succeeded')).toMatchObject({ state: 'succeeded', counts: { created: COUNT } });
    expect(new Set(Object.values(sync.atTarget('email'))).size).toBe(COUNT);
    expect(sync.target.records.size).toBe(COUNT);
    expect(await sync.letters()).toEqual([]);
  }, 120_000);

  test('are tried again by two at once with one effect', async () => {
    const sync = await parked({ targetObject: { find: undefined as never } });
    const group = await groupOf(sync);
    const [left, right] = await Promise.all([
      redrive(sync, { letters: { kind: 'group', group } }, 'redrive', 40),
      redrive(sync, { letters: { kind: 'all' } }, 'redrive', 40),
    ]);
    expect([left?.state, right?.state]).toEqual(['succeeded', 'succeeded']);
    expect(sync.target.records.size).toBe(COUNT);
    expect((left?.counts.created ?? 0) + (right?.counts.created ?? 0)).toBe(COUNT);
    expect(await sync.letters()).toEqual([]);
  }, 120_000);

  test('are written once when the regular run comes to them at the same time', async () => {
    const sync = await parked({ targetObject: { find: undefined as never } });
    await Promise.all([redrive(sync, { letters: { kind: 'all' } }, 'redrive', 40), sync.run('full', { attempts: 40 })]);
    expect(sync.target.records.size).toBe(COUNT);
    expect(await sync.letters()).toEqual([]);
  }, 120_000);
});

describe('letters of an outage', () => {
  /** A sync of which one record could not be written while the target was ill. */
  async function afterOutage(): Promise<{ readonly sync: SyncUnderTest; readonly letter: DeadLetter }> {
    const sync = await SyncUnderTest.create(database, { scheduleMs: [], target: { batchSize: 1 } });
    for (const id of ['c1', 'c2']) sync.source.put(id, { email: `${id}@example.org`, name: id }, { updatedAtMs: 1_000 });
    sync.target.answer = ({ fields }) => (fields['name'] === 'c1' ? { outcome: 'retry', message: 'is overloaded', id: null } : undefined);
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 1, parked: 1 } });
    sync.source.put('c9', { email: 'c9@example.org', name: 'c9' }, { updatedAtMs: 9_000_000 });
    await sync.run();
    return { sync, letter: await onlyLetter(sync) };
  }

  test('are tried again by the next run, which says so', async () => {
    const { sync, letter } = await afterOutage();
    expect(letter).toMatchObject({ sourceId: 'c1', code: 'retries-exhausted' });
    sync.target.answer = () => undefined;
    const result = await sync.run();
    expect(result).toMatchObject({ state: 'succeeded', counts: { created: 1 } });
    expect(await lettersOfRun(database, await readRun(database, result.runId), 5)).toMatchObject({ retried: 1, added: 0, again: 0 });
    expect(Object.values(sync.atTarget())).toContain('c1');
    expect(await findDeadLetters(database, letter.id)).toMatchObject([{ state: 'resolved' }]);
    expect(await letterEvents(database, letter.id)).toContainEqual(expect.objectContaining({ action: 'retried', by: 'crosswalk' }));
  });

  test('are tried again three times and no more', async () => {
    const { sync, letter } = await afterOutage();
    for (let run = 0; run < 5; run += 1) await sync.run();
    expect((await letterEvents(database, letter.id)).filter(({ action }) => action === 'retried')).toHaveLength(3);
  });

  test('are left alone where the cause is the data, and where somebody works on them', async () => {
    const { sync, letter } = await withNameless();
    await sync.run();
    expect(await letterEvents(database, letter.id)).toEqual([]);
    const outage = await afterOutage();
    await editLetter(database, outage.letter.id, { id: 'c1', email: 'c1@example.org', name: 'c1' }, 'ada');
    const before = (await letterEvents(database, outage.letter.id)).length;
    await outage.sync.run();
    expect(await letterEvents(database, outage.letter.id)).toHaveLength(before);
  });

  test('do not keep the checkpoint from moving as it would', async () => {
    const { sync } = await afterOutage();
    sync.target.answer = () => undefined;
    sync.source.put('c1', { email: 'c1@example.org', name: 'c1' }, { updatedAtMs: Date.now() + 3_600_000 });
    const { runId } = await sync.start();
    const { scope } = await sync.context(runId);
    await sync.window(runId);
    expect((await readCursor(database, scope.syncNumber)).sinceMs).toBeLessThanOrEqual(Date.now());
    await sync.finish(runId, 'succeeded');
  });
});

test('a redrive of a field that the mapping does not name writes nothing else', async () => {
  const sync = await SyncUnderTest.create(database, { sync: { fields: [field('email', 'email', { type: 'email' }), field('name', 'name', { required: true })] } });
  sync.source.put('c1', { email: 'a@example.org', name: '', phone: '1' });
  await sync.run();
  const letter = await onlyLetter(sync);
  await editLetter(database, letter.id, { id: 'c1', email: 'a@example.org', name: 'Ada', phone: '2' }, 'ada');
  await redrive(sync, one(letter));
  expect(sync.target.created().map(({ fields }) => Object.keys(fields))).toEqual([['email', 'name']]);
});

describe('a plan of a selection', () => {
  test('removes nothing: what it has not read is not gone, and a run of it is neither measured nor held', async () => {
    const { sync, letter } = await withNameless({ sync: { limits: { deletes: 0, changes: 0, blanks: 1 } } });
    for (const id of ['c2', 'c3', 'c4']) sync.source.put(id, { email: `${id}@example.org`, name: id });
    await sync.run('full');
    sync.source.records.delete('c3');
    sync.source.put('c1', { email: 'a@example.org', name: 'Ada' }, { version: '8' });
    const selection = { by: 'ada', ...one(letter) };
    const started = await sync.start('plan', undefined, selection);
    expect(started).toMatchObject({ removes: false, measures: false });
    expect((await readRun(database, started.runId)).place).not.toHaveProperty('tracksSeen');
    await sync.finish(started.runId, 'stopped');
    const preview = await redrive(sync, one(letter), 'plan');
    expect(preview.counts).toMatchObject({ read: 1, created: 1, archived: 0 });
    expect((await readPreview(database, preview.runId))?.writes.map(({ kind, sourceId }) => [kind, sourceId])).toEqual([['create', 'c1']]);
    // A plan of the whole sync, by contrast, finds what is gone.
    expect(await sync.run('plan')).toMatchObject({ counts: { archived: 1 } });
  });
});
