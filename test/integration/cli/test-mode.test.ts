import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startInstance, type Instance } from '../../support/instance.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const systems = ['crm', 'books', 'desk', 'mailing', 'projects', 'chat'] as const;

let instance: Instance;
let folder: string;

beforeAll(async () => {
  instance = await startInstance({ servers: inject('crosswalkServers'), definitions: 'examples/sandbox' });
  for (const object of ['accounts', 'contacts', 'deals']) await instance.admin('POST', '/seed', { system: 'crm', object, count: 12, messy: 0 });
  folder = await mkdtemp(path.join(tmpdir(), 'crosswalk-test-mode-'));
});
afterAll(async () => {
  await instance?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Calls the command line with everything that the instance names, or with the credentials of its systems only. */
function crosswalk(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(root, 'bin', 'crosswalk.js'), ...args], {
      cwd: folder, env: { PATH: process.env['PATH'], CROSSWALK_HOME: path.join(folder, 'no-instance'), ...instance.env, ...(args.includes('own') ? { DATABASE_URL: '', TEMPORAL_ADDRESS: '' } : {}) },
    }, (error, out, err) => { resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }); });
  });
}

async function writesSoFar(): Promise<number> {
  const logs = await Promise.all(systems.map((system) => instance.sandbox.ops(system, { by: 'api' })));
  return logs.flat().length;
}

async function firstOf(object: string): Promise<string> {
  return String((await instance.sandbox.records('crm', object))[0]?.['id']);
}

describe('a handoff is tested with records of running systems', () => {
  test.each([
    ['deal-closed', 'deals', []], ['deal-closed', 'deals', ['--value', '/trigger/amount=75000', '--approval', 'large-deal=rejected']],
    ['onboarding', 'contacts', ['--value', '/trigger/email=ada@example.com', '--value', '/trigger/first_name=Ada']], ['stage-progression', 'deals', ['--value', '/trigger/stage=proposal']],
    ['credit-limit', 'accounts', ['--value', '/trigger/credit_limit=25000', '--value', '/trigger/credit_requested_by=ana']],
  ])('%s of %s %j, and no system is written to', async (handoff, object, options) => {
    const before = await writesSoFar();
    const { code, out, err } = await crosswalk('test', 'handoff', handoff, '--record', await firstOf(object), ...options, '--json');
    if (process.env['CROSSWALK_TEST_SHOW'] === '1') process.stderr.write(`${out}${err}\n`);
    expect(code).toBe(0);
    const data = JSON.parse(out) as { readonly state: string; readonly sent: number; readonly steps: readonly { readonly write?: object }[] };
    expect(data).toMatchObject({ state: 'succeeded', sent: 0 });
    if (!options.includes('large-deal=rejected')) expect(data.steps.filter(({ write }) => write !== undefined).length).toBeGreaterThan(0);
    expect(await writesSoFar()).toBe(before);
    expect((await instance.database.pool.query('select count(*)::int as count from writes')).rows).toEqual([{ count: 0 }]);
    expect((await instance.database.pool.query('select count(*)::int as count from handoff_runs')).rows).toEqual([{ count: 0 }]);
  });

  test('or with records of files, by definitions that were never applied, and then no server is needed', async () => {
    await cp(path.join(root, 'examples', 'sandbox'), path.join(folder, 'own'), { recursive: true });
    await writeFile(path.join(folder, 'own', 'tiny.yaml'), [
      'handoff: tiny', 'on: crm.deal', 'steps:', '  - { step: account, read: crm.account, id: /trigger/account_id }',
      '  - { step: project, create: projects.project, by: reference, fields: [{ to: name, text: "For {/account/name}" }, { to: reference, from: /step/key }] }',
    ].join('\n'));
    await writeFile(path.join(folder, 'account.json'), JSON.stringify({ id: 'a-new', name: 'New' }));
    await writeFile(path.join(folder, 'deal.json'), JSON.stringify({ id: 'd-new', account_id: 'a-new' }));
    const { code, out } = await crosswalk('test', 'handoff', 'tiny', '--record-file', 'deal.json', '--with', 'crm.account=account.json', '--definitions', 'own');
    expect(out).toContain('name: For New');
    expect(out).toContain('1 write was planned, none was sent.');
    expect(code).toBe(0);
  });

  test('or a sync, and no system is written to', async () => {
    const before = await writesSoFar();
    const id = await firstOf('contacts');
    const { code, out } = await crosswalk('test', 'sync', 'contacts-to-mailing', '--record', id, '--json');
    expect([code, JSON.parse(out)]).toMatchObject([0, { does: 'create', reason: 'new', sent: 0, record: { id } }]);
    await writeFile(path.join(folder, 'contact.json'), JSON.stringify({ id: 'c-new', email: 'nobody' }));
    expect(await crosswalk('test', 'sync', 'contacts-to-mailing', '--record-file', 'contact.json')).toMatchObject({ code: 1, out: expect.stringContaining('dead letter') });
    expect(await writesSoFar()).toBe(before);
  });

  test('and says what is wrong with how it is asked', async () => {
    const deal = await firstOf('deals');
    expect(await crosswalk('test', 'handoff', 'deal-close', '--record', deal)).toMatchObject({ code: 2, err: expect.stringContaining("did you mean 'deal-closed'") });
    expect(await crosswalk('test', 'handoff', 'deal-closed')).toMatchObject({ code: 2, err: expect.stringContaining('--record') });
    expect(await crosswalk('test', 'handoff', 'deal-closed', '--record', 'd-none')).toMatchObject({ code: 2, err: expect.stringContaining('no record') });
    expect(await crosswalk('test', 'handoff', 'deal-closed', '--record', deal, '--approval', 'large-deal=perhaps')).toMatchObject({ code: 2, err: expect.stringContaining('approved, rejected') });
    expect(await crosswalk('test', 'handoff', 'onboarding', '--record', deal, '--event', 'repliedd')).toMatchObject({ code: 2, err: expect.stringContaining("did you mean 'replied'") });
  });

  test('and ends with another exit code where a step would fail', async () => {
    const { code, out } = await crosswalk('test', 'handoff', 'credit-limit', '--record', await firstOf('accounts'));
    expect([code, out]).toEqual([1, expect.stringContaining('cannot tell who asked')]);
  });
});

test('a handoff that waits is told of an event by hand, and only of one that it listens to', async () => {
  const id = await firstOf('contacts');
  const account = await firstOf('accounts');
  await instance.admin('POST', '/crm/contacts/touch', { ids: [id], fields: { lifecycle: 'won', status: 'active', email: 'ada@example.com', first_name: 'Ada', last_name: 'Byron', account_id: account } });
  const { handles: [handle] } = await instance.client.startHandoff('onboarding', id);
  await expect.poll(async () => (await handle?.progress())?.at, { timeout: 60_000 }).toContain('Wait for day 3');
  const runId = (await handle?.progress())?.runId ?? '';
  expect(await crosswalk('handoff', 'event', runId, 'repliedd')).toMatchObject({ code: 2, err: expect.stringContaining("did you mean 'replied'") });
  expect(await crosswalk('handoff', 'event', runId, 'replied')).toMatchObject({ code: 0, out: expect.stringContaining('was told of "replied"') });
  expect(await handle?.result()).toMatchObject({ state: 'succeeded', message: 'The sequence stopped before day 3' });
  expect(await crosswalk('handoff', 'event', runId, 'replied')).toMatchObject({ code: 2, err: expect.stringContaining('is over') });
});
