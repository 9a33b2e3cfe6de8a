import { createHmac, randomBytes } from 'node:crypto';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openTokens } from '../../../src/accounts/sealed-tokens.js';
import { taskQueue } from '../../../src/contracts/names.js';
import { launchChild, type LaunchedChild } from '../../../src/local/child-launch.js';
import { isAlive } from '../../../src/local/process-table.js';
import { createKeySource } from '../../../src/sealing/key-ring.js';
import { findConnection } from '../../../src/store/oauth-connections.js';
import { DumpFiles, dumpLimits } from '../../support/dump-files.js';
import { AuthorizationServer } from '../../support/authorization-server.js';
import { HttpSystem, sent } from '../../support/http-system.js';
import { startInstance, type Instance } from '../../support/instance.js';
import { startReceiver, type Receiver } from '../notifications/channels-under-test.js';
import { sealingKeysOfTests } from '../oauth/account-under-test.js';

// Row 18 of the security matrix: secrets are planted in a running instance, and looked for in everything that it leaves behind.
const root = fileURLToPath(new URL('../../..', import.meta.url));
const canary = (name: string): string => `canary${name}${randomBytes(12).toString('hex')}`;
const planted: Record<string, string> = {
  CANARY_API_KEY: canary('ApiKey'), CANARY_CLIENT_SECRET: canary('ClientSecret'), CANARY_WEBHOOK: canary('Webhook'), CANARY_NOTIFIER: canary('Notifier'), CANARY_SLACK_PATH: canary('SlackPath'),
};
/** Besides those that are planted: the tokens of the account, and the sealing key. */
const canaries = new Map<string, string>(Object.entries(planted));

let instance: Instance;
let auth: AuthorizationServer;
let crm: HttpSystem;
let mailing: HttpSystem;
let notified: Receiver;
let api: LaunchedChild;
let folder: string;
let env: Record<string, string>;
const outputs: string[] = [];

beforeAll(async () => {
  auth = await AuthorizationServer.start({ clientSecret: planted['CANARY_CLIENT_SECRET'] ?? '' });
  crm = await HttpSystem.start('crm', { admit: async ({ headers }) => ((await auth.scopesOf(headers.authorization)) === undefined ? { status: 401, body: { error: `bad token ${headers.authorization}` } } : undefined) });
  mailing = await HttpSystem.start('mailing', { batchSize: 1, admit: async ({ headers }) => (headers['x-api-key'] === planted['CANARY_API_KEY'] ? undefined : { status: 401, body: { error: `bad key ${String(headers['x-api-key'])}` } }) });
  notified = await startReceiver();
  env = { ...planted, CROSSWALK_SEALING_KEYS: sealingKeysOfTests, CROSSWALK_LOG_LEVEL: 'debug', SLACK_URL: `${notified.url}/${planted['CANARY_SLACK_PATH']}`, HOOK_URL: `${notified.url}/hook` };
  instance = await startInstance({ servers: inject('crosswalkServers'), definitions: 'examples/sandbox', workerEnv: env });
  folder = mkdtempSync(path.join(tmpdir(), 'crosswalk-canary-'));
  for (const [name, text] of Object.entries(definitions())) writeFileSync(path.join(folder, `${name}.yaml`), text);
  await run('apply', folder);
  api = await launchChild({
    name: 'server', script: path.join(root, 'dist/src/ingress/process.js'), logFile: path.join(instance.logs, 'server.log'), readyWithinMs: 60_000, graceMs: 30_000, env: { ...instance.env, ...env, CROSSWALK_PORT: '0' },
  }, new AbortController().signal);
});
afterAll(async () => {
  await api?.stop();
  await instance?.stop();
  await Promise.all([auth?.close(), crm?.close(), mailing?.close(), notified?.close()]);
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

function definitions(): Readonly<Record<string, string>> {
  const list = 'list: { get: /records, records: /data, paginate: { type: cursor, next: /next, param: cursor, limit: 50, limitParam: limit } }\n    get: { get: "/records/{id}" }\n    id: /id\n    version: /version';
  return {
    crm: `system: crm\nbaseUrl: http://127.0.0.1:${crm.port}\nlimits: { timeout: 5s, settle: 1s }\nretry: { schedule: [1s] }
auth: { type: oauth2, grant: authorization_code, authorizeUrl: "${auth.url}/auth", tokenUrl: "${auth.url}/token", clientId: crosswalk, clientSecret: secret://env/CANARY_CLIENT_SECRET, scope: openid offline_access records, authorizeParams: { prompt: consent }, issuer: "${auth.url}" }
webhooks: { scheme: hmac-sha256, header: X-Signature, signed: "{timestamp}.{body}", timestamp: { header: X-Timestamp }, secret: secret://env/CANARY_WEBHOOK, id: /id, object: /object, objects: { contact: contact }, record: /object_id }
objects:\n  contact:\n    ${list}\n`,
    mailing: `system: mailing\nbaseUrl: http://127.0.0.1:${mailing.port}\nlimits: { timeout: 5s, settle: 1s }\nretry: { schedule: [1s] }
auth: { type: api-key, name: X-Api-Key, value: secret://env/CANARY_API_KEY }
objects:\n  member:\n    ${list}\n    find: { get: /records, records: /data, by: { email: { email: "{value}" } } }\n    create: { post: /records }\n    update: { patch: "/records/{id}" }\n    archive: { post: "/records/{id}/archive" }\n`,
    sync: `sync: contacts-to-mailing\nowner: marketing\nfrom: crm.contact\nto: mailing.member\nwhen: { realtime: true }\nmatch: [email]\nfields:\n  - { from: email, to: email, type: email, required: true }\n  - { from: name, to: name, type: text }\nonDelete: archive\n`,
    handoff: `handoff: welcome\nowner: marketing\non: crm.contact\nwhen: "name = 'welcome'"\nonce: [id]\ntimeZone: UTC\nonFailure: park\nsteps:\n  - step: member\n    create: mailing.member\n    fields:\n      - { to: email, from: /trigger/email, required: true }\n      - { to: name, from: /trigger/name, type: text }\n`,
    slack: 'channel: ops\nsend: { type: slack, url: secret://env/SLACK_URL }\ndefault: true\n',
    hook: 'channel: hook\nsend: { type: webhook, url: "${HOOK_URL}", secret: secret://env/CANARY_NOTIFIER }\nfor: [{ severities: [critical, warning] }]\n',
    alerts: 'alerts: operations\nevery: 1h\nabove: { deadLetters: 0, errorRateOf: 1 }\n',
  };
}

const cliEnv = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], CROSSWALK_HOME: path.join(instance.logs, 'no-instance'), ...instance.env, ...env, CROSSWALK_DEFINITIONS: folder });
const cli = path.join(root, 'bin', 'crosswalk.js');

function run(...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { env: cliEnv(), timeout: 60_000, maxBuffer: 32_000_000 }, (_error, out, err) => {
      outputs.push(`$ crosswalk ${args.join(' ')}\n${out}${err}`);
      resolve(out + err);
    });
  });
}

async function authorize(): Promise<void> {
  const child = spawn(process.execPath, [cli, 'authorize', 'crm', '--loopback', '--json'], { env: cliEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
  for await (const line of createInterface({ input: child.stderr })) {
    outputs.push(line);
    if (line.trim().startsWith('http')) outputs.push(await (await fetch(await auth.visit(line.trim()))).text());
  }
  const { sealed } = (await findConnection(instance.database, 'crm')) ?? {};
  const { access, refresh } = openTokens(createKeySource(() => sealingKeysOfTests)(), 'crm', sealed ?? '');
  canaries.set(`access token ${canaries.size}`, access).set(`refresh token ${canaries.size}`, refresh ?? '');
}

const url = (): string => String(api.ready['url']);

async function ask(place: string): Promise<string> {
  const answer = await fetch(`${url()}${place}`);
  const text = await answer.text();
  outputs.push(`GET ${place} ${answer.status}\n${text}`);
  return text;
}

async function webhook(secret: string, body: string): Promise<number> {
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  const answer = await fetch(`${url()}/hooks/crm`, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-timestamp': String(at), 'x-signature': signature } });
  outputs.push(await answer.text());
  return answer.status;
}

test('an instance with failures of every kind is set going', async () => {
  await authorize();
  for (let at = 1; at <= 30; at += 1) crm.put(`c${at}`, { email: `c${at}@example.org`, name: `n${at}` });
  const key = planted['CANARY_API_KEY'] ?? '';
  // Systems repeat what they were sent, in every form.
  mailing.inject({ on: 'POST /records', times: 3, play: sent(422, JSON.stringify({ error: `the key ${key} may not write this`, request: { headers: { 'x-api-key': key, authorization: `Basic ${Buffer.from(`u:${key}`).toString('base64')}` } } })) });
  mailing.inject({ on: 'POST /records', times: 1, play: sent(500, `<html>stack trace: apiKey=${key}</html>`) });
  await run('sync', 'contacts-to-mailing', '--full');
  auth.expireAccessTokens();
  await run('sync', 'contacts-to-mailing');
  crm.inject({ on: 'GET /records', times: 4, play: (response, request) => { response.writeHead(400).end(`what is ${String(request.headers.authorization)}?`); } });
  await run('sync', 'contacts-to-mailing', '--debug');
  crm.heal();
  crm.put('w1', { email: 'w1@example.org', name: 'welcome' });
  mailing.inject({ on: 'POST /records', times: 1, play: sent(403, JSON.stringify({ error: `forbidden for ${key}` })) });
  expect(await run('handoff', 'start', 'welcome', '--record', 'w1', '--detach')).not.toContain('error:');
  await sleep(3_000);
  mailing.heal();
  expect(await webhook(planted['CANARY_WEBHOOK'] ?? '', JSON.stringify({ id: 'e1', object: 'contact', object_id: 'c1' }))).toBe(200);
  expect(await webhook('another', JSON.stringify({ id: 'e2', object: 'contact', object_id: 'c2' }))).toBe(401);
  // The account is lost, told of, and connected again.
  auth.expireAccessTokens();
  await auth.revokeAll();
  const waiting = await instance.client.startSync('contacts-to-mailing', { mode: 'full' });
  await expect.poll(async () => (await findConnection(instance.database, 'crm'))?.state, { timeout: 30_000 }).toBe('reconnect-needed');
  notified.answers.push(500, 404);
  await instance.temporal.workflow.execute('checkAlerts', { taskQueue, workflowId: 'alerts/canary' });
  await run('status');
  await authorize();
  await waiting.result().catch(() => undefined);
  await sleep(1_000);
  expect(notified.received.length).toBeGreaterThan(0);
  expect(outputs.join('\n')).toContain('reconnect needed');
}, 240_000);

test('none of the secrets is in anything that the instance shows or keeps', async () => {
  const { rows: letters } = await instance.database.pool.query<{ id: string }>('select id from dead_letters limit 3');
  expect(letters.length).toBeGreaterThan(0);
  for (const id of letters.map((letter) => letter.id)) await run('dead-letters', 'show', id);
  for (const words of [['status'], ['status', '--json'], ['dead-letters'], ['dead-letters', '--json'], ['record', 'crm.contact', 'c1'], ['record', 'crm.contact', 'c1', '--json'], ['handoff', 'list', '--json'], ['alerts', '--all', '--json'], ['notifications', '--json'], ['plans', '--json'],
    ['check', folder], ['plan', folder], ['mapping', 'export', 'contacts-to-mailing', '--out', path.join(folder, 'mapping.csv')], ['strategy', '--json'], ['schedules', '--json'], ['secrets', 'rotate', '--json'], ['authorize', 'nowhere', '--debug']]) await run(...words);
  for (const place of ['/api/health', '/api/syncs', '/api/runs', '/api/dead-letters', '/api/dead-letters/groups', ...letters.map(({ id }) => `/api/dead-letters/${id}`), '/api/approvals', '/api/conflicts', '/api/matches', '/api/plans', '/api/reconciliations', '/api/schedules', '/api/quality', '/oauth/callback?state=x']) await ask(place);

  canaries.set('sealing key', sealingKeysOfTests.split(':')[1] ?? '');
  const places = new Map<string, string>([
    ['what commands and the API say', outputs.join('\n')], ['logs', filesIn(instance.logs)], ['exports', filesIn(folder)], ['tables', await tables()], ['histories', await histories()],
    ['notifications', notified.received.map(({ body, headers }) => JSON.stringify([body, headers])).join('\n')],
  ]);
  const found = [...places].flatMap(([place, text]) => [...canaries].filter(([, secret]) => spellings(secret).some((spelling) => text.includes(spelling))).map(([name]) => `${name} in ${place}`));
  console.log(`canaries: ${canaries.size} secrets looked for in ${[...places].map(([place, text]) => `${place} (${Math.round(text.length / 1024)} KB)`).join(', ')}: ${found.length} found`);
  // Each place holds what it should, or nothing could be found in it.
  expect([...places].filter(([place, text]) => text.length < 500 && place !== 'exports').map(([place]) => place)).toEqual([]);
  expect(found).toEqual([]);
  // What the systems said is kept, with the secrets taken out.
  expect(places.get('tables')).toMatch(/may not write this/);
  expect(places.get('tables')).toMatch(/"system":"crm","state":"connected"/);
}, 240_000);

describe.skipIf(process.platform !== 'linux')('a process that crashes leaves no dump of its memory:', () => {
  /** Crashes a process; gives what of the canaries can be found in whatever it leaves behind. */
  async function crash(pid: number, signal: NodeJS.Signals, cwd: string): Promise<void> {
    expect(dumpLimits(pid)).toEqual({ limits: '0 0', memory: '00000000' });
    const dumps = new DumpFiles(cwd, instance.logs, path.dirname(instance.logs), folder);
    process.kill(pid, signal);
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
    const found = dumps.found();
    const holding = found.filter((file) => { const text = readFileSync(file, 'latin1'); return [...canaries.values()].some((secret) => text.includes(secret)); });
    expect([found, holding]).toEqual([[], []]);
  }

  test.each(['SIGSEGV', 'SIGABRT'] as const)('a worker and a server that were started by hand, where dumps were on: %s', async (signal) => {
    for (const script of ['dist/workers/main.js', 'dist/src/ingress/process.js']) {
      const child = spawn('/bin/sh', ['-c', 'ulimit -S -c "$(ulimit -H -c)"; exec "$0" "$@"', process.execPath, path.join(root, script)], {
        cwd: folder, env: { PATH: process.env['PATH'], ...instance.env, ...env, CROSSWALK_PORT: '0' }, stdio: ['ignore', 'pipe', 'ignore'],
      });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      for (let line = await lines.next(); !/"(?:ready|url)"/.test(String(line.value)); line = await lines.next()) if (line.done === true) throw new Error(`${script} ended.`);
      await crash(child.pid ?? 0, signal, folder);
    }
  }, 120_000);

  test('the server of the instance', () => crash(api.pid, 'SIGSEGV', root));
  test('the worker of the instance', () => crash(instance.worker.pid ?? 0, 'SIGABRT', root));
});

/** A secret as it is, and as base64 within a longer text. */
function spellings(secret: string): readonly string[] {
  const encoded = [0, 1, 2].map((offset) => Buffer.from('x'.repeat(offset) + secret).toString('base64').slice(offset === 0 ? 0 : 4, -4));
  return [secret, encodeURIComponent(secret), ...encoded, Buffer.from(secret).toString('hex')];
}

function filesIn(place: string): string {
  return readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1')).join('\n');
}

async function tables(): Promise<string> {
  const { pool } = instance.database;
  const { rows } = await pool.query<{ name: string }>(`select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`);
  const dumped: string[] = [];
  for (const { name } of rows) dumped.push(`-- ${name}`, ...(await pool.query<{ row: string }>(`select row_to_json(t)::text as row from ${name} t`)).rows.map(({ row }) => row));
  return dumped.join('\n');
}

async function histories(): Promise<string> {
  const texts: string[] = [];
  for await (const { workflowId, runId } of instance.temporal.workflow.list()) {
    const history = historyToJSON(await instance.temporal.workflow.getHandle(workflowId, runId).fetchHistory());
    texts.push(history, ...[...history.matchAll(/"data":\s*"([A-Za-z0-9+/=]+)"/g)].map(([, data = '']) => Buffer.from(data, 'base64').toString('utf8')));
  }
  return texts.join('\n');
}
