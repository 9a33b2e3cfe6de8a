import { spawn } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalPostgres, startPostgres } from '../../../src/local/postgres.js';
import { isAlive } from '../../../src/local/process-table.js';
import { type ClaimedStateFolder, claimStateFolder, emptyStateFolder, openStateFolder } from '../../../src/local/state-folder.js';
import { holdPort } from '../../support/held-port.js';
import { newTestFolder } from '../../support/servers.js';
import { type Starter, killWatches, startStarter, untilDead } from '../../support/starter-process.js';

const TIMEOUT = 60_000;
let folder: ClaimedStateFolder;
const running: LocalPostgres[] = [];

beforeEach(() => {
  folder = newTestFolder();
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('immediate');
  folder.release();
  await emptyStateFolder(folder.root);
  rmSync(folder.root, { recursive: true, force: true });
}, TIMEOUT);

async function start(port?: number): Promise<LocalPostgres & { readonly progress: readonly string[] }> {
  const progress: string[] = [];
  const server = await startPostgres({ stateFolder: folder, onProgress: (message) => progress.push(message), ...(port === undefined ? {} : { port }) });
  running.push(server);
  return { ...server, progress };
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function starterWithRow(): Promise<Required<Pick<Starter, 'postgres'>> & Starter> {
  folder.release();
  const starter = await startStarter(folder.root, 'postgres');
  const { postgres } = starter;
  if (postgres === undefined) throw new Error('no PostgreSQL was started');
  await query(postgres.url, 'create table kept as select 42 as answer');
  return { ...starter, postgres };
}

async function expectRowAfterStart(): Promise<LocalPostgres & { readonly progress: readonly string[] }> {
  folder = claimStateFolder(openStateFolder(folder.root));
  const server = await start();
  expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  return server;
}

describe('a running PostgreSQL', () => {
  test('has the settings that durability, bulk runs and names in any language need', async () => {
    const { url } = await start();
    const settings = await query(url, `select name, setting from pg_settings where name in
      ('fsync', 'jit', 'listen_addresses', 'max_connections', 'unix_socket_directories', 'password_encryption', 'server_encoding', 'TimeZone', 'data_checksums') order by name`);
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      data_checksums: 'on',
      fsync: 'on',
      jit: 'off',
      listen_addresses: '127.0.0.1',
      max_connections: '200',
      password_encryption: 'scram-sha-256',
      server_encoding: 'UTF8',
      TimeZone: 'UTC',
      unix_socket_directories: '',
    });
    await query(url, 'create extension pg_trgm');
    expect(await query(url, `select lower('ÄÉŽ') as lower, similarity('Мария', 'Марина') > 0.3 as similar, 'a' > 'B' as byte_order`)).toEqual([
      { lower: 'äéž', similar: true, byte_order: true },
    ]);
  }, TIMEOUT);

  test('lets nobody in without the password, which only the owner can read', async () => {
    const { url } = await start();
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    expect(statSync(path.join(folder.postgres, 'password')).mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(folder.logs, 'postgres.log'), 'utf8')).not.toContain(new URL(url).password);
  }, TIMEOUT);

  test('takes another port when the preferred one is in use', async () => {
    const { holder, port } = await holdPort();
    try {
      const server = await start(port);
      expect(server.port).not.toBe(port);
      expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      holder.close();
    }
  }, TIMEOUT);

  test.each(['fast', 'immediate'] as const)('keeps committed rows across a stop of mode %s', async (mode) => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop(mode);
    await first.ended;
    expect(isAlive(first.pid)).toBe(false);
    const second = await start();
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(second.progress).not.toContain('creating the database');
  }, TIMEOUT);

  test('settles "ended" when it dies by itself', async () => {
    const server = await start();
    process.kill(server.pid, 'SIGKILL');
    await server.ended;
  }, TIMEOUT);
});

describe('after a kill', () => {
  test('of the starting process alone, the server ends by itself', async () => {
    const starter = await starterWithRow();
    await starter.kill('SIGKILL');
    await untilDead(starter.postgres.pid);
    await expectRowAfterStart();
  }, TIMEOUT);

  test('of everything at once, committed rows are there at the next start', async () => {
    const starter = await starterWithRow();
    killWatches(starter.pid);
    process.kill(starter.postgres.pid, 'SIGKILL');
    await starter.kill('SIGKILL');
    await expectRowAfterStart();
  }, TIMEOUT);

  test('that leaves the server as an orphan, the next start ends it and takes over', async () => {
    const starter = await starterWithRow();
    killWatches(starter.pid);
    await starter.kill('SIGKILL');
    expect(isAlive(starter.postgres.pid)).toBe(true);
    const server = await expectRowAfterStart();
    expect(isAlive(starter.postgres.pid)).toBe(false);
    expect(server.progress.join()).toContain(`process ${starter.postgres.pid}`);
  }, TIMEOUT);

  test('a pid file that names a stranger does not keep the server from starting, and the stranger lives on', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    const pidFile = path.join(folder.postgres, 'data', 'postmaster.pid');
    const lines = readFileSync(pidFile, 'utf8').split('\n');
    await first.stop('immediate');
    // Of the same user: PostgreSQL passes over processes that it may not signal.
    const { uid, gid } = statSync(pidFile.replace(/postmaster\.pid$/, ''));
    const stranger = spawn('sleep', ['60'], { uid, gid });
    try {
      writeFileSync(pidFile, [String(stranger.pid), ...lines.slice(1)].join('\n'));
      folder.release();
      await expectRowAfterStart();
      expect(isAlive(stranger.pid ?? 0)).toBe(true);
    } finally {
      stranger.kill();
    }
  }, TIMEOUT);

  test('half-way through the creation of the data, the next start creates it anew', async () => {
    const first = await start();
    await first.stop('immediate');
    const data = path.join(folder.postgres, 'data');
    renameSync(data, `${data}.new`);
    rmSync(path.join(`${data}.new`, 'global', 'pg_control'));
    const second = await start();
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(existsSync(`${data}.new`)).toBe(false);
  }, TIMEOUT);
});

describe('two starters', () => {
  test('the second is refused while the first runs, and told which process it is', async () => {
    const starter = await starterWithRow();
    await expect(startStarter(folder.root, 'postgres')).rejects.toThrow(new RegExp(`running \\(process ${starter.pid},`));
    await expect(emptyStateFolder(folder.root)).rejects.toThrow(/running/);
    expect(await query(starter.postgres.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await starter.kill('SIGTERM');
    expect(isAlive(starter.postgres.pid)).toBe(false);
  }, TIMEOUT);
});

describe('errors say what, where and what to do', () => {
  test('for data of another major version', async () => {
    const first = await start();
    await first.stop();
    const version = path.join(folder.postgres, 'data', 'PG_VERSION');
    const made = readFileSync(version, 'utf8');
    writeFileSync(version, '15\n');
    await expect(start()).rejects.toThrow(/made by PostgreSQL 15[^]*where: .*data[^]*what to do: .*reset/);
    writeFileSync(version, made);
  }, TIMEOUT);

  test('for a lost password', async () => {
    const first = await start();
    await first.stop();
    rmSync(path.join(folder.postgres, 'password'));
    await expect(start()).rejects.toThrow(/password[^]*is missing[^]*where: .*password[^]*what to do:/);
  }, TIMEOUT);

  test('for a password that is not the one of the data', async () => {
    const first = await start();
    await first.stop();
    writeFileSync(path.join(folder.postgres, 'password'), 'another\n');
    await expect(start()).rejects.toThrow(/refuses the password[^]*what to do:/);
  }, TIMEOUT);

  test('for damaged data, with the last lines of the log', async () => {
    const first = await start();
    await first.stop();
    rmSync(path.join(folder.postgres, 'data', 'global', 'pg_control'));
    await expect(start()).rejects.toThrow(/ended before it answered[^]*pg_control[^]*where: .*postgres\.log[^]*what to do:/);
  }, TIMEOUT);
});
