import { readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAlive } from '../../../src/local/process-table.js';
import { type ClaimedStateFolder, claimStateFolder, emptyStateFolder, openStateFolder } from '../../../src/local/state-folder.js';
import { resolveTemporalBinary } from '../../../src/local/temporal-binary.js';
import { type LocalTemporalServer, SEARCH_ATTRIBUTES, type TemporalServerOptions, startTemporalServer } from '../../../src/local/temporal-server.js';
import { holdPort } from '../../support/held-port.js';
import { newTestFolder } from '../../support/servers.js';
import { killWatches, startStarter, untilDead } from '../../support/starter-process.js';

const TIMEOUT = 120_000;
let folder: ClaimedStateFolder;
const running: LocalTemporalServer[] = [];

beforeEach(() => {
  folder = newTestFolder();
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  folder.release();
  await emptyStateFolder(folder.root);
  rmSync(folder.root, { recursive: true, force: true });
}, TIMEOUT);

async function start(options: Partial<TemporalServerOptions> = {}): Promise<LocalTemporalServer & { readonly progress: readonly string[] }> {
  const progress: string[] = [];
  const { path: binary } = await resolveTemporalBinary();
  const server = await startTemporalServer({ stateFolder: folder, binary, headless: true, onProgress: (message) => progress.push(message), ...options });
  running.push(server);
  return { ...server, progress };
}

async function withClient<T>(address: string, use: (client: Client) => Promise<T>, namespace = 'default'): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

const startWaiting = (client: Client, workflowId: string): Promise<unknown> =>
  client.workflow.start('waits-for-a-worker', {
    workflowId,
    taskQueue: 'nobody-polls',
    searchAttributes: Object.fromEntries(SEARCH_ATTRIBUTES.map((name) => [name, ['value']])),
  });
const statusOf = (client: Client, workflowId: string): Promise<string> =>
  client.workflow.getHandle(workflowId).describe().then(({ status }) => status.name);

describe('a running Temporal server', () => {
  test('takes workflows with our search attributes in the namespace asked for', async () => {
    const server = await start({ namespace: 'crosswalk' });
    await withClient(server.address, async (client) => {
      await startWaiting(client, 'one');
      expect(await statusOf(client, 'one')).toBe('RUNNING');
    }, 'crosswalk');
    expect(server.uiUrl).toBeUndefined();
  }, TIMEOUT);

  test('listens on 127.0.0.1 only, web UI included', async () => {
    const server = await start({ headless: false });
    const answer = await fetch(server.uiUrl ?? '');
    expect(answer.status).toBe(200);
    expect(listeningAddresses(server.pid)).toEqual(new Set(['0100007F']));
  }, TIMEOUT);

  test('takes another port when the preferred one is in use', async () => {
    const { holder, port } = await holdPort();
    try {
      const server = await start({ port });
      expect(server.address).not.toBe(`127.0.0.1:${port}`);
      await withClient(server.address, (client) => startWaiting(client, 'one'));
    } finally {
      holder.close();
    }
  }, TIMEOUT);

  test('keeps what it has acknowledged across a stop and across SIGKILL, on changing ports', async () => {
    const first = await start();
    await withClient(first.address, (client) => startWaiting(client, 'before-stop'));
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    const second = await start({ port: Number(first.address.split(':')[1]) + 1 });
    await withClient(second.address, (client) => startWaiting(client, 'before-kill'));
    process.kill(second.pid, 'SIGKILL');
    await second.ended;
    const third = await start();
    await withClient(third.address, async (client) => {
      expect(await statusOf(client, 'before-stop')).toBe('RUNNING');
      expect(await statusOf(client, 'before-kill')).toBe('RUNNING');
    });
  }, TIMEOUT);
});

describe('after a kill', () => {
  test('of the starting process alone, the server ends by itself', async () => {
    folder.release();
    const starter = await startStarter(folder.root, 'temporal');
    await starter.kill('SIGKILL');
    await untilDead(starter.temporal?.pid ?? 0);
    folder = claimStateFolder(openStateFolder(folder.root));
  }, TIMEOUT);

  test('that leaves the server as an orphan, the next start ends it and takes over', async () => {
    folder.release();
    const starter = await startStarter(folder.root, 'temporal');
    const { pid, address } = starter.temporal ?? { pid: 0, address: '' };
    await withClient(address, (client) => startWaiting(client, 'kept'));
    killWatches(starter.pid);
    await starter.kill('SIGKILL');
    expect(isAlive(pid)).toBe(true);
    folder = claimStateFolder(openStateFolder(folder.root));
    const server = await start();
    expect(isAlive(pid)).toBe(false);
    expect(server.progress.join()).toContain(`process ${pid}`);
    await withClient(server.address, async (client) => expect(await statusOf(client, 'kept')).toBe('RUNNING'));
  }, TIMEOUT);

  test('that leaves servers as orphans, a reset ends them and removes everything', async () => {
    folder.release();
    const starter = await startStarter(folder.root, 'temporal', 'postgres');
    killWatches(starter.pid);
    await starter.kill('SIGKILL');
    expect(await emptyStateFolder(folder.root)).toBe(true);
    expect([starter.temporal?.pid, starter.postgres?.pid].map((pid) => isAlive(pid ?? 0))).toEqual([false, false]);
  }, TIMEOUT);
});

describe('errors say what, where and what to do', () => {
  test('for a program that ends at once, with what it said', async () => {
    await expect(start({ binary: '/bin/false' })).rejects.toThrow(/ended before it answered[^]*where: .*temporal\.log[^]*what to do:/);
  }, TIMEOUT);

  test('for a program that does not exist', async () => {
    await expect(start({ binary: '/nowhere/temporal' })).rejects.toThrow(/ENOENT[^]*what to do:/);
  }, TIMEOUT);

  test('for a database file that is none', async () => {
    writeFileSync(path.join(folder.temporal, 'temporal.db'), 'this is not a database, whatever its name says'.repeat(100));
    await expect(start()).rejects.toThrow(/ended before it answered[^]*not a database[^]*what to do:/);
  }, TIMEOUT);
});

// Local addresses of a process's listening IPv4 and IPv6 sockets, as /proc writes them.
function listeningAddresses(pid: number): Set<string> {
  const lines = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n').slice(1));
  const own = new Set(inodesOf(pid));
  return new Set(
    lines
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && own.has(fields[9] ?? ''))
      .map((fields) => fields[1]?.split(':')[0] ?? ''),
  );
}

function inodesOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1] ?? []);
}
function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
