import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startInstance, type Instance } from '../../support/instance.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const SYNC = 'contacts-to-desk';

let instance: Instance;

beforeAll(async () => {
  instance = await startInstance({
    servers: inject('crosswalkServers'), definitions: 'examples/sandbox',
    adjust: { sync: (sync) => (sync.sync === SYNC ? { ...sync, fields: sync.fields.map((field) => (field.to === 'phone' ? { ...field, direction: 'both', conflict: 'source' } : field)) } : sync) },
  });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 30 });
  expect(await instance.sync(SYNC, { mode: 'full' })).toMatchObject({ state: 'succeeded' });
});
afterAll(async () => { await instance?.stop(); });

function crosswalk(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(root, 'bin', 'crosswalk.js'), ...args], {
      env: { PATH: process.env['PATH'], CROSSWALK_HOME: path.join(instance.logs, 'no-instance'), ...instance.env },
    }, (error, out, err) => { resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }); });
  });
}

const matched = (text: string, pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';

/** The ids of two linked people at both sides. */
async function twoPairs() {
  const { rows } = await instance.database.pool.query<{ source: string; target: string }>(
    'select p.source_id as source, p.target_id as target from pairs p join syncs s on s.id = p.sync_id where s.name = $1 and p.source_id is not null and p.target_id is not null order by p.source_id limit 2', [SYNC]);
  const [one, two] = rows;
  if (one === undefined || two === undefined) throw new Error('too few pairs');
  return { one, two };
}

const phone = async (system: string, object: string, id: string) => (await instance.sandbox.records(system, object)).find((record) => String(record['id']) === id)?.['phone'];

test('a two-way run is planned, approved, held when the world has changed, planned anew, applied to both sides, and undone', async () => {
  const { one, two } = await twoPairs();
  const before = [await phone('desk', 'users', one.target), await phone('crm', 'contacts', two.source)];
  await instance.admin('POST', '/crm/contacts/touch', { ids: [one.source], fields: { phone: '+4930111111' } });
  await instance.admin('POST', '/desk/users/touch', { ids: [two.target], fields: { phone: '+4930222222' } });
  const planAndApprove = async (): Promise<string> => {
    const plan = await crosswalk('sync', SYNC, '--plan');
    expect(plan).toMatchObject({ code: 0 });
    const approval = /crosswalk plans approve (\S+) --hash (\S+)/.exec(plan.out);
    expect((await crosswalk('plans', 'approve', approval?.[1] ?? '', '--hash', approval?.[2] ?? '', '--as', 'vera')).out).toContain('Apply it with');
    return approval?.[1] ?? '';
  };
  const first = await planAndApprove();
  expect(await phone('desk', 'users', one.target)).toBe(before[0]);
  await instance.admin('POST', '/desk/users/touch', { ids: [one.target], fields: { phone: '+4930999999' } });
  const held = await crosswalk('plans', 'apply', first);
  expect(held.code).not.toBe(0);
  expect(held.out).toContain('merges-otherwise');
  expect(held.out).toContain('found +4930999999');
  expect([await phone('desk', 'users', one.target), await phone('crm', 'contacts', two.source)]).toEqual(['+4930999999', before[1]]);
  const applied = await crosswalk('plans', 'apply', await planAndApprove());
  expect(applied).toMatchObject({ code: 0, out: expect.stringContaining('succeeded') as string });
  expect([await phone('desk', 'users', one.target), await phone('crm', 'contacts', two.source)]).toEqual(['+4930111111', '+4930222222']);
  const undo = await crosswalk('undo', matched(applied.out, /crosswalk undo (\S+)/));
  const [, id = '', hash = ''] = /crosswalk plans approve (\S+) --hash (\S+)/.exec(undo.out) ?? [];
  await crosswalk('plans', 'approve', id, '--hash', hash);
  const undone = await crosswalk('plans', 'apply', id);
  expect(undone).toMatchObject({ code: 0 });
  const left = [await phone('desk', 'users', one.target), await phone('crm', 'contacts', two.source)];
  expect(left).toEqual(['+4930999999', before[1]]);
  expect(await instance.sync(SYNC, { mode: 'full' })).toMatchObject({ state: 'succeeded', counts: { updated: 0, created: 0 } });
  expect([await phone('desk', 'users', one.target), await phone('crm', 'contacts', two.source)]).toEqual(left);
});
