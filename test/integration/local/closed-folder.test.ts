import { chmodSync, cpSync, existsSync, lstatSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, rmdirSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { outsideFolderOf } from '../../../src/local/outside-folder.js';
import { findPostgresPackage, preparePostgresBinaries } from '../../../src/local/postgres-binaries.js';
import { choosePostgresUser, runAs } from '../../../src/local/postgres-user.js';
import { type LocalPostgres, startPostgres } from '../../../src/local/postgres.js';
import { type ClaimedStateFolder, claimStateFolder, emptyStateFolder, openStateFolder } from '../../../src/local/state-folder.js';

const TIMEOUT = 60_000;
const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stdout.write('skipped: folders that only root can enter matter to root alone\n');

let parent: string;
const claimed = new Set<ClaimedStateFolder>();
const running: LocalPostgres[] = [];

beforeEach(() => {
  // As mkdtemp makes it: closed to everybody else, so to the user PostgreSQL runs as.
  parent = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'crosswalk-closed-')));
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('immediate');
  for (const folder of claimed) folder.release();
  claimed.clear();
  for (const name of readdirSync(parent)) {
    const folder = path.join(parent, name);
    if (existsSync(path.join(folder, 'crosswalk-state'))) await emptyStateFolder(folder);
  }
  rmSync(parent, { recursive: true, force: true });
}, TIMEOUT);

function claim(name: string): ClaimedStateFolder {
  const folder = claimStateFolder(openStateFolder(path.join(parent, name)));
  claimed.add(folder);
  return folder;
}

async function start(stateFolder: ClaimedStateFolder): Promise<LocalPostgres> {
  const server = await startPostgres({ stateFolder });
  running.push(server);
  return server;
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

async function startStopWithRow(stateFolder: ClaimedStateFolder): Promise<void> {
  const server = await start(stateFolder);
  await query(server.url, 'create table kept as select 42 as answer');
  await server.stop();
  stateFolder.release();
}

describe.runIf(isRoot)('as root, below a folder that only root can enter', () => {
  test('the data lies outside with a link inside, and a reset removes both', async () => {
    const folder = claim('state');
    await startStopWithRow(folder);
    const outside = outsideFolderOf(folder.root);
    expect(lstatSync(folder.postgres).isSymbolicLink()).toBe(true);
    expect(realpathSync(folder.postgres)).toBe(outside);
    expect(statSync(path.join(outside, 'password')).mode & 0o777).toBe(0o600);
    expect(statSync(outside).mode & 0o777).toBe(0o700);

    const again = claim('state');
    const server = await start(again);
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await server.stop();
    again.release();

    expect(await emptyStateFolder(folder.root)).toBe(true);
    expect(existsSync(outside)).toBe(false);
    expect(readdirSync(folder.root)).toEqual(['crosswalk-state']);
  }, TIMEOUT);

  test('data inside is moved outside when its folder becomes closed later', async () => {
    chmodSync(parent, 0o755);
    const folder = claim('state');
    await startStopWithRow(folder);
    expect(lstatSync(folder.postgres).isDirectory()).toBe(true);
    chmodSync(parent, 0o700);
    const server = await start(claim('state'));
    expect(lstatSync(folder.postgres).isSymbolicLink()).toBe(true);
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  }, TIMEOUT);

  test('the data comes along when the folder is moved', async () => {
    const folder = claim('state');
    await startStopWithRow(folder);
    renameSync(folder.root, path.join(parent, 'moved'));
    const server = await start(claim('moved'));
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(existsSync(outsideFolderOf(folder.root))).toBe(false);
  }, TIMEOUT);

  test('a copy of the folder begins with a database of its own, and the original keeps its data', async () => {
    const folder = claim('state');
    await startStopWithRow(folder);
    cpSync(folder.root, path.join(parent, 'copy'), { recursive: true, verbatimSymlinks: true });
    const copy = await start(claim('copy'));
    await expect(query(copy.url, 'select answer from kept')).rejects.toThrow(/does not exist/);
    const original = await start(claim('state'));
    expect(await query(original.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  }, TIMEOUT);

  test('a folder that was removed by hand begins anew', async () => {
    const folder = claim('state');
    await startStopWithRow(folder);
    rmSync(folder.root, { recursive: true });
    const server = await start(claim('state'));
    await expect(query(server.url, 'select answer from kept')).rejects.toThrow(/does not exist/);
  }, TIMEOUT);

  test('programs are copied to where the user can run them, links between libraries included', () => {
    const closed = path.join(parent, 'package', 'native');
    cpSync(findPostgresPackage().native, closed, { recursive: true, filter: (source) => !lstatSync(source).isSymbolicLink() });
    chmodSync(path.join(closed, 'bin', 'initdb'), 0o644);
    const user = choosePostgresUser(path.join(parent, 'nothing'), () => undefined);
    const version = `0.0.0-test-${process.pid}`;
    const copy = path.join('/var/lib/crosswalk', `postgres-${version}`);
    try {
      const binaries = preparePostgresBinaries({ native: closed, version }, user, () => undefined);
      expect(path.dirname(path.dirname(binaries.initdb))).toBe(copy);
      expect(binaries.major).toBe('18');
      expect(runAs(user, binaries.initdb, ['--version']).stdout).toContain('PostgreSQL');
    } finally {
      rmSync(copy, { recursive: true, force: true });
      if (readdirSync(path.dirname(copy)).length === 0) rmdirSync(path.dirname(copy));
    }
  }, TIMEOUT);
});

describe('a package whose install script has not run', () => {
  test('gets its links between libraries and its executable bits in place', () => {
    chmodSync(parent, 0o755);
    const open = path.join(parent, 'package', 'native');
    cpSync(findPostgresPackage().native, open, { recursive: true, filter: (source) => !lstatSync(source).isSymbolicLink() });
    chmodSync(path.join(open, 'bin', 'postgres'), 0o644);
    const user = choosePostgresUser(path.join(parent, 'nothing'), () => undefined);
    const binaries = preparePostgresBinaries({ native: open, version: 'unused' }, user, () => undefined);
    expect(binaries.postgres).toBe(path.join(open, 'bin', 'postgres'));
    const links = readdirSync(path.join(open, 'lib')).filter((name) => lstatSync(path.join(open, 'lib', name)).isSymbolicLink());
    const listed: { target: string }[] = JSON.parse(readFileSync(path.join(open, 'pg-symlinks.json'), 'utf8'));
    expect(links.toSorted()).toEqual(listed.map(({ target }) => path.basename(target)).toSorted());
  }, TIMEOUT);
});
