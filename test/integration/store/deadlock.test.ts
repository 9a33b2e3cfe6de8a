import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../../../src/store/in-transaction.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';

// Row 14 of the fault matrix: deadlocks and serialization failures. See docs/faults.md.
let migrated: MigratedDatabase;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  await migrated.database.pool.query('create table tallies (name text primary key, n integer not null)');
});
afterAll(() => migrated.drop());

test('two transactions that block each other both end, and each has its effect once', async () => {
  const { pool } = migrated.database;
  await pool.query("insert into tallies values ('a', 0), ('b', 0)");
  let holding = 0;
  let bothHold: () => void = () => undefined;
  const crossed = new Promise<void>((resolve) => { bothHold = resolve; });
  let tries = 0;
  const add = (first: string, second: string) => inTransaction(pool, async (client) => {
    tries += 1;
    await client.query('update tallies set n = n + 1 where name = $1', [first]);
    holding += 1;
    if (holding === 2) bothHold();
    await crossed;
    await client.query('update tallies set n = n + 1 where name = $1', [second]);
  });
  await Promise.all([add('a', 'b'), add('b', 'a')]);
  const { rows } = await pool.query<{ n: number }>('select n from tallies order by name');
  expect(rows.map(({ n }) => n)).toEqual([2, 2]);
  expect(tries).toBeGreaterThan(2);
});

test('a serialization failure is tried again, and another failure is not', async () => {
  const { pool } = migrated.database;
  await pool.query("insert into tallies values ('c', 0)");
  let tries = 0;
  await inTransaction(pool, async (client) => {
    tries += 1;
    await client.query('set transaction isolation level repeatable read');
    await client.query("select n from tallies where name = 'c'");
    if (tries === 1) await pool.query("update tallies set n = n + 10 where name = 'c'");
    await client.query("update tallies set n = n + 1 where name = 'c'");
  });
  expect(tries).toBe(2);
  expect((await pool.query<{ n: number }>("select n from tallies where name = 'c'")).rows).toEqual([{ n: 11 }]);

  tries = 0;
  await expect(inTransaction(pool, async (client) => {
    tries += 1;
    await client.query("insert into tallies values ('c', 0)");
  })).rejects.toThrow('duplicate key');
  expect(tries).toBe(1);
});
