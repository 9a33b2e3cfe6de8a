import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostgresSystemDefinition, TableDefinition } from '../../../src/contracts/postgres-definition.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { TableSystem } from '../../support/table-system.js';
import { field, SyncUnderTest, type RealEnd } from '../activities/sync-under-test.js';

const script = `
  create table clients (id bigint primary key generated always as identity, name text not null, email text, phone text, city text, status text not null default 'active', sync_key text unique, version integer not null default 1, updated_at timestamptz not null default now());
  create table plain (id bigint primary key generated always as identity, name text not null, email text);`;

const clients: TableDefinition = {
  table: ['public', 'clients'], columns: ['id', 'name', 'email', 'phone', 'city', 'status', 'version', 'updated_at'], id: '/id', idColumn: 'id', version: '/version', versionColumn: 'version',
  updatedColumn: 'updated_at', since: { format: 'iso', field: '/updated_at', overlapMs: 1_000, safetyLagMs: 0 }, pageSize: 20, batch: 10, touch: ['updated_at'], increment: ['version'], get: {},
  find: { by: { email: {} } }, create: { isKeyed: true, keyColumn: 'sync_key' }, update: { checksVersion: true }, archive: { fields: { status: 'archived' } }, delete: {},
  inactive: { kind: 'compare', field: 'status', operator: '=', value: 'archived' },
};
const fields = [field('email', 'email', { type: 'email' }), field('name', 'name', { required: true }), field('phone', 'phone'), field('city', 'city')];

describe('syncs with tables', () => {
  let ours: MigratedDatabase;
  let erp: TableSystem;

  beforeAll(async () => {
    ours = await openMigratedDatabase();
    erp = await TableSystem.start(script);
  });
  afterAll(async () => {
    await erp.close();
    await ours.drop();
  });

  function end(definition: PostgresSystemDefinition, object = 'client'): RealEnd {
    return { definition, object, connector: erp.open(definition) };
  }
  async function toTable(table = clients, object = 'client'): Promise<SyncUnderTest> {
    await erp.query('truncate clients restart identity');
    await erp.query('truncate plain restart identity');
    return SyncUnderTest.create(ours.database, { real: { target: end(erp.definition(object, table), object) }, sync: { fields, match: [{ field: 'email', kind: 'email' }] } });
  }

  it('carry records into a table, with their changes, and nothing twice', async () => {
    const sync = await toTable();
    for (let at = 1; at <= 45; at += 1) sync.source.put(`c${at}`, { name: `Client ${at}`, email: `c${at}@x.test`, city: at === 7 ? "O'Fallon; drop table clients" : 'Ulm' });
    expect((await sync.run()).counts).toMatchObject({ created: 45, parked: 0 });
    sync.source.put('c1', { name: 'Renamed', email: 'c1@x.test', city: 'Ulm' }, { version: '2' });
    sync.source.records.delete('c2');
    expect((await sync.run('full')).counts).toMatchObject({ created: 0, updated: 1 });
    expect(await erp.query("select count(*), count(*) filter (where status = 'archived') as archived, count(*) filter (where name = 'Renamed' and version = 2) as renamed, count(*) filter (where city like 'O''Fallon%') as odd from clients"))
      .toEqual([{ count: '45', archived: '1', renamed: '1', odd: '1' }]);
  });

  it('link rows that are there already, and make none beside them', async () => {
    const sync = await toTable();
    await erp.query("insert into clients (name, email) values ('Known', 'C1@X.test')");
    sync.source.put('c1', { name: 'Client 1', email: 'c1@x.test' });
    await sync.run();
    expect(await erp.query('select id, name from clients')).toEqual([{ id: '1', name: 'Client 1' }]);
  });

  it.each([['by its key', clients, 'client'], ['by its e-mail address', { ...clients, table: ['plain'], columns: ['id', 'name', 'email'], create: {}, touch: [], increment: [] } as const, 'plain']] as const)(
    'find a row whose COMMIT was not answered %s', async (_how, table, object) => {
      const { version: _v, versionColumn: _c, since: _s, updatedColumn: _u, inactive: _i, ...rest } = table;
      const sync = await toTable(object === 'plain' ? rest : table, object);
      sync.source.put('c1', { name: 'Client 1', email: 'c1@x.test' });
      sync.source.put('c2', { name: 'Client 2', email: 'c2@x.test' });
      const struck = erp.proxy.struck;
      erp.proxy.arm({ kind: 'reset-reply' }, { after: 'commit' });
      const result = await sync.run('incremental', { attempts: 3 });
      expect(erp.proxy.struck).toBe(struck + 1);
      expect(result.state).toBe('succeeded');
      expect(await erp.query(`select email, count(*) from ${object === 'plain' ? 'plain' : 'clients'} group by 1 order by 1`)).toEqual([{ email: 'c1@x.test', count: '1' }, { email: 'c2@x.test', count: '1' }]);
      expect(await sync.letters()).toEqual([]);
    });

  it('write again what the end of a connection took back', async () => {
    const sync = await toTable();
    for (let at = 1; at <= 25; at += 1) sync.source.put(`c${at}`, { name: `Client ${at}`, email: `c${at}@x.test` });
    erp.proxy.arm({ kind: 'cut-reply', bytes: 20 }, { after: 'insert', times: 2 });
    await sync.run('incremental', { attempts: 4 });
    expect(await erp.query('select count(*), count(distinct email) as emails from clients')).toEqual([{ count: '25', emails: '25' }]);
  });

  it('take up a change that somebody made to a row in the meantime', async () => {
    const sync = await toTable();
    sync.source.put('c1', { name: 'Client 1', email: 'c1@x.test' });
    await sync.run();
    await erp.query("update clients set phone = '+49 731 1', version = version + 1");
    sync.source.put('c1', { name: 'Renamed', email: 'c1@x.test' }, { version: '2' });
    await sync.run('full');
    expect(await erp.query('select name, version from clients')).toEqual([{ name: 'Renamed', version: '3' }]);
  });

  it('read what changed in a table, and see what is gone from it', async () => {
    await erp.query('truncate clients restart identity');
    await erp.query("insert into clients (name, email, updated_at) select 'n' || i, 'e' || i || '@x.test', now() - interval '1 hour' from generate_series(1, 50) i");
    const sync = await SyncUnderTest.create(ours.database, { real: { source: end(erp.definition('client', clients)) }, sync: { fields, match: [{ field: 'email', kind: 'email' }] } });
    expect((await sync.run()).counts).toMatchObject({ read: 50, created: 50 });
    await erp.query("update clients set name = 'changed', updated_at = now() where id <= 3");
    expect((await sync.run()).counts).toMatchObject({ updated: 3 });
    await erp.query('delete from clients where id = 50');
    await sync.run('full');
    expect(Object.keys(sync.atTarget())).toHaveLength(49);
  });
});
