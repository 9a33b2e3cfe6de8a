import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EntityConflict, mergeEntities, unmergeEntities } from '../../../src/store/entity-merges.js';
import { adopt } from '../../../src/store/crosswalk.js';
import type { Database } from '../../../src/store/database.js';
import type { LedgerScope } from '../../../src/store/ledger.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { email, linked, newScope } from './store-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

const merge = (from: string, into: string): Promise<string> => database.kysely.transaction().execute((transaction) => mergeEntities(transaction, { from, into, reason: 'the same person', by: 'vera' }));

/** Everything that is kept of two entities. */
async function picture(entities: readonly string[]): Promise<unknown> {
  const [links, bases, keys] = await Promise.all([
    database.pool.query('select object_id, external_id, entity_id, state from links where entity_id = any($1::uuid[]) order by 1, 2', [entities]),
    database.pool.query(`select sync_id, entity_id, encode(fingerprint, 'hex') as fingerprint, "values", state from bases where entity_id = any($1::uuid[]) order by 1, 2`, [entities]),
    database.pool.query('select object_id, kind, value, entity_id from match_keys where entity_id = any($1::uuid[]) order by 1, 2, 3, 4', [entities]),
  ]);
  return { links: links.rows, bases: bases.rows, keys: keys.rows };
}

/** A record that two systems share, and one of a third; each entity has a base and keys, one of them in common. */
async function twoEntities(): Promise<{ readonly hub: string; readonly single: string; readonly scope: LedgerScope }> {
  const scope = await newScope(database);
  const third = await newScope(database);
  const hub = await linked(database, scope, 'c1', 'm1', { after: { name: 'Nina' } }, { keys: [email('nina@example.org')] });
  const single = newId();
  await adopt(database, { ...scope, targetObject: third.targetObject }, [{ id: 'd1', version: '1', entityId: single, values: { name: 'N. Katz' }, keys: [email('nina@example.org'), email('katz@example.org')] }]);
  return { hub, single, scope };
}

describe('merging entities', () => {
  test('makes one of two, and taking it apart gives back what was there before', async () => {
    const { hub, single } = await twoEntities();
    const before = await picture([hub, single]);
    const id = await merge(single, hub);
    const { rows } = await database.pool.query<{ entity_id: string }>('select distinct entity_id from links where entity_id = any($1::uuid[])', [[hub, single]]);
    expect(rows.map(({ entity_id }) => entity_id)).toEqual([hub]);
    await unmergeEntities(database, id, { by: 'vera', note: 'two sisters' });
    expect(await picture([hub, single])).toEqual(before);
  });

  test('is noted with who did it and when, and so is taking it apart', async () => {
    const { hub, single } = await twoEntities();
    const id = await merge(single, hub);
    await unmergeEntities(database, id, { by: 'otto', note: null });
    const { rows } = await database.pool.query('select merged_by, reason, undone_by, undone_at is not null as undone from identity_merges where id = $1', [id]);
    expect(rows).toEqual([{ merged_by: 'vera', reason: 'the same person', undone_by: 'otto', undone: true }]);
    const said = await database.pool.query(`select external_id, other_id from identity_separations where said_by = 'otto' order by 1, 2`);
    expect(said.rows).toEqual([{ external_id: 'c1', other_id: 'd1' }, { external_id: 'd1', other_id: 'c1' }, { external_id: 'd1', other_id: 'm1' }, { external_id: 'm1', other_id: 'd1' }]);
  });

  test('is refused where both have a live record of one object, and nothing is changed', async () => {
    const scope = await newScope(database);
    const [one, other] = [await linked(database, scope, 'c1', 'm1'), await linked(database, scope, 'c2', 'm2')];
    const before = await picture([one, other]);
    await expect(merge(one, other)).rejects.toThrow(EntityConflict);
    await expect(merge(one, one)).rejects.toThrow('one entity already');
    expect(await picture([one, other])).toEqual(before);
  });

  test('is not taken apart twice, nor after its records have moved on', async () => {
    const { hub, single } = await twoEntities();
    const id = await merge(single, hub);
    await database.pool.query(`update links set entity_id = $2 where entity_id = $1 and external_id = 'd1'`, [hub, newId()]);
    await expect(unmergeEntities(database, id, { by: 'vera', note: null })).rejects.toThrow('linked with others since');
    await expect(unmergeEntities(database, newId(), { by: 'vera', note: null })).rejects.toThrow('no such merge');
  });
});
