import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../../src/config/definition-set.js';
import { resolveReferences } from '../../../src/config/references.js';
import { createConnectorRegistry } from '../../../src/connectors/connector-registry.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import { PocketBase } from '../../support/pocketbase.js';
import { resolvePocketBase } from '../../support/pocketbase-binary.js';
import { RunningSandbox } from '../../unit/sandbox/running-sandbox.js';
import { makeContacts } from '../pocketbase/contacts.js';

const program = path.resolve(import.meta.dirname, '../../../bin/crosswalk.js');
const folder = mkdtempSync(path.join(tmpdir(), 'crosswalk-connect-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

interface Ended {
  readonly code: number;
  readonly out: string;
}

async function crosswalk(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> {
  return promisify(execFile)(process.execPath, [program, ...args], { env: { ...process.env, ...env }, cwd: folder })
    .then(({ stdout, stderr }) => ({ code: 0, out: stdout + stderr }), (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, out: error.stdout + error.stderr }));
}

/** Reads everything that a drafted definition lists, as a run would. */
async function idsListed(file: string, object: string, env: Readonly<Record<string, string>>): Promise<string[]> {
  const { systems, findings } = await loadDefinitions(path.dirname(file), { env });
  expect(findings).toEqual([]);
  const [definition] = systems.values();
  if (definition === undefined) throw new Error('no system');
  const registry = createConnectorRegistry({
    resolve: (text) => resolveReferences(text, { env, readFile: () => '', baseFolder: folder }), secrets: createSecretRegister(), log: { debug: () => undefined }, networkAllow: ['loopback'], budgetFor: ({ limits: { requestsPerSecond: _rate, ...limits } }) => createLocalBudget(limits),
  });
  const ids: string[] = [];
  for await (const page of registry.connectorFor(definition).list(object, { signal: AbortSignal.timeout(60_000) })) ids.push(...page.records.map(({ id }) => id));
  await registry.close();
  return ids;
}

describe('a draft of one page of a list', () => {
  it('of the sandbox CRM reads every record once, writes no secret, and overwrites nothing', async () => {
    const sandbox = await RunningSandbox.start();
    await sandbox.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 120, seed: 1 });
    const env = { CRM_TOKEN: await sandbox.newToken() };
    const file = path.join(mkdtempSync(path.join(folder, 'crm-')), 'crm.yaml');
    const made = await crosswalk(env, 'connect', `${sandbox.url}/crm/contacts?limit=50`, '--system', 'crm', '--header', 'Authorization: Bearer ${CRM_TOKEN}', '-o', file);
    expect(made).toMatchObject({ code: 0, out: expect.stringContaining('1 object (contact)') });
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain(env.CRM_TOKEN);
    expect(text).toContain('paginate: { type: cursor, next: /next, param: cursor, limit: 50, limitParam: limit }');
    expect(text).toContain('email (');
    expect(await crosswalk(env, 'check', path.dirname(file))).toMatchObject({ code: 0, out: expect.stringContaining('nothing to remark') });
    expect(new Set(await idsListed(file, 'contact', env)).size).toBe(120);

    writeFileSync(file, 'mine');
    expect(await crosswalk(env, 'connect', `${sandbox.url}/crm/contacts`, '-o', file)).toMatchObject({ code: 2, out: expect.stringContaining('not overwritten') });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('keeps a key of the URL out of the draft, and refuses one in a header', async () => {
    const sandbox = await RunningSandbox.start();
    await sandbox.admin('POST', '/seed', { system: 'mailing', object: 'members', count: 30, seed: 1 });
    const made = await crosswalk({}, 'connect', `${sandbox.url}/mailing/members?per_page=10&api_key=sandbox-only-mailing`);
    expect(made.out).not.toContain('sandbox-only-mailing');
    expect(made.out).toContain('type: api-key');
    expect(made.out).toContain('paginate: { type: link, limit: 10, limitParam: per_page }');
    const refused = await crosswalk({}, 'connect', `${sandbox.url}/mailing/members`, '--header', 'Authorization: Bearer abc123');
    expect(refused).toMatchObject({ code: 2, out: expect.stringContaining('credential as it is') });
    expect(refused.out).not.toContain('abc123');
  });

  it('says what it wants instead of an answer without records', async () => {
    const sandbox = await RunningSandbox.start();
    expect(await crosswalk({}, 'connect', `${sandbox.url}/_admin/stats`)).toMatchObject({ code: 2, out: expect.stringContaining('no list of records') });
    expect(await crosswalk({}, 'connect', 'no-such-file.yaml')).toMatchObject({ code: 2, out: expect.stringContaining('cannot be read') });
  });
});

const binary = await resolvePocketBase((message) => void process.stderr.write(`${message}\n`));
if ('missing' in binary) process.stderr.write(`skipped: ${binary.missing}\n`);

describe.skipIf('missing' in binary)('a draft of PocketBase', () => {
  let pocketBase: PocketBase;
  beforeAll(async () => {
    if ('missing' in binary) return;
    pocketBase = await PocketBase.launch(binary.file);
    await pocketBase.call('POST', '/api/collections', JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../examples/pocketbase/contacts-collection.json'), 'utf8')));
    await pocketBase.createRecords('contacts', makeContacts(95).map((body) => ({ ...body })));
  });
  afterAll(() => pocketBase?.remove());

  it('knows its numbered pages, and reads every record once', async () => {
    const { token } = await pocketBase.call('POST', '/api/collections/_superusers/auth-with-password', { identity: pocketBase.user, password: pocketBase.password }) as { token: string };
    const env = { PB_TOKEN: token };
    const file = path.join(mkdtempSync(path.join(folder, 'pb-')), 'pb.yaml');
    const made = await crosswalk(env, 'connect', `${pocketBase.url}/api/collections/contacts/records?perPage=20`, '--system', 'pocketbase', '--header', 'Authorization: ${PB_TOKEN}', '-o', file);
    expect(made.out).toContain('1 object (contact)');
    expect(readFileSync(file, 'utf8')).toContain('paginate: { type: page, param: page, limit: 20, limitParam: perPage, total: /totalItems }');
    expect(new Set(await idsListed(file, 'contact', env)).size).toBe(95);
  });

  it('logs in, finds the token, and notes that a bad token is answered with 403', async () => {
    const env = { PB_USER: pocketBase.user, PB_PASSWORD: pocketBase.password };
    const file = path.join(mkdtempSync(path.join(folder, 'pb-')), 'pb.yaml');
    const login = ['--login', '/api/collections/_superusers/auth-with-password', '--login-field', 'identity=${PB_USER}', '--login-field'];
    const list = `${pocketBase.url}/api/collections/contacts/records?perPage=200`;
    expect(await crosswalk(env, 'connect', list, '--system', 'pocketbase', ...login, 'password=${PB_PASSWORD}', '-o', file)).toMatchObject({ code: 0, out: expect.stringContaining('1 object (contact)') });
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('body: { identity: "${PB_USER}", password: secret://env/PB_PASSWORD }\n  token: /token');
    expect(text).toContain('outcomes: [{ status: [403], outcome: refresh-token }]');
    // All came on one page, which the answer calls one of 200.
    expect(text).toContain('limit: 200, limitParam: perPage, total: /totalItems');
    expect(text).not.toContain(pocketBase.password);
    expect(new Set(await idsListed(file, 'contact', env)).size).toBe(95);

    const wrong = await crosswalk({ ...env, PB_PASSWORD: 'not the password' }, 'connect', list, ...login, 'password=${PB_PASSWORD}');
    expect(wrong).toMatchObject({ code: 1, out: expect.stringContaining('auth-with-password was answered with 400') });
    const refused = await crosswalk(env, 'connect', list, ...login, `password=${pocketBase.password}`);
    expect(refused).toMatchObject({ code: 2, out: expect.stringContaining('holds a password as it is') });
    for (const { out } of [wrong, refused]) expect(out).not.toMatch(new RegExp(`${pocketBase.password}|not the password`));
  });
});
