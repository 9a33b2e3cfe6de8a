import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { taskQueue } from '../../../src/contracts/names.js';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import { openAlerts } from '../../../src/store/alerts.js';
import { connections } from '../../../src/store/oauth-connections.js';
import { AuthorizationServer, clientSecretOfTests } from '../../support/authorization-server.js';
import { HttpSystem } from '../../support/http-system.js';
import { startInstance, type Instance } from '../../support/instance.js';
import { admitted, sealingKeysOfTests } from '../../integration/oauth/account-under-test.js';
import { accountOf, allArrived, betweenSystems } from '../http-instance.js';
import { restSystem } from '../../support/rest-system.js';

// Rows 31 to 33 of the fault matrix, with whole runs: work pauses, people are told, and it goes on. See docs/faults.md.
const root = fileURLToPath(new URL('../../..', import.meta.url));
const settings = { OAUTH_CLIENT_SECRET: clientSecretOfTests, CROSSWALK_SEALING_KEYS: sealingKeysOfTests };

let instance: Instance;
let server: AuthorizationServer;
let source: HttpSystem;
let target: HttpSystem;

beforeAll(async () => {
  server = await AuthorizationServer.start();
  const admit = ({ headers }: { readonly headers: { readonly authorization?: string | undefined } }) => admitted(server, headers.authorization);
  source = await HttpSystem.start('crm', { pageSize: 20, limits: { timeoutMs: 5_000 }, admit });
  target = await HttpSystem.start('mailing', { limits: { timeoutMs: 5_000 }, admit });
  const between = betweenSystems(source, target);
  const system = (definition: SystemDefinition): SystemDefinition => {
    const own = restSystem(between.system?.(definition) ?? definition);
    return own.system === 'crm' || own.system === 'mailing' ? { ...own, auth: server.auth() } : own;
  };
  instance = await startInstance({
    definitions: 'examples/sandbox', adjust: { ...between, system }, servers: inject('crosswalkServers'), workerEnv: { CROSSWALK_WINDOW_PAGES: '2', ...settings },
  });
  await instance.addWorker().start();
  await authorize('crm');
  await authorize('mailing');
});
afterAll(async () => {
  await instance?.stop();
  await Promise.all([source?.close(), target?.close(), server?.close()]);
});

const cliEnv = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], CROSSWALK_HOME: path.join(instance.logs, 'no-instance'), ...instance.env, ...settings });
const cli = path.join(root, 'bin', 'crosswalk.js');

function crosswalk(...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => { execFile(process.execPath, [cli, ...args], { env: cliEnv() }, (_error, out, err) => { resolve(out + err); }); });
}

/** A person who runs `crosswalk authorize --loopback` and opens the address that it prints. */
async function authorize(system: string): Promise<void> {
  const child = spawn(process.execPath, [cli, 'authorize', system, '--loopback', '--as', 'vera'], { env: cliEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
  for await (const line of createInterface({ input: child.stderr })) {
    if (!line.trim().startsWith('http')) continue;
    const back = await server.visit(line.trim());
    expect((await fetch(back)).status).toBe(200);
    break;
  }
  const code = await new Promise((resolve) => { child.once('exit', resolve); });
  expect(code).toBe(0);
}

async function disconnected(): Promise<readonly string[]> {
  return (await connections(instance.database)).filter(({ state }) => state === 'reconnect-needed').map(({ system }) => system);
}

async function checkAlerts(): Promise<readonly string[]> {
  await instance.temporal.workflow.execute('checkAlerts', { taskQueue, workflowId: `alerts/${Date.now()}` });
  return (await openAlerts(instance.database)).map(({ summary }) => summary);
}

function fill(from: number, to: number): void {
  for (let at = from; at <= to; at += 1) source.put(`c${at}`, { email: `c${at}@example.org`, name: `n${at}` });
}

test('row 31: access tokens that expire in the middle of a run, again and again, cost one refresh each and no record', async () => {
  fill(1, 200);
  const before = server.tokenRequests.length;
  let expired = 0;
  source.beforePage = (page) => {
    if (page % 4 !== 3 || expired >= 2) return;
    expired += 1;
    server.expireAccessTokens();
  };
  expect(await instance.sync('contacts-to-mailing', { mode: 'full' })).toMatchObject({ state: 'succeeded', counts: { created: 200, parked: 0 } });
  expect(accountOf(source, target)).toEqual(allArrived);
  expect(expired).toBe(2);
  // Each time, one for each of the two accounts at most, for two workers.
  expect(server.tokenRequests.slice(before).every((request) => request === 'refresh_token 200')).toBe(true);
  expect(server.tokenRequests.length - before).toBeLessThanOrEqual(2 * expired);
}, 120_000);

test.each([
  ['row 32: the answer to a refresh of the source is lost', () => {
    server.expireAccessTokens();
    server.proxy.arm({ kind: 'reset-reply' }, { after: 'grant_type=refresh_token' });
  }],
  ['row 33: everything that was allowed is revoked', () => {
    server.expireAccessTokens();
    void server.revokeAll();
  }],
  ['row 33: a scope is removed', () => { server.removedScopes.add('records'); }],
] as const)('%s: the run waits, people are told, nothing is tried in a storm, and it goes on by itself once it is mended', async (_what, strike) => {
  const [first, last] = [source.records.size + 1, source.records.size + 120];
  fill(first, last);
  let struck = false;
  let sent = 0;
  source.beforePage = (page) => {
    if (struck || page < 2) return;
    struck = true;
    sent = source.seen.length + target.seen.length;
    strike();
  };
  const started = Date.now();
  const run = await instance.client.startSync('contacts-to-mailing', { mode: 'full' });
  await expect.poll(disconnected, { timeout: 40_000 }).not.toEqual([]);
  const noticedMs = Date.now() - started;
  const asked = server.tokenRequests.length;

  const [system = ''] = await disconnected();
  expect((await checkAlerts()).join('\n')).toContain(`${system}: reconnect needed, work waits`);
  expect(await crosswalk('status')).toContain(`crosswalk authorize ${system}`);
  // In the long run, long enough for whoever waits to look again.
  await new Promise((resolve) => { setTimeout(resolve, process.env['CROSSWALK_FAULTS'] === 'all' ? 40_000 : 2_000); });
  const { rows } = await instance.database.pool.query<{ state: string }>('select state from runs order by started_at desc limit 1');
  expect(rows[0]?.state).toBe('running');
  const asleep = { asked: server.tokenRequests.length, sent: source.seen.length + target.seen.length };
  expect(asleep.asked - asked).toBeLessThanOrEqual(2);

  server.removedScopes.clear();
  for (const name of ['crm', 'mailing']) await authorize(name);
  expect(await run.result()).toMatchObject({ state: 'succeeded', counts: { parked: 0 } });
  expect(accountOf(source, target)).toEqual(allArrived);
  expect((await checkAlerts()).join('\n')).not.toContain('reconnect needed');
  console.log(`${_what}: noticed after ${noticedMs} ms; while it waited, ${asleep.asked - asked} further requests to the token endpoint and ${asleep.sent - sent} to the systems`);
}, 180_000);
