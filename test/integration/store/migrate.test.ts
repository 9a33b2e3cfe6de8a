import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { openDatabase, type Database } from '../../../src/store/database.js';
import { assertMigrated, migrate, NewerDatabaseError } from '../../../src/store/migrate.js';
import { migrations } from '../../../src/store/migrations/all.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers.js';

const names = migrations.map(({ name }) => name);
let scratch: TestDatabase;
let databases: Database[];

beforeEach(async () => {
  scratch = await createTestDatabase(inject('crosswalkServers').databaseUrl);
  databases = [];
});

afterEach(async () => {
  await Promise.all(databases.map((database) => database.close()));
  await scratch.drop();
});

function open(): Database {
  const database = openDatabase({ url: scratch.url, connections: 2 });
  databases.push(database);
  return database;
}

async function schemaOf(database: Database): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ line: string }>(
    `select table_name || '.' || column_name || ' ' || data_type as line from information_schema.columns where table_schema = 'public' order by 1`,
  );
  return rows.map(({ line }) => line);
}

describe('migrating a database', () => {
  test('applies every migration once, however many start at the same time', async () => {
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(open())));
    expect(applied.filter((each) => each.length > 0)).toEqual([names]);
    const { rows } = await open().pool.query<{ name: string }>('select name from schema_migrations order by name');
    expect(rows.map(({ name }) => name)).toEqual(names.toSorted());
  });

  test('a second time changes nothing', async () => {
    const database = open();
    await migrate(database);
    const before = await schemaOf(database);
    expect(await migrate(database)).toEqual([]);
    expect(await schemaOf(database)).toEqual(before);
  });

  test('takes nothing half-way: a migration that fails leaves the database as it was', async () => {
    const database = open();
    await database.pool.query('create table runs (not_ours integer)');
    const before = await schemaOf(database);
    await expect(migrate(database)).rejects.toThrow(/runs/);
    expect(await schemaOf(database)).toEqual(before);
    await database.pool.query('drop table runs');
    expect(await migrate(database)).toEqual(names);
  });

  test.each(['an empty database', 'a migrated database'])('refuses a newer database, and leaves %s unchanged', async (which) => {
    const database = open();
    if (which === 'a migrated database') await migrate(database);
    else await database.pool.query('create table schema_migrations (name text primary key, applied_at timestamptz not null default now())');
    await database.pool.query(`insert into schema_migrations (name) values ('9999-from-the-future')`);
    const before = await schemaOf(database);
    for (const attempt of [migrate, assertMigrated]) {
      const error: unknown = await attempt(database).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(NewerDatabaseError);
      expect(String(error)).toMatch(/newer release of Crosswalk.*"9999-from-the-future".*Start the newer release/);
    }
    expect(await schemaOf(database)).toEqual(before);
  });

  test('is asked for, with the command, when the schema is behind', async () => {
    const database = open();
    await expect(assertMigrated(database)).rejects.toThrow(/lacks the migrations .*0001-foundation.*crosswalk migrate/);
    await migrate(database);
    await expect(assertMigrated(database)).resolves.toBeUndefined();
  });
});
