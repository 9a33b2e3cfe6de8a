import { existsSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client as TemporalClient, Connection } from '@temporalio/client';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { knownStateFolder, runningProcess } from '../../../src/local/state-folder.js';
import { type RunningTestServers, createTestDatabase, createTestNamespace, ensureTemplateDatabase, startTestServers, uniqueName } from '../../support/servers.js';

const TIMEOUT = 120_000;
let servers: RunningTestServers;

beforeAll(async () => {
  servers = await startTestServers(() => undefined, {});
}, TIMEOUT);

afterAll(() => servers.stop(), TIMEOUT);

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the servers that tests share', () => {
  test('give each file a database of its own, made from a template that is prepared once', async () => {
    let prepared = 0;
    const prepare = async (url: string): Promise<void> => {
      prepared += 1;
      await query(url, 'create table made_by_template as select 1 as one');
    };
    const files = [1, 2, 3, 4].map(async () => {
      const template = await ensureTemplateDatabase(servers.databaseUrl, 'Schema 1', prepare);
      return createTestDatabase(servers.databaseUrl, template);
    });
    const databases = await Promise.all(files);
    expect(prepared).toBe(1);
    expect(new Set(databases.map(({ url }) => url)).size).toBe(4);
    const [first, second] = databases;
    await query(first?.url ?? '', 'insert into made_by_template values (2)');
    expect(await query(second?.url ?? '', 'select one from made_by_template')).toEqual([{ one: 1 }]);
    for (const database of databases) await database.drop();
    expect(await query(servers.databaseUrl, `select datname from pg_database where datname like 'crosswalk_test_%'`)).toEqual([]);
  }, TIMEOUT);

  test('leave no half-made template when its preparation fails', async () => {
    const failing = ensureTemplateDatabase(servers.databaseUrl, 'broken', async () => {
      throw new Error('a migration failed');
    });
    await expect(failing).rejects.toThrow('a migration failed');
    expect(await query(servers.databaseUrl, `select datname from pg_database where datname ~ 'broken|_test_'`)).toEqual([]);
  }, TIMEOUT);

  test('give each file a namespace of its own with our search attributes', async () => {
    const namespaces = [await createTestNamespace(servers.temporalAddress), await createTestNamespace(servers.temporalAddress)];
    const connection = await Connection.connect({ address: servers.temporalAddress });
    for (const namespace of namespaces) {
      const client = new TemporalClient({ connection, namespace });
      await client.workflow.start('anything', { workflowId: 'same-id', taskQueue: uniqueName('queue'), searchAttributes: { CrosswalkSystem: ['crm'] } });
    }
    await connection.close();
    expect(new Set(namespaces).size).toBe(2);
  }, TIMEOUT);

  test('can be given from outside, and then nothing is started or stopped', async () => {
    const before = testFolders();
    const given = await startTestServers(() => undefined, { CROSSWALK_TEST_DATABASE_URL: servers.databaseUrl, CROSSWALK_TEST_TEMPORAL_ADDRESS: servers.temporalAddress });
    expect(testFolders()).toEqual(before);
    await given.stop();
    expect(await query(servers.databaseUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  }, TIMEOUT);

  test('are gone after the stop, with their folder', async () => {
    const others = await startTestServers(() => undefined, { CROSSWALK_TEST_TEMPORAL_ADDRESS: servers.temporalAddress });
    const [setting] = await query(others.databaseUrl, `select current_setting('data_directory') as data`);
    const folder = String(setting?.['data']).replace(/\/postgres\/data$/, '');
    expect(existsSync(folder)).toBe(true);
    await others.stop();
    expect(existsSync(folder)).toBe(false);
    await expect(query(others.databaseUrl, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  }, TIMEOUT);
});

/** The folders of this process; other files run at the same time. */
function testFolders(): string[] {
  return readdirSync(os.tmpdir()).filter((name) => {
    const folder = name.startsWith('crosswalk-test-') ? knownStateFolder(path.join(os.tmpdir(), name)) : undefined;
    return folder !== undefined && runningProcess(folder)?.pid === process.pid;
  });
}
