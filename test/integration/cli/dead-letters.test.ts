import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import { startInstance, type Instance } from '../../support/instance.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const SYNC = 'contacts-to-mailing';
const COUNT = 500;
const TOO_LONG = 'x'.repeat(300);

let instance: Instance;
let folder: string;
let ids: string[];

// Small batches, so that a redrive of all takes long enough to be interrupted.
function slowly(definition: SystemDefinition): SystemDefinition {
  if (definition.system !== 'mailing') return definition;
  const objects = Object.fromEntries(Object.entries(definition.objects).map(([name, object]) =>
    [name, object.create?.batch === undefined ? object : { ...object, create: { ...object.create, batch: { ...object.create.batch, max: 20 } } }]));
  return { ...definition, limits: { ...definition.limits, concurrency: 4, settleMs: 1_000 }, objects };
}

beforeAll(async () => {
  instance = await startInstance({ servers: inject('crosswalkServers'), definitions: 'examples/sandbox', adjust: { system: slowly } });
  for (const system of ['crm', 'mailing']) await instance.admin('PUT', `/${system}/limits`, { requestsPerSecond: null, concurrency: null, latencyMs: 0 });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: COUNT, messy: 0 });
  ids = (await instance.sandbox.records('crm', 'contacts')).map((contact) => String(contact['id']));
  await touch(ids, { first_name: TOO_LONG, status: 'active' });
  folder = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-cli-'));
  await instance.sync(SYNC);
});

afterAll(async () => {
  await instance?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function touch(which: readonly string[], fields: Readonly<Record<string, string>>): Promise<unknown> {
  return instance.admin('POST', '/crm/contacts/touch', { ids: which, fields });
}

function crosswalk(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(root, 'bin', 'crosswalk.js'), 'dead-letters', ...args], {
      cwd: folder, maxBuffer: 64 * 1024 * 1024, env: { PATH: process.env['PATH'], CROSSWALK_HOME: path.join(folder, 'no-instance'), ...instance.env },
    }, (error, out, err) => { resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }); });
  });
}

async function json(...args: readonly string[]): Promise<{ readonly code: number; readonly data: Record<string, any> }> {
  const { code, out } = await crosswalk(...args, '--json');
  return { code, data: JSON.parse(out) as Record<string, any> };
}

async function letterOf(sourceId: string): Promise<string> {
  const { data } = await json('--sync', SYNC, '--limit', '1000');
  return data['letters'].find((letter: { sourceId: string }) => letter.sourceId === sourceId).id;
}

async function members(sourceId?: string): Promise<readonly Record<string, unknown>[]> {
  return (await instance.sandbox.records('mailing', 'members')).filter((member) => sourceId === undefined || member['external_id'] === sourceId);
}

describe('crosswalk dead-letters', () => {
  test('groups them by cause', async () => {
    const { data } = await json('--groups');
    expect(data).toMatchObject({ total: COUNT, groups: [{ sync: SYNC, stage: 'map', count: COUNT }] });
    expect((await crosswalk('--groups')).out).toContain(data['groups'][0].group);
    expect(await json('--group', data['groups'][0].group, '--limit', '3')).toMatchObject({ code: 0, data: { letters: { length: 3 } } });
    expect(await crosswalk('--group', 'nothing')).toMatchObject({ code: 2, err: expect.stringContaining('--groups') });
  });

  test('edits a copy, previews it, redrives it, and shows who did what', async () => {
    const [sourceId = ''] = ids;
    const id = await letterOf(sourceId);
    expect((await crosswalk('preview', id)).out).toContain('would be parked again: map');
    expect(await crosswalk('edit', id, '--set', 'first_name=Ada', '--by', 'ada')).toMatchObject({ code: 0, out: expect.stringContaining('Ada') });
    const preview = await crosswalk('preview', id, '--by', 'ada');
    expect(preview).toMatchObject({ code: 0, out: expect.stringMatching(/create .*\n(.*\n)*.*first_name +Ada/) });
    expect(await members(sourceId)).toEqual([]);
    expect(await json('redrive', id, '--by', 'grace')).toMatchObject({ code: 0, data: { redrives: [{ workflowId: `redrive/${id}`, result: { mode: 'redrive', counts: { created: 1 } } }] } });
    expect(await members(sourceId)).toMatchObject([{ first_name: 'Ada' }]);
    const { out } = await crosswalk('show', id);
    for (const line of ['resolved', 'ada  ', 'edited the record', 'previewed a redrive', 'grace', 'redrove it']) expect(out).toContain(line);
    expect(await crosswalk('redrive', id)).toMatchObject({ code: 2, err: expect.stringContaining('resolved already') });
  });

  test('a redrive of a record that fails again ends with exit code 3', async () => {
    expect(await crosswalk('redrive', await letterOf(ids[1] ?? ''))).toMatchObject({ code: 3, out: expect.stringContaining('1 old one failed again') });
  });

  test('discards with a reason only', async () => {
    const id = await letterOf(ids[2] ?? '');
    expect(await crosswalk('discard', id)).toMatchObject({ code: 2, err: expect.stringContaining('--reason') });
    expect(await crosswalk('discard', id, '--reason', 'a test record', '--by', 'ada')).toMatchObject({ code: 0 });
    expect((await crosswalk('show', id)).out).toContain('discarded it: a test record');
  });

  test.each([
    [['redrive'], 'Say which'], [['redrive', '--all', '--group', 'x'], 'Say which'], [['redrive', 'nothing'], 'no dead letter'], [['redrive', '--all', '--not-written'], 'one dead letter at a time'],
    [['edit', 'ID', '--set', 'first_name'], 'sets no field'], [['edit', 'ID', '--set', 'age:=x'], 'not JSON'], [['edit', 'ID', '--set', 'id=other'], 'must keep its id'], [['edit', 'ID', '--payload', '/dev/null'], 'not JSON'],
    [['edit', 'ID'], 'No editor'], [['edit', 'ID', '--drop'], 'no edited copy'],
  ])('%j is bad input', async (args, words) => {
    const id = await letterOf(ids[3] ?? '');
    expect(await crosswalk(...args.map((arg) => (arg === 'ID' ? id : arg)))).toMatchObject({ code: 2, err: expect.stringContaining(words) });
  });

  test('redrives a whole group, though the worker is killed in the middle, and writes nothing twice', async () => {
    await touch(ids.slice(1), { first_name: 'Grace' });
    await instance.admin('PUT', '/mailing/limits', { requestsPerSecond: null, concurrency: null, latencyMs: 80 });
    const { data } = await json('--groups');
    const redriven = json('redrive', '--group', data['groups'][0].group);
    const again = json('redrive', '--group', data['groups'][0].group);
    while ((await members()).length < 100) await sleep(50);
    await instance.worker.kill();
    expect((await members()).length).toBeLessThan(COUNT - 1);
    await instance.worker.start();
    const [first, second] = [await redriven, await again];
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.data['redrives'][0].result.runId).toBe(second.data['redrives'][0].result.runId);
    expect(first.data['redrives'][0].result.counts.created).toBe(COUNT - 2);
    const made = await members();
    expect([made.length, new Set(made.map((member) => member['external_id'])).size]).toEqual([COUNT - 1, COUNT - 1]);
    expect((await instance.sandbox.ops('mailing', { object: 'members', by: 'api' })).filter(({ op }) => op === 'create')).toHaveLength(COUNT - 1);
    expect(await json('--groups')).toMatchObject({ data: { total: 0 } });
  }, 300_000);
});
