import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adopt, baseValues, keyHolders, linkHolder, linkSource, lookUp, setTargetVersion, unlink, type TargetRecord } from '../../../src/store/crosswalk.js';
import type { Database } from '../../../src/store/database.js';
import { claimEntity } from '../../../src/store/entities.js';
import { park } from '../../../src/store/dead-letters.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { email, letterFor, linked, newScope } from './store-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

const fingerprint = '0123456789abcdef0123456789abcdef';
const targetRecord = (id: string, more: Partial<TargetRecord> = {}): TargetRecord => ({ id, version: '1', entityId: newId(), values: { name: id }, keys: [email(`${id}@example.org`)], ...more });

describe('a look-up', () => {
  test('knows only what was linked, and answers by the id that it was asked for', async () => {
    const scope = await newScope(database);
    await linked(database, scope, 'c1', 't1');
    const ids = ['c1', 'C1', ' c1', "c1'; drop table links; --", '', 'c1\u0301'];
    expect([...(await lookUp(database, scope, ids)).keys()]).toEqual(['c1']);
    expect(await lookUp(database, scope, [])).toEqual(new Map());
  });

  test('finds many at once, whatever their order and however often each is asked for', async () => {
    const scope = await newScope(database);
    for (const at of [1, 2, 3]) await linked(database, scope, `c${at}`, `t${at}`);
    const known = await lookUp(database, scope, ['c3', 'c1', 'c9', 'c2', 'c1']);
    expect([...known].map(([id, { targetId }]) => `${id} ${targetId}`).toSorted()).toEqual(['c1 t1', 'c2 t2', 'c3 t3']);
  });

  test('sees the open dead letter of this sync, and of no other', async () => {
    const [scope, other] = [await newScope(database), await newScope(database)];
    await linked(database, scope, 'c1', 't1');
    await park(database, { ...other, sourceObject: scope.sourceObject }, [letterFor('c1')]);
    expect((await lookUp(database, scope, ['c1'])).get('c1')?.openLetter).toBe(false);
    await park(database, scope, [letterFor('c1')]);
    expect((await lookUp(database, scope, ['c1'])).get('c1')?.openLetter).toBe(true);
  });

  test('shows the target of one object and the base of one sync, though another sync links the same record elsewhere', async () => {
    const scope = await newScope(database);
    const other = { ...(await newScope(database)), sourceObject: scope.sourceObject };
    const entityId = await linked(database, scope, 'c1', 't1');
    await linked(database, other, 'c1', 'other-1', { entityId, fingerprint });
    expect((await lookUp(database, scope, ['c1'])).get('c1')).toMatchObject({ targetId: 't1', fingerprint: '00112233445566778899aabbccddeeff' });
    expect((await lookUp(database, other, ['c1'])).get('c1')).toMatchObject({ targetId: 'other-1', fingerprint });
  });

  test('no longer knows a record that was removed once another has taken its place', async () => {
    const scope = await newScope(database);
    const entityId = await linked(database, scope, 'c1', 't1');
    await linked(database, scope, 'c1', 't1', { entityId, kind: 'archive', externalId: 't1', after: {}, fingerprint: null });
    expect((await lookUp(database, scope, ['c1'])).get('c1')?.targetId).toBe('t1');
    expect(await claimEntity(database, scope, 'c2', entityId)).toBe(entityId);
    await linked(database, scope, 'c2', 't1', { entityId, kind: 'update', externalId: 't1' });
    const known = await lookUp(database, scope, ['c1', 'c2']);
    expect([...known.keys()]).toEqual(['c2']);
    expect(known.get('c2')).toMatchObject({ sourceState: 'live', targetId: 't1' });
  });
});

describe('adopting the target\'s own records', () => {
  test('makes them known by their keys and their values, without a source', async () => {
    const scope = await newScope(database);
    const record = targetRecord('t1');
    await adopt(database, scope, [record]);
    expect(await keyHolders(database, scope, record.keys)).toEqual([{ kind: 'email', value: 't1@example.org', entityId: record.entityId, targetId: 't1', targetVersion: '1', otherSourceId: null, formerSourceId: null }]);
    expect(await baseValues(database, scope.syncNumber, [record.entityId])).toEqual(new Map([[record.entityId, { name: 't1' }]]));
    expect(await linkHolder(database, scope, 't1')).toEqual({ entityId: record.entityId, otherSourceId: null, formerSourceId: null });
  });

  test('a second time keeps the entity and the base, and takes the newer version', async () => {
    const scope = await newScope(database);
    const record = targetRecord('t1');
    await adopt(database, scope, [record]);
    await adopt(database, scope, [targetRecord('t1', { version: '2', values: { name: 'changed meanwhile' } })]);
    await adopt(database, scope, [targetRecord('t1', { version: null })]);
    expect(await keyHolders(database, scope, record.keys)).toMatchObject([{ entityId: record.entityId, targetId: 't1', targetVersion: '2' }]);
    expect(await baseValues(database, scope.syncNumber, [record.entityId])).toEqual(new Map([[record.entityId, { name: 't1' }]]));
  });

  test('takes a record once that comes twice in one page', async () => {
    const scope = await newScope(database);
    await adopt(database, scope, [targetRecord('t1'), targetRecord('t2'), targetRecord('t1', { version: '2' })]);
    expect(await keyHolders(database, scope, [email('t1@example.org'), email('t2@example.org')])).toMatchObject([{ targetId: 't1', targetVersion: '2' }, { targetId: 't2' }]);
  });

  test('takes a record again that had been deleted', async () => {
    const scope = await newScope(database);
    const entityId = await linked(database, scope, 'c1', 't1');
    await linked(database, scope, 'c1', 't1', { entityId, kind: 'delete', externalId: 't1', after: {}, fingerprint: null });
    expect(await linkHolder(database, scope, 't1')).toBeUndefined();
    const again = targetRecord('t1', { version: '9' });
    await adopt(database, scope, [again]);
    expect(await linkHolder(database, scope, 't1')).toMatchObject({ entityId: again.entityId, otherSourceId: null });
    expect(await baseValues(database, scope.syncNumber, [again.entityId])).toEqual(new Map([[again.entityId, { name: 't1' }]]));
  });

  test('of nothing does nothing', async () => {
    await expect(adopt(database, await newScope(database), [])).resolves.toBeUndefined();
  });
});

describe('linking a source record', () => {
  test('to an entity notes the fingerprint on which both agree', async () => {
    const scope = await newScope(database);
    const { entityId } = targetRecord('t1');
    await adopt(database, scope, [targetRecord('t1', { entityId })]);
    await linkSource(database, scope, scope.runId, [{ sourceId: 'c1', entityId, version: '5', fingerprint }]);
    expect((await lookUp(database, scope, ['c1'])).get('c1')).toMatchObject({ entityId, sourceState: 'live', targetId: 't1', fingerprint });
    expect(await linkHolder(database, scope, 't1')).toEqual({ entityId, otherSourceId: 'c1', formerSourceId: null });
  });

  test('makes it the holder of the keys, for which others are duplicates', async () => {
    const scope = await newScope(database);
    const record = targetRecord('t1');
    await adopt(database, scope, [record]);
    await linkSource(database, scope, scope.runId, [{ sourceId: 'c1', entityId: record.entityId, version: null, fingerprint }]);
    expect(await keyHolders(database, scope, record.keys)).toMatchObject([{ otherSourceId: 'c1' }]);
  });

  test('and taking the link away leaves the target as it is, and forgets the base', async () => {
    const scope = await newScope(database);
    const entityId = await linked(database, scope, 'c1', 't1');
    await linked(database, scope, 'c2', 't2');
    await unlink(database, scope, ['c1', 'not there']);
    expect((await lookUp(database, scope, ['c1'])).get('c1')).toMatchObject({ sourceState: 'unlinked', targetId: 't1', fingerprint: null });
    expect(await baseValues(database, scope.syncNumber, [entityId])).toEqual(new Map([[entityId, {}]]));
    expect(await linkHolder(database, scope, 't1')).toEqual({ entityId, otherSourceId: null, formerSourceId: 'c1' });
    expect((await lookUp(database, scope, ['c2'])).get('c2')?.sourceState).toBe('live');
  });
});

describe('claiming an entity', () => {
  test('moves what is known of a target record to the entity that its source record stands for already', async () => {
    const scope = await newScope(database);
    const other = { ...(await newScope(database)), sourceObject: scope.sourceObject };
    const own = await linked(database, other, 'c1', 'desk-1');
    const record = targetRecord('t1');
    await adopt(database, scope, [record]);
    expect(await claimEntity(database, scope, 'c1', record.entityId)).toBe(own);
    expect(await linkHolder(database, scope, 't1')).toEqual({ entityId: own, otherSourceId: 'c1', formerSourceId: null });
    expect(await keyHolders(database, scope, record.keys)).toMatchObject([{ entityId: own, targetId: 't1' }]);
    expect(await baseValues(database, scope.syncNumber, [own, record.entityId])).toEqual(new Map([[own, { name: 't1' }]]));
    expect((await lookUp(database, other, ['c1'])).get('c1')).toMatchObject({ entityId: own, targetId: 'desk-1' });
  });

  test('leaves a record of the same object with its own entity', async () => {
    const scope = await newScope(database);
    const other = { ...(await newScope(database)), sourceObject: scope.sourceObject };
    const own = await linked(database, other, 'c1', 'desk-1');
    const theirs = await linked(database, other, 'c2', 'desk-2');
    await adopt(database, scope, [targetRecord('t2', { entityId: theirs })]);
    expect(await claimEntity(database, scope, 'c1', theirs)).toBe(own);
    expect((await lookUp(database, other, ['c1', 'c2'])).get('c2')).toMatchObject({ entityId: theirs, targetId: 'desk-2' });
    expect((await lookUp(database, scope, ['c1'])).get('c1')).toMatchObject({ entityId: own, targetId: 't2' });
  });

  test('of a record that nobody has linked is the target\'s own, and repeating it is harmless', async () => {
    const scope = await newScope(database);
    const record = targetRecord('t1');
    await adopt(database, scope, [record]);
    for (let turn = 0; turn < 2; turn += 1) expect(await claimEntity(database, scope, 'c1', record.entityId)).toBe(record.entityId);
  });
});

test('the version of a target record is noted as it was found', async () => {
  const scope = await newScope(database);
  await linked(database, scope, 'c1', 't1');
  await setTargetVersion(database, scope, 't1', '17');
  expect((await lookUp(database, scope, ['c1'])).get('c1')?.targetVersion).toBe('17');
  await setTargetVersion(database, scope, 't1', 'a\0b');
  expect((await lookUp(database, scope, ['c1'])).get('c1')?.targetVersion).toBe('a\ufffdb');
});
