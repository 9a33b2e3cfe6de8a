import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { countWrites } from '../../../src/store/ledger.js';
import { copyRarelyDue } from '../../support/rarely-due.js';
import { startInstance, type Instance } from '../../support/instance.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const SYNC = 'contacts-to-mailing';
const COUNT = 60;

let instance: Instance;
let folder: string;

beforeAll(async () => {
  instance = await startInstance({ servers: inject('crosswalkServers'), definitions: 'examples/sandbox' });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: COUNT });
  folder = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-reconcile-'));
  copyRarelyDue(path.join(folder, 'definitions'));
  expect((await crosswalk('apply')).code).toBe(0);
  expect((await crosswalk('sync', SYNC)).code).toBe(0);
});
afterAll(async () => {
  await instance?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function crosswalk(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(root, 'bin', 'crosswalk.js'), ...args], {
      cwd: folder, maxBuffer: 64 * 1024 * 1024,
      env: { PATH: process.env['PATH'], CROSSWALK_HOME: path.join(folder, 'no-instance'), ...instance.env, CROSSWALK_DEFINITIONS: path.join(folder, 'definitions') },
    }, (error, out, err) => { resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }); });
  });
}

async function json(...args: string[]): Promise<Record<string, any>> {
  return JSON.parse((await crosswalk(...args, '--json')).out) as Record<string, any>;
}

test('a reconciliation finds what a person changed at the target, exports it and plans its repair', async () => {
  const before = await json('reconcile', SYNC);
  const known = before['reconciliation'].counts.differs as number;
  const { rows: [member] } = await instance.database.pool.query<{ id: string }>(
    `select l.external_id as id from links l join objects o on o.id = l.object_id where o.system = 'mailing' and l.state = 'live' limit 1`);
  await instance.admin('POST', '/mailing/members/touch', { ids: [member?.id], fields: { full_name: '=cmd()' } });

  const after = await crosswalk('reconcile', SYNC);
  expect(after.out).toContain('changed-outside');
  const list = await json('reconciliations', '--sync', SYNC);
  expect(list['reconciliations']).toHaveLength(2);
  const { id, counts } = list['reconciliations'][0] as { id: string; counts: { differs: number } };
  expect(counts.differs).toBe(known + 1);
  expect((await json('reconciliations', '--by-department'))['departments']).toMatchObject([{ department: 'marketing', syncs: 1 }]);
  expect((await crosswalk('status')).out).toContain(SYNC);

  const file = path.join(folder, 'differences.csv');
  expect((await crosswalk('reconciliation', id, '--format', 'csv', '-o', file)).code).toBe(0);
  const rows = parse<Record<string, string>>(readFileSync(file, 'utf8'), { columns: true });
  expect(rows.find((row) => row['cause'] === 'changed-outside')).toMatchObject({ kind: 'differs', 'target record': member?.id, fields: 'full_name', 'last written by': 'target' });
  const exported = JSON.parse((await crosswalk('reconciliation', id, '--format', 'json')).out) as { differences: { cause: string; targetValues: Record<string, string> }[] };
  expect(exported.differences.find(({ cause }) => cause === 'changed-outside')?.targetValues['full_name']).toBe('=cmd()');
  expect((await crosswalk('reconciliation', id.slice(0, 13))).out).toContain('=cmd()');

  const planned = await json('reconciliation', id, '--plan-repair');
  const writes = await countWrites(instance.database, planned['plan'].runId as string);
  expect(writes).toMatchObject([{ kind: 'update', state: 'planned' }]);

  const plan = planned['plan'].runId as string;
  const { hash } = (await json('plans', 'show', plan))['plan'] as { hash: string };
  expect((await crosswalk('plans', 'approve', plan, '--hash', hash, '--as', 'Ada')).code).toBe(0);
  expect(await json('plans', 'apply', plan)).toMatchObject({ result: { state: 'succeeded', counts: { updated: 1 } } });
  expect((await json('reconcile', SYNC))['reconciliation'].counts.differs).toBe(0);
});

test('wrong names, wrong ids and formats without a file are answered with what to do', async () => {
  expect(await crosswalk('reconcile', 'contact-to-mailing')).toMatchObject({ code: 2, err: expect.stringContaining(SYNC) as string });
  expect(await crosswalk('reconciliation', 'ffffffff')).toMatchObject({ code: 2, err: expect.stringContaining('crosswalk reconciliations') as string });
  expect(await crosswalk('reconcile', SYNC, '--stop')).toMatchObject({ code: 1, err: expect.stringContaining('nothing to stop') as string });
});
