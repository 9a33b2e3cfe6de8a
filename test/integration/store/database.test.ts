import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { execute, openDatabase, type Database } from '../../../src/store/database.js';
import { objectNumber, syncNumber } from '../../../src/store/names.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { uniqueName } from '../../support/servers.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

const backends = `from pg_stat_activity where datname = $1 and application_name = 'crosswalk' and pid <> pg_backend_pid()`;

function withOptions(options: string): string {
  const url = new URL(migrated.url);
  url.searchParams.set('options', options);
  return url.href;
}

async function untilNoneIsConnected(name: string): Promise<void> {
  const observer = openDatabase({ url: inject('crosswalkServers').databaseUrl, connections: 2 });
  try {
    for (let count = 1; count > 0;) {
      const { rows } = await observer.pool.query<{ count: number }>(`select count(*) ${backends}`, [name]);
      count = rows[0]?.count ?? 0;
    }
  } finally {
    await observer.close();
  }
}

describe('a database', () => {
  test.each(['the pool alone', 'prepared statements alone', 'the query builder', 'nothing'])('gives every connection back when it is closed, having used %s', async (used) => {
    const { url, drop } = await openMigratedDatabase();
    const opened = openDatabase({ url, connections: 4 });
    if (used === 'the pool alone') await opened.pool.query('select 1');
    if (used === 'prepared statements alone') await execute(opened, { name: 'one', text: 'select 1' }, []);
    if (used === 'the query builder') await opened.kysely.selectFrom('syncs').selectAll().execute();
    await opened.close();
    await untilNoneIsConnected(new URL(url).pathname.slice(1));
    await drop();
  });

  test('row 10: gets over connections that the server ends, idle or at work, and tells of the idle ones', async () => {
    const lost: string[] = [];
    const opened = openDatabase({ url: migrated.url, connections: 4, onConnectionLost: (error) => lost.push(error.message) });
    const name = new URL(migrated.url).pathname.slice(1);
    try {
      await Promise.all([opened.pool.query('select 1'), execute(opened, { name: 'one', text: 'select 1 as one' }, [])]);
      await database.pool.query(`select pg_terminate_backend(pid) ${backends}`, [name]);
      while (lost.length < 2) await new Promise((resolve) => { setImmediate(resolve); });
      expect(await execute(opened, { name: 'one', text: 'select 1 as one' }, [])).toEqual([{ one: 1 }]);
      const working = opened.pool.query('select pg_sleep(60)').catch((error: unknown) => error);
      for (let ended = 0; ended === 0;) ({ rowCount: ended } = await database.pool.query(`select pg_terminate_backend(pid) ${backends} and query like '%pg_sleep(60)%' and state = 'active'`, [name]) as { rowCount: number });
      expect(await working).toBeInstanceOf(Error);
      expect((await opened.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    } finally {
      await opened.close();
    }
  });

  test('fails at once with a clear reason when nothing listens', async () => {
    const opened = openDatabase({ url: 'postgresql://nobody@127.0.0.1:1/none' });
    await expect(opened.pool.query('select 1')).rejects.toThrow(/ECONNREFUSED/);
    await opened.close();
  });

  test('reads counters and times as numbers', async () => {
    const { rows } = await database.pool.query('select count(*) as count, 1795459200123::bigint as time from syncs');
    expect(rows).toEqual([{ count: expect.any(Number), time: 1_795_459_200_123 }]);
  });

  test('refuses to write when it is read-only, and says so', async () => {
    const readOnly = openDatabase({ url: withOptions('-c default_transaction_read_only=on'), connections: 2 });
    await expect(syncNumber(readOnly, uniqueName('sync'))).rejects.toThrow(/read-only/);
    await readOnly.close();
  });

  test('keeps the settings of prepared statements beside the options of its URL', async () => {
    const opened = openDatabase({ url: withOptions('-c statement_timeout=12345'), connections: 2 });
    const settings = async (pool: pg.Pool): Promise<readonly string[]> =>
      (await pool.query<{ setting: string }>(`select setting from pg_settings where name in ('statement_timeout', 'plan_cache_mode', 'enable_seqscan') order by name`)).rows.map(({ setting }) => setting);
    expect(await settings(opened.prepared)).toEqual(['off', 'force_generic_plan', '12345']);
    expect(await settings(opened.pool)).toEqual(['on', 'auto', '12345']);
    await opened.close();
  });
});

describe('short numbers', () => {
  test('are given out once for each name, however many ask at the same time', async () => {
    const name = uniqueName('sync');
    const numbers = await Promise.all(Array.from({ length: 8 }, () => syncNumber(database, name)));
    expect(new Set(numbers).size).toBe(1);
    expect(await syncNumber(database, uniqueName('sync'))).not.toBe(numbers[0]);
  });

  test('of objects tell systems and objects apart', async () => {
    const [crm, desk] = [uniqueName('crm'), uniqueName('desk')];
    const references = [{ system: crm, object: 'contact' }, { system: crm, object: 'account' }, { system: desk, object: 'contact' }, { system: crm, object: 'contact' }];
    const numbers = await Promise.all(references.map((reference) => objectNumber(database, reference)));
    expect(new Set(numbers).size).toBe(3);
    expect(numbers[3]).toBe(numbers[0]);
  });
});
