import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/store/database.js';
import { fieldLineage } from '../../../src/store/lineage.js';
import { intend, settle, type LedgerScope } from '../../../src/store/ledger.js';
import { recordHistory } from '../../../src/store/record-history.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { acknowledgement, closing, intentFor, linked, newScope, nextRun } from './store-under-test.js';

let migrated: MigratedDatabase;
let database: Database;
let scope: LedgerScope;
let system: string;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
  scope = await newScope(database);
  ({ system } = await database.kysely.selectFrom('objects').select('system').where('id', '=', scope.targetObject).executeTakeFirstOrThrow());
});

afterAll(async () => { await migrated?.drop(); });

const lineageOf = (id: string, field: string, limit = 50) => fieldLineage(database, { system, object: 'member', id }, field, limit);

describe('the lineage of a field', () => {
  test('is every value it was given, the newest first, with its source, its run and its state', async () => {
    const entityId = await linked(database, scope, 'c-1', 'm-1', { after: { name: 'An', city: 'Linz', address: { zip: '1', street: 'a' } } });
    const second = await nextRun(database, scope, 'full');
    const update = intentFor('c-1', { entityId, externalId: 'm-1', kind: 'update', reason: 'changed at the source', sourceVersion: '2', before: { name: 'An' }, after: { name: 'Ann' } });
    const other = intentFor('c-1', { entityId, externalId: 'm-1', kind: 'update', before: { city: 'Linz' }, after: { city: 'Graz' } });
    const refused = intentFor('c-1', { entityId, externalId: 'm-1', kind: 'update', before: { name: 'Ann' }, after: { name: '' } });
    for (const [intent, state] of [[update, 'acknowledged'], [other, 'acknowledged'], [refused, 'refused']] as const) {
      await intend(database, second, [intent]);
      await settle(database, [state === 'refused' ? closing(second, intent, 'refused') : acknowledgement(second, intent, 'm-1')]);
    }
    const lineage = await lineageOf('m-1', 'name');
    expect(lineage?.writes.map(({ before, after, state, runId, runMode, sourceId, sourceVersion, sourceObject, reason, approvedBy }) => ({ before, after, state, runId, runMode, sourceId, sourceVersion, sourceObject, reason, approvedBy }))).toEqual([
      { before: 'Ann', after: '', state: 'refused', runId: second.runId, runMode: 'full', sourceId: 'c-1', sourceVersion: '1', sourceObject: 'contact', reason: 'new at the source', approvedBy: null },
      { before: 'An', after: 'Ann', state: 'acknowledged', runId: second.runId, runMode: 'full', sourceId: 'c-1', sourceVersion: '2', sourceObject: 'contact', reason: 'changed at the source', approvedBy: null },
      { before: null, after: 'An', state: 'acknowledged', runId: scope.runId, runMode: 'incremental', sourceId: 'c-1', sourceVersion: '1', sourceObject: 'contact', reason: 'new at the source', approvedBy: null },
    ]);
    expect(lineage?.bases).toMatchObject([{ state: 'live', values: { name: 'Ann', city: 'Graz' } }]);
    expect((await lineageOf('m-1', 'name', 1))?.writes).toHaveLength(1);
    expect((await lineageOf('m-1', '/address/zip'))?.writes.map(({ after }) => after)).toEqual(['1']);
    expect((await lineageOf('m-1', '/address/country'))?.writes).toEqual([]);
    expect((await lineageOf('m-1', 'nam'))?.writes).toEqual([]);
  });

  test('holds the archiving of the record, whose link then is not shown as live', async () => {
    const entityId = await linked(database, scope, 'c-2', 'm-2', { after: { name: 'Bea' } });
    const archive = intentFor('c-2', { entityId, externalId: 'm-2', kind: 'archive', reason: 'gone at the source', before: { name: 'Bea' }, after: {}, fingerprint: null });
    await intend(database, scope, [archive]);
    await settle(database, [acknowledgement(scope, archive, 'm-2')]);
    expect((await lineageOf('m-2', 'name'))?.writes.map(({ kind, before, after }) => [kind, before, after])).toEqual([['archive', 'Bea', null], ['create', null, 'Bea']]);
    const history = await recordHistory(database, { system, object: 'member', id: 'm-2' }, 10);
    expect(history?.bases).toMatchObject([{ state: 'removed' }]);
  });

  test('leaves out what was only planned', async () => {
    const entityId = await linked(database, scope, 'c-3', 'm-3', { after: { name: 'Cem' } });
    const plan = await nextRun(database, scope, 'plan');
    await intend(database, plan, [intentFor('c-3', { entityId, externalId: 'm-3', kind: 'update', before: { name: 'Cem' }, after: { name: 'Dan' } })], 'planned');
    expect((await lineageOf('m-3', 'name'))?.writes.map(({ after }) => after)).toEqual(['Cem']);
  });

  test('of an unknown record is none', async () => {
    expect(await lineageOf('m-0', 'name')).toBeUndefined();
  });
});
