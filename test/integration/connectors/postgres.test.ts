import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fc } from './properties.js';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Connector } from '../../../src/contracts/connector.js';
import type { TableDefinition } from '../../../src/contracts/postgres-definition.js';
import { everything, item, TableSystem } from '../../support/table-system.js';

const script = `
  create table customers (
    no integer primary key generated always as identity, name text not null check (name <> ''), email text unique, credit numeric(14, 4), big bigint, "Odd ""name" text,
    since timestamp, tags text[], extra jsonb, active boolean not null default true, secret text default 'hidden', version integer not null default 1,
    sync_key text unique, updated_at timestamptz not null default now()
  );
  create view active_customers as select no, name, updated_at from customers where active;
  create table "Weird ""table; drop table customers" ("id""; --" text primary key, v text);
  create table values_of (id bigint primary key generated always as identity, t text, n numeric, b bigint, f double precision, i integer, d date, z timestamptz, l timestamp, j jsonb, a integer[]);`;

const customers: TableDefinition = {
  table: ['customers'], columns: ['no', 'name', 'email', 'credit', 'big', 'Odd "name', 'since', 'tags', 'extra', 'active', 'version', 'updated_at'],
  id: '/no', idColumn: 'no', version: '/version', versionColumn: 'version', updatedColumn: 'updated_at', since: { format: 'iso', field: '/updated_at', overlapMs: 0, safetyLagMs: 0 },
  pageSize: 3, batch: 100, touch: ['updated_at'], increment: ['version'], get: {}, find: { by: { email: {}, no: {} } },
  create: { isKeyed: true, keyColumn: 'sync_key' }, update: { checksVersion: true }, archive: { fields: { active: false } }, delete: {},
};
const signal = new AbortController().signal;

describe('tables of a PostgreSQL database', () => {
  let erp: TableSystem;
  let connector: Connector;

  beforeAll(async () => {
    erp = await TableSystem.start(script);
    connector = erp.open(erp.definition('customer', customers));
  });
  beforeEach(async () => {
    erp.proxy.disarm();
    await erp.query('truncate customers restart identity');
  });
  afterAll(() => erp.close());

  async function insert(count: number, column = ''): Promise<void> {
    await erp.query(`insert into customers (name, email, updated_at${column}) select 'n' || i, 'e' || i || '@x.test', '2026-01-01T00:00:00Z'::timestamptz + (i / 3) * interval '1 second'${column === '' ? '' : ', 1'} from generate_series(1, ${count}) i`);
  }
  const ids = async (more: { readonly sinceMs?: number } = {}): Promise<string[]> => (await everything(connector, 'customer', more)).flatMap((page) => page.records.map(({ id }) => id));

  describe('are read', () => {
    it('in pages, each row once', async () => {
      await insert(8);
      const pages = await everything(connector, 'customer');
      expect(pages.map(({ records }) => records.map(({ id }) => id))).toEqual([['1', '2', '3'], ['4', '5', '6'], ['7', '8']]);
    });

    it('from a place that was stored', async () => {
      await insert(8);
      const [, second] = await everything(connector, 'customer');
      const rest: string[] = [];
      for await (const page of connector.list('customer', { signal, from: { ...second?.next } })) rest.push(...page.records.map(({ id }) => id));
      expect(rest).toEqual(['7', '8']);
    });

    it('by what changed since, where many rows share one time', async () => {
      await insert(20);
      expect(await ids({ sinceMs: Date.parse('2026-01-01T00:00:04Z') })).toEqual(['12', '13', '14', '15', '16', '17', '18', '19', '20']);
      await erp.query("update customers set updated_at = '2026-01-01T00:00:01Z'");
      expect(await ids({ sinceMs: Date.parse('2026-01-01T00:00:01Z') })).toHaveLength(20);
    });

    it('with times to the microsecond as the place', async () => {
      await insert(7);
      await erp.query("update customers set updated_at = '2026-01-01T00:00:00.123456Z'::timestamptz + no * interval '1 microsecond'");
      expect(await ids({ sinceMs: Date.parse('2026-01-01T00:00:00Z') })).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    });

    it('with a version and a time, and with no column that is not named', async () => {
      await insert(1);
      const record = await connector.get('customer', '1', signal);
      expect(record).toMatchObject({ id: '1', version: '1', updatedAtMs: Date.parse('2026-01-01T00:00:00Z'), deleted: false });
      expect(Object.keys(record?.data ?? {})).toEqual(customers.columns);
    });

    it('one by one, and not those that are not there or cannot be', async () => {
      await insert(2);
      expect((await connector.get('customer', '2', signal))?.data['name']).toBe('n2');
      expect(await connector.get('customer', '3', signal)).toBeNull();
      expect(await connector.get('customer', "2' or '1'='1", signal)).toBeNull();
      expect(await connector.get('customer', 'a\0b', signal)).toBeNull();
    });

    it('by a column, and not by one that is not named', async () => {
      await insert(2);
      expect((await connector.find('customer', 'email', 'e2@x.test', signal)).map(({ id }) => id)).toEqual(['2']);
      expect(await connector.find('customer', 'email', "x' or true --", signal)).toEqual([]);
      expect(await connector.find('customer', 'no', 'letters', signal)).toEqual([]);
      await expect(connector.find('customer', 'secret', 'hidden', signal)).rejects.toThrow("no find by 'secret'");
    });

    it('through a view', async () => {
      await insert(2, ', version');
      await erp.query('update customers set active = false where no = 1');
      const view = erp.open(erp.definition('active', { table: ['public', 'active_customers'], columns: ['no', 'name'], id: '/no', idColumn: 'no' }));
      expect((await everything(view, 'active')).flatMap(({ records }) => records.map(({ data }) => data))).toEqual([{ no: 2, name: 'n2' }]);
    });

    it('under names that look like SQL', async () => {
      const odd = erp.open(erp.definition('odd', { table: ['Weird "table; drop table customers'], columns: ['id"; --', 'v'], id: '/id"; --', idColumn: 'id"; --', create: {} }));
      await odd.write('odd', [item('create', null, { 'id"; --': "'); drop table customers; --", v: '$1' })], signal);
      expect((await everything(odd, 'odd')).flatMap(({ records }) => records.map(({ data }) => data))).toEqual([{ 'id"; --': "'); drop table customers; --", v: '$1' }]);
      expect(await erp.query("select to_regclass('customers') as there")).toEqual([{ there: 'customers' }]);
    });
  });

  describe('say what is wrong with their definition', () => {
    it.each([
      [{ table: ['nowhere'] }, 'there is no table or view "nowhere"'], [{ columns: ['no', 'nmae'] }, '"customers" has no column \'nmae\''], [{ updatedColumn: 'name' }, "the column 'name' of \"customers\", which 'since' names, is no timestamp"],
    ] as const)('%o', async (more, message) => {
      const wrong = erp.open(erp.definition('customer', { ...customers, ...more }));
      await expect(everything(wrong, 'customer')).rejects.toMatchObject({ message: expect.stringContaining(message), detail: { outcome: 'fail', code: 'unexpected-shape' } });
    });

    it('and do not tell the password', async () => {
      const url = 'postgres://nobody:hunter2hunter2@127.0.0.1:1/x';
      await expect(everything(erp.open(erp.definition('customer', customers), url), 'customer')).rejects.toMatchObject({ message: expect.not.stringContaining('hunter2'), detail: { outcome: 'retry', code: 'connect-refused' } });
    });

    it('where the server does not encrypt and is told to', async () => {
      const url = new URL(`postgres://a:b@127.0.0.1:${erp.proxy.port}/x?sslmode=verify-full`);
      await expect(everything(erp.open(erp.definition('customer', customers), url.href), 'customer')).rejects.toMatchObject({ detail: { outcome: 'fail', code: 'certificate-invalid' } });
    });
  });

  describe('are written', () => {
    it('a row for a create, which knows its id and version', async () => {
      const [result] = await connector.write('customer', [item('create', null, { name: 'Ann', credit: '12.5000', tags: ['a', 'b'], extra: { x: [1] }, 'Odd "name': 'o' })], signal);
      expect(result).toMatchObject({ outcome: 'ok', id: '1', version: '1' });
      expect((await connector.get('customer', '1', signal))?.data).toMatchObject({ name: 'Ann', credit: '12.5000', tags: ['a', 'b'], extra: { x: [1] }, 'Odd "name': 'o', active: true });
    });

    it('once, however often a create is sent with one key', async () => {
      const create = item('create', null, { name: 'Ann' });
      const first = await connector.write('customer', [create], signal);
      const again = await connector.write('customer', [create], signal);
      expect(again).toEqual(first);
      expect(await erp.query('select count(*) from customers')).toEqual([{ count: '1' }]);
    });

    it('with the version that is expected, and not with another', async () => {
      await insert(1);
      expect(await connector.write('customer', [item('update', '1', { name: 'New' }, { expectedVersion: '1' })], signal)).toMatchObject([{ outcome: 'ok', id: '1', version: '2' }]);
      expect(await connector.write('customer', [item('update', '1', { name: 'Old' }, { expectedVersion: '1' })], signal)).toMatchObject([{ outcome: 'version-conflict' }]);
      expect(await connector.write('customer', [item('update', '9', { name: 'Old' }, { expectedVersion: '1' })], signal)).toMatchObject([{ outcome: 'not-found' }]);
      expect(await erp.query('select name, version, updated_at > now() - interval \'1 minute\' as touched from customers')).toEqual([{ name: 'New', version: '2', touched: 't' }]);
    });

    it('put away, and deleted', async () => {
      await insert(2);
      expect(await connector.write('customer', [item('archive', '1')], signal)).toMatchObject([{ outcome: 'ok' }]);
      expect(await connector.write('customer', [item('delete', '2'), item('delete', '3')], signal)).toMatchObject([{ outcome: 'ok' }, { outcome: 'not-found' }]);
      expect(await erp.query('select no, active from customers')).toEqual([{ no: '1', active: 'f' }]);
    });

    it('where one of a batch is refused, all the others', async () => {
      await insert(1);
      const names = ['a', '', 'b', 'c'];
      const results = await connector.write('customer', [...names.map((name) => item('create', null, { name })), item('create', null, { name: 'd', email: 'e1@x.test' })], signal);
      expect(results.map(({ outcome }) => outcome)).toEqual(['ok', 'park', 'ok', 'ok', 'exists']);
      expect(results[1]?.message).toContain('SQLSTATE 23514');
      expect((await erp.query<{ name: string }>('select name from customers order by no')).map(({ name }) => name)).toEqual(['n1', 'a', 'b', 'c']);
    });

    it.each([
      ['a column that is not named', { secret: 'x' }, "'secret' is not among the 'columns'"], ['an object in a text column', { name: { first: 'x' } }, 'cannot go into the column'], ['a zero byte', { name: 'a\0b' }, 'zero byte'],
      ['letters in a number', { name: 'x', credit: 'much' }, 'SQLSTATE 22P02'], ['a number that is too large', { name: 'x', credit: '99999999999' }, 'SQLSTATE 22003'],
    ] as const)('not with %s', async (_what, fields, message) => {
      const [result] = await connector.write('customer', [item('create', null, fields)], signal);
      expect(result).toMatchObject({ outcome: 'park', message: expect.stringContaining(message) });
      expect(await ids()).toEqual([]);
    });

    it('only when the ledger has taken the intent, with the permit held', async () => {
      const asked: (readonly number[])[] = [];
      const results = await connector.write('customer', [item('create', null, { name: 'a' }), item('create', null, { secret: 'x' })], signal, async (positions) => { asked.push(positions); return false; });
      expect(asked).toEqual([[0]]);
      expect(results.map(({ outcome }) => outcome)).toEqual(['retry', 'park']);
      await connector.write('customer', [item('create', null, { name: 'a' })], signal, () => Promise.reject(new Error('no database')));
      expect(await ids()).toEqual([]);
    });

    it('not where a lock holds them up for longer than half the settle time: that is taken back and tried again', async () => {
      await insert(1);
      await erp.query('begin');
      await erp.query('select from customers where no = 1 for update');
      const [result] = await connector.write('customer', [item('update', '1', { name: 'late' })], signal);
      await erp.query('rollback');
      expect(result).toMatchObject({ outcome: 'retry' });
      expect(await erp.query('select name from customers')).toEqual([{ name: 'n1' }]);
    });
  });

  describe('need no more rights than docs/legacy-systems.md gives', () => {
    const page = readFileSync(fileURLToPath(new URL('../../../docs/legacy-systems.md', import.meta.url)), 'utf8');
    const sql = [...page.matchAll(/```sql\n([^]*?)```/g)].map(([, text = '']) => text);

    it('for all that its definition does, and may do nothing else', async () => {
      const role = `crosswalk_${randomBytes(4).toString('hex')}`;
      await erp.query(`
        create schema sales; create table sales.clients (client_no bigint primary key generated always as identity, name text, email text, phone text, status text, salary numeric, row_version integer not null default 1, updated_at timestamptz not null default now());
        ${sql[1]}
        ${sql[0]?.replaceAll('role crosswalk', `role ${role}`).replaceAll('to crosswalk', `to ${role}`).replace("'…'", "'for-tests-only'")}`);
      try {
        const url = new URL(inject('crosswalkServers').databaseUrl);
        const { pathname } = new URL(erp.url);
        const clients: TableDefinition = {
          table: ['sales', 'clients'], columns: ['client_no', 'name', 'email', 'phone', 'status', 'row_version', 'updated_at'], id: '/client_no', idColumn: 'client_no', version: '/row_version', versionColumn: 'row_version', updatedColumn: 'updated_at', since: { format: 'iso', field: '/updated_at', overlapMs: 0, safetyLagMs: 0 },
          pageSize: 10, batch: 10, touch: [], increment: [], get: {}, find: { by: { email: {} } }, create: { isKeyed: true, keyColumn: 'sync_key' }, update: { checksVersion: true }, archive: { fields: { status: 'archived' } }, delete: {},
        };
        const least = erp.open(erp.definition('client', clients), `postgres://${role}:for-tests-only@${url.host}${pathname}`);
        const create = item('create', null, { name: 'Ann', email: 'ann@x.test' });
        expect(await least.write('client', [create], signal)).toMatchObject([{ outcome: 'ok', id: '1' }]);
        expect(await least.write('client', [create], signal)).toMatchObject([{ outcome: 'ok', id: '1' }]);
        expect(await least.write('client', [item('update', '1', { name: 'Bea' }, { expectedVersion: '1' })], signal)).toMatchObject([{ outcome: 'ok' }]);
        expect(await least.write('client', [item('archive', '1')], signal)).toMatchObject([{ outcome: 'ok' }]);
        expect((await least.find('client', 'email', 'ann@x.test', signal))[0]?.data).toMatchObject({ name: 'Bea', status: 'archived' });
        expect((await everything(least, 'client', { sinceMs: 0 })).flatMap(({ records }) => records)).toHaveLength(1);
        expect(await least.write('client', [item('delete', '1')], signal)).toMatchObject([{ outcome: 'fail', message: expect.stringContaining('SQLSTATE 42501') }]);
        const greedy = erp.open(erp.definition('client', { ...clients, columns: [...clients.columns, 'salary'] }), `postgres://${role}:for-tests-only@${url.host}${pathname}`);
        await expect(everything(greedy, 'client')).rejects.toMatchObject({ detail: { outcome: 'fail' } });
      } finally {
        await erp.query(`drop schema sales cascade; drop owned by ${role}; drop role ${role}`);
      }
    });
  });

  describe('when the connection breaks', () => {
    it('while a COMMIT is under way, the outcome is not known, and the same key finds the row', async () => {
      const create = item('create', null, { name: 'Ann' });
      erp.proxy.arm({ kind: 'reset-reply' }, { after: 'commit' });
      expect(await connector.write('customer', [create], signal)).toMatchObject([{ outcome: 'unknown' }]);
      expect(erp.proxy.struck).toBeGreaterThan(0);
      expect(await connector.write('customer', [create], signal)).toMatchObject([{ outcome: 'ok', id: '1' }]);
      expect(await erp.query('select count(*) from customers')).toEqual([{ count: '1' }]);
    });

    it('before the COMMIT was sent, nothing was executed, and it is tried again', async () => {
      erp.proxy.arm({ kind: 'reset-reply' }, { after: 'insert' });
      expect(await connector.write('customer', [item('create', null, { name: 'Ann' })], signal)).toMatchObject([{ outcome: 'retry' }]);
      expect(await ids()).toEqual([]);
    });

    it('and the answer never comes, the time limit ends it', async () => {
      const hasty = erp.open(erp.definition('customer', customers, { limits: { timeoutMs: 300 } }));
      await everything(hasty, 'customer');
      erp.proxy.arm({ kind: 'hang-reply' }, { after: 'commit' });
      expect(await hasty.write('customer', [item('create', null, { name: 'Ann' })], signal)).toMatchObject([{ outcome: 'unknown' }]);
      erp.proxy.arm({ kind: 'hang-reply' }, { after: 'select' });
      await expect(everything(hasty, 'customer')).rejects.toMatchObject({ detail: { outcome: 'retry', code: 'timeout' } });
    });
  });

  describe('hold values exactly', () => {
    const values: TableDefinition = { table: ['values_of'], columns: ['id', 't', 'n', 'b', 'f', 'i', 'd', 'z', 'l', 'j', 'a'], id: '/id', idColumn: 'id', pageSize: 500, batch: 100, touch: [], increment: [], get: {}, create: {} };

    it('whatever they are, there and back', async () => {
      const table = erp.open(erp.definition('value', values, { timeZone: 'Europe/Berlin' }));
      await fc.assert(fc.asyncProperty(fc.row, async (fields) => {
        const [made] = await table.write('value', [item('create', null, fields)], signal);
        expect(made?.message).toBe('');
        const { id: _id, ...read } = (await table.get('value', made?.id ?? '', signal))?.data ?? {};
        expect(read).toEqual(fields);
      }), { numRuns: 150 });
    });

    it.each([
      ['z', '2026-07-01 10:00', '2026-07-01T08:00:00Z'], ['z', '2026-07-01T10:00:00+05:00', '2026-07-01T05:00:00Z'], ['l', '2026-07-01T08:00:00Z', '2026-07-01T10:00:00'], ['l', '2026-07-01 10:00', '2026-07-01T10:00:00'], ['l', '2026-03-29T02:30:00', '2026-03-29T02:30:00'],
    ])('and times in the zone of the system: %s takes %s as %s', async (column, given, read) => {
      const table = erp.open(erp.definition('value', values, { timeZone: 'Europe/Berlin' }));
      const [made] = await table.write('value', [item('create', null, { [column]: given })], signal);
      expect((await table.get('value', made?.id ?? '', signal))?.data[column]).toBe(read);
    });
  });
});
