import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { scheduleId } from '../../../src/contracts/ids.js';
import { recentRuns } from '../../../src/store/runs.js';
import { copyRarelyDue } from '../../support/rarely-due.js';
import { startInstance, type Instance } from '../../support/instance.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const SYNC = 'contacts-to-mailing';
const COUNT = 120;

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

let instance: Instance;
let folder: string;

beforeAll(async () => {
  instance = await startInstance({ servers: inject('crosswalkServers'), definitions: 'examples/sandbox' });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: COUNT });
  folder = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-cli-'));
  copyRarelyDue(path.join(folder, 'definitions'));
});

afterAll(async () => {
  await instance?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Calls the command line as a person would, in the folder of the definitions. */
function crosswalk(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(root, 'bin', 'crosswalk.js'), ...args], {
      cwd: folder, maxBuffer: 64 * 1024 * 1024,
      // No local instance of the one who runs the tests.
      env: { PATH: process.env['PATH'], CROSSWALK_HOME: path.join(folder, 'no-instance'), ...instance.env, CROSSWALK_DEFINITIONS: 'definitions', ...env },
    }, (error, out, err) => { resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }); });
  });
}

async function json(...args: string[]): Promise<{ readonly code: number; readonly data: Record<string, any> }> {
  const { code, out } = await crosswalk([...args, '--json']);
  return { code, data: JSON.parse(out) as Record<string, any> };
}

function edit(file: string, change: (text: string) => string): void {
  const place = path.join(folder, 'definitions', file);
  writeFileSync(place, change(readFileSync(place, 'utf8')));
}

describe('definitions', () => {
  test('apply creates the schedules; a second one changes nothing', async () => {
    expect(await json('plan')).toMatchObject({ code: 0, data: { applied: false } });
    const first = await json('apply');
    expect(first.data['schedules'].map(({ change }: { change: string }) => change)).toEqual(Array.from({ length: 13 }, () => 'create'));
    const second = await crosswalk(['apply']);
    expect(second).toMatchObject({ code: 0, err: '' });
    expect(second.out).toContain('nothing was changed');
  });

  test('definitions with errors change nothing', async () => {
    edit(`syncs/${SYNC}.yaml`, (text) => text.replace('onDelete: archive', 'onDelete: perhaps'));
    for (const command of ['check', 'plan', 'apply']) {
      const { code, data } = await json(command);
      expect(code).toBe(2);
      expect(data['findings']).toMatchObject([{ file: `definitions/syncs/${SYNC}.yaml`, level: 'error' }]);
    }
    edit(`syncs/${SYNC}.yaml`, (text) => text.replace('onDelete: perhaps', 'onDelete: archive'));
    expect((await crosswalk(['plan'])).out).toContain('Nothing to change.');
  });

  test('a change gets a new version, with its text and its schedule; a dry run makes none', async () => {
    edit(`syncs/${SYNC}.yaml`, (text) => text.replace('every: 30d', 'every: 29d'));
    await crosswalk(['apply']);
    edit(`syncs/${SYNC}.yaml`, (text) => text.replace('every: 29d', 'every: 28d'));
    const planned = await crosswalk(['apply', '--dry-run']);
    expect(planned.out).toMatch(/- when: \{ realtime: true, every: 29d.*\n.*\+ when: \{ realtime: true, every: 28d/);
    const { data } = await json('apply');
    const { versionBefore, version, change } = data['definitions'].find(({ name }: { name: string }) => name === SYNC);
    expect([change, version - versionBefore]).toEqual(['changed', 1]);
    expect((await instance.temporal.schedule.getHandle(scheduleId(SYNC, 'every')).describe()).spec.intervals?.[0]?.every).toBe(28 * 86_400_000);
  });

  test('what is taken away is retired with its schedules', async () => {
    rmSync(path.join(folder, 'definitions', 'syncs', 'accounts-to-books.yaml'));
    expect((await crosswalk(['apply'])).out).toMatch(/sync accounts-to-books  v\d+ is retired/);
    await expect(instance.temporal.schedule.getHandle(scheduleId('accounts-to-books', 'every')).describe()).rejects.toThrow('not found');
  });

  test('an empty folder is refused, since it is more likely the wrong one', async () => {
    const empty = mkdtempSync(path.join(folder, 'empty-'));
    expect(await crosswalk(['apply', empty])).toMatchObject({ code: 2, err: expect.stringContaining('holds no definitions') });
  });
});

describe('mappings', () => {
  test('go out as a spreadsheet and come back, without a database or a server', async () => {
    const nothing = { DATABASE_URL: '', TEMPORAL_ADDRESS: '' };
    expect(await crosswalk(['mapping', 'export', SYNC, '-o', 'mailing.xlsx'], nothing)).toMatchObject({ code: 0, err: '' });
    const imported = await crosswalk(['mapping', 'import', 'mailing.xlsx', '--json'], nothing);
    expect(imported.code).toBe(0);
    expect(JSON.parse(imported.out)).toMatchObject({ sync: SYNC, written: false, findings: [], changes: [] });
    const csv = await crosswalk(['mapping', 'export', SYNC, '--format', 'csv', '-o', '-'], nothing);
    expect(csv.out).toMatch(/^\ufeffSync,CRM field,External field,/);
    writeFileSync(path.join(folder, 'wrong.csv'), csv.out.replace(',email,email_address,email,', ',email,email_address,emial,'));
    expect(await crosswalk(['mapping', 'import', 'wrong.csv'], nothing)).toMatchObject({ code: 2, out: expect.stringMatching(/^D2: expected one of .*did you mean 'email'\?$/m) });
  });
});

describe('runs', () => {
  test('a plan shows what would be written and writes nothing', async () => {
    const before = await instance.sandbox.lastOp('mailing');
    const { code, out } = await crosswalk(['sync', SYNC, '--plan', '--limit', '2']);
    expect(code).toBe(0);
    expect(out.match(/ create {2}crm\.contact/g)).toHaveLength(2);
    expect(out).toContain('email_address');
    expect(await instance.sandbox.ops('mailing', { after: before })).toEqual([]);
  });

  test('a run reports its counts; the next one has nothing to do', async () => {
    const { code, data } = await json('sync', SYNC);
    expect(code).toBe(0);
    expect(data['result']).toMatchObject({ state: 'succeeded', mode: 'incremental', counts: { read: COUNT } });
    expect((await json('sync', SYNC)).data['result'].counts).toMatchObject({ created: 0, updated: 0 });
  });

  test('a record that cannot be mapped is parked; --strict makes that exit code 3', async () => {
    const { ids } = await instance.admin('POST', '/crm/contacts/touch', { count: 1, fields: { email: 'no address', status: 'active' } }) as { ids: [string] };
    const { code, out } = await crosswalk(['sync', SYNC, '--strict']);
    expect(code).toBe(3);
    expect(out).toContain('1 new dead letter');
    const { data } = await json('dead-letters', '--sync', SYNC);
    expect(data).toMatchObject({ total: 1, letters: [{ sourceId: ids[0] }] });
    const shown = await crosswalk(['dead-letters', 'show', data['letters'][0].id]);
    expect(shown.out).toContain('"email": "no address"');
    expect((await crosswalk(['record', 'crm.contact', ids[0]])).out).toContain('Dead letter');
  });

  test('a run that would remove too much is held with exit code 3, until a person allows it', async () => {
    const members = await instance.sandbox.records('crm', 'contacts');
    await instance.admin('POST', '/crm/contacts/purge', { ids: members.slice(0, 40).map(({ id }) => id) });
    const held = await crosswalk(['sync', SYNC, '--full']);
    expect(held).toMatchObject({ code: 3, out: expect.stringContaining('--allow-removals') });
    const allowed = await json('sync', SYNC, '--full', '--allow-removals');
    expect(allowed.code).toBe(0);
    expect(allowed.data['result'].counts.archived).toBeGreaterThan(30);
  });

  test('a schedule starts runs', async () => {
    const newest = async () => (await recentRuns(instance.database, 1, SYNC))[0];
    const before = await newest();
    await instance.temporal.schedule.getHandle(scheduleId(SYNC, 'full-read')).trigger();
    for (let run = await newest(); run?.id === before?.id || run?.state === 'running'; run = await newest()) await sleep(100);
    expect(await newest()).toMatchObject({ mode: 'full', state: 'succeeded', workflowId: `sync/${SYNC}` });
  });

  test('status tells the last run and the next one', async () => {
    const { data } = await json('status');
    const [row] = data['syncs'].filter(({ sync }: { sync: string }) => sync === SYNC);
    expect(row).toMatchObject({ from: 'crm.contact', to: 'mailing.member', schedule: 'running', openDeadLetters: 1, lastRun: { state: 'succeeded' } });
    expect(Date.parse(row.nextRunAt)).toBeGreaterThan(Date.now() - 5_000);
    expect((await json('schedules')).code).toBe(0);
  });

  test('a run that is under way can be paused, let go of, attached to and stopped', async () => {
    // It waits as long as it is told to, so it is under way for as long as the commands take.
    await instance.admin('POST', '/faults', { system: 'crm', kind: 'status', status: 429, retryAfter: '1', path: '/contacts', times: -1 });
    expect(await json('sync', SYNC, '--backfill', '--detach')).toMatchObject({ code: 0, data: { detached: true, started: true } });
    expect(await json('sync', SYNC, '--backfill', '--pause')).toMatchObject({ code: 0 });
    expect(await json('sync', SYNC, '--backfill', '--detach')).toMatchObject({ data: { started: false } });
    expect(await crosswalk(['sync', SYNC, '--backfill', '--stop'])).toMatchObject({ code: 0 });
    await instance.admin('DELETE', '/faults');
    await instance.temporal.workflow.getHandle(`backfill/${SYNC}`).result();
    expect(await crosswalk(['sync', SYNC, '--backfill', '--stop'])).toMatchObject({ code: 1, err: expect.stringContaining('nothing to stop') });
  });

  test('a run that fails says why, with exit code 1', async () => {
    const { id } = await instance.admin('POST', '/faults', { system: 'crm', kind: 'status', status: 403, times: -1, path: '/contacts' }) as { id: string };
    const { code, data } = await json('sync', SYNC, '--full');
    await instance.admin('DELETE', `/faults/${id}`);
    expect(code).toBe(1);
    expect(data).toMatchObject({ state: 'failed', message: expect.stringContaining('403') });
    expect(await json('sync', SYNC)).toMatchObject({ code: 0 });
  });
});

describe('records', () => {
  beforeAll(async () => {
    await instance.sync(SYNC);
  });

  /** A member that the sync has made and never changed; which is the first in the list depends on the order of the answers. */
  async function madeMember(): Promise<Record<string, unknown>> {
    for (const member of await instance.sandbox.records('mailing', 'members')) {
      if (member['status'] === 'archived') continue;
      const { data } = await json('record', 'mailing.member', String(member['id']), '--no-live');
      if (data['links']?.length === 2 && data['writes']?.length === 1 && data['writes'][0].kind === 'create') return member;
    }
    throw new Error('the sync has made no member');
  }

  test('a record leads to all that stand for the same entity, live and recorded', async () => {
    const member = await madeMember();
    const { data } = await json('record', 'mailing.member', String(member['id']));
    expect(data['links'].map(({ system }: { system: string }) => system)).toEqual(['crm', 'mailing']);
    expect(data['live'].every(({ problem, record }: { problem: unknown; record: unknown }) => problem === null && record !== null)).toBe(true);
    expect(data['bases'][0].values.email_address).toBe(member['email_address']);
    expect(data['writes'].at(-1)).toMatchObject({ kind: 'create', state: 'acknowledged', reason: expect.any(String) });
    const quiet = await json('record', 'mailing.member', String(member['id']), '--no-live');
    expect(quiet.data['live']).toEqual([]);
  });

  test('a field leads to every value it was given, and tells what was changed outside', async () => {
    const member = await madeMember();
    const id = String(member['id']);
    const { code, data } = await json('why', 'mailing.member', id, 'email_address');
    expect(code).toBe(0);
    expect(data).toMatchObject({ now: { verdict: 'as written', value: member['email_address'] }, entries: [{ after: member['email_address'], from: ['email'], sync: SYNC, sourceSystem: 'crm', state: 'acknowledged' }] });
    expect(data['entries'][0].rule).toContain('as email');
    await instance.admin('POST', '/mailing/members/touch', { ids: [id], fields: { city: 'Elsewhere' } });
    expect((await crosswalk(['why', 'mailing.member', id, 'city'])).out).toContain('now  Elsewhere  changed outside since');
    expect(await json('why', 'mailing.member', id, 'city', '--no-live')).toMatchObject({ code: 0, data: { now: null } });
    const source = data['entries'][0].sourceId as string;
    expect(await crosswalk(['why', 'crm.contact', source, 'email'])).toMatchObject({ code: 2, err: expect.stringContaining(`"mailing.member ${id}"`) });
    expect(await crosswalk(['why', 'mailing.member', id, 'citty'])).toMatchObject({ code: 2, err: expect.stringContaining("did you mean 'city'?") });
    expect(await crosswalk(['why', 'mailing.member', 'nobody', 'city'])).toMatchObject({ code: 2 });
  });

  test('an archived record is not shown as live', async () => {
    const [archived] = (await instance.sandbox.records('mailing', 'members')).filter(({ status }) => status === 'archived');
    const { out } = await crosswalk(['record', 'mailing.member', String(archived?.['id']), '--no-live']);
    expect(out).toMatch(/mailing\.member +\S+ +removed/);
  });

  test('a system that does not answer is shown as such', async () => {
    const [member] = await instance.sandbox.records('mailing', 'members');
    const { code, out } = await crosswalk(['record', 'mailing.member', String(member?.['id'])], { SANDBOX_URL: 'http://127.0.0.1:9' });
    expect(code).toBe(0);
    expect(out).toMatch(/mailing\.member +\S+ +\w+ +\S+ +.*(refuses connections|refused|does not answer|cannot be reached)/);
    expect(out).not.toContain(instance.env['SANDBOX_SECRET_MAILING'] ?? 'sandbox-only');
  });

  test('what is not known is bad input', async () => {
    expect(await crosswalk(['record', 'mailing.member', 'nobody'])).toMatchObject({ code: 2 });
    expect(await crosswalk(['record', 'mailing.membr', 'm-1'])).toMatchObject({ code: 2, err: expect.stringContaining("did you mean 'mailing.member'?") });
    expect(await crosswalk(['dead-letters', 'show', '%'])).toMatchObject({ code: 2 });
  });
});

describe('what goes out', () => {
  test('requests are counted by the worker, by system and purpose', async () => {
    const counted = async (): Promise<string[]> => (await json('usage', '--since', '1h')).data['usage'].map(({ system, purpose, outcome }: Record<string, string>) => `${system} ${purpose} ${outcome}`);
    await expect.poll(counted, { timeout: 20_000, interval: 1_000 }).toEqual(expect.arrayContaining(['crm sync ok', 'mailing sync ok']));
    const { code, out } = await crosswalk(['usage', '--system', 'crm', '--by-hour']);
    expect([code, out]).toEqual([0, expect.stringMatching(/^hour \(UTC\) +system +for +requests +ok +refused +unauthorized +limited +failed\n20\d\d-\d\d-\d\d \d\d:00 +crm +sync +[\d,]+ /)]);
    expect(out).not.toContain('mailing');
    expect(await crosswalk(['usage', '--since', 'yesterday'])).toMatchObject({ code: 2, err: expect.stringContaining('is no time') });
  });

  test('a system that is left alone is shown by status', async () => {
    await instance.database.pool.query(`insert into circuits (system, open_until, reason) values ('desk', now() + interval '1 minute', '20 requests in a row have failed')`);
    expect((await crosswalk(['status'])).out).toMatch(/desk: left alone since .*; runs and handoffs wait for it\n +20 requests in a row have failed/);
    expect(await json('status')).toMatchObject({ data: { circuits: [{ system: 'desk' }] } });
    await instance.database.pool.query('delete from circuits');
  });

  test('check refuses a system on this machine unless it is opened', async () => {
    const { code, out } = await crosswalk(['check'], { CROSSWALK_NETWORK_ALLOW: '' });
    expect(code).not.toBe(0);
    expect(out).toMatch(/systems\/crm\.yaml:\d+:\d+ +error +baseUrl leads to a place that must not be connected to: 127\.0\.0\.1 is this machine/);
    expect((await crosswalk(['check'])).code).toBe(0);
  });
});

describe('failures', () => {
  test.each([
    ['an unknown sync', ['sync', 'contacts-to-mailin'], {}, 2, "did you mean 'contacts-to-mailing'?"],
    ['options that do not go together', ['sync', SYNC, '--full', '--plan'], {}, 2, 'cannot be used with'],
    ['a number that is none', ['dead-letters', '--limit', 'all'], {}, 2, 'whole number'],
    ['an unknown command', ['stats'], {}, 2, 'Did you mean status?'],
    ['a database that does not answer', ['status'], { DATABASE_URL: 'postgresql://crosswalk:geheim@127.0.0.1:9/x' }, 1, '127.0.0.1:9/x'],
    ['no database at all', ['status'], { DATABASE_URL: '' }, 1, 'npm start'],
    ['a Temporal server that does not answer', ['schedules'], { TEMPORAL_ADDRESS: '127.0.0.1:9' }, 1, '127.0.0.1:9'],
    ['a namespace that is not there', ['schedules'], { TEMPORAL_NAMESPACE: 'nowhere' }, 1, 'no namespace "nowhere"'],
  ] as const)('%s', async (_, args, env, code, words) => {
    const plain = await crosswalk(args, env);
    expect(plain).toMatchObject({ code, out: '', err: expect.stringContaining(words) });
    expect(plain.err).not.toContain('geheim');
    expect(plain.err).not.toMatch(/^ {4}at /m);
    const machine = await crosswalk([...args, '--json'], env);
    expect(JSON.parse(machine.out)).toMatchObject({ error: { exitCode: code } });
  });

  test('without Temporal, status still shows the syncs', async () => {
    expect(await crosswalk(['status'], { TEMPORAL_ADDRESS: '127.0.0.1:9' })).toMatchObject({ code: 0, out: expect.stringContaining('The schedules are not known') });
  });
});
