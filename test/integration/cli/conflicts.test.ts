import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createApi } from '../../../src/ingress/server.js';
import { newId } from '../../../src/store/new-id.js';
import { startInstance, type Instance } from '../../support/instance.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const SYNC = 'contacts-to-desk';

let instance: Instance;
let api: FastifyInstance;
let apiUrl: string;

beforeAll(async () => {
  instance = await startInstance({
    servers: inject('crosswalkServers'), definitions: 'examples/sandbox',
    // The telephone number flows back, and nobody but a person decides where both sides changed it.
    adjust: { sync: (sync) => (sync.sync === SYNC ? { ...sync, fields: sync.fields.map((field) => (field.to === 'phone' ? { ...field, direction: 'both' } : field)) } : sync) },
  });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 30 });
  expect(await instance.sync(SYNC, { mode: 'full' })).toMatchObject({ state: 'succeeded' });
  api = createApi({ database: instance.database, client: instance.client, hosts: ['127.0.0.1'] });
  apiUrl = await api.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await api?.close();
  await instance?.stop();
});

function crosswalk(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(root, 'bin', 'crosswalk.js'), ...args], {
      env: { PATH: process.env['PATH'], CROSSWALK_HOME: path.join(instance.logs, 'no-instance'), ...instance.env },
    }, (error, out, err) => { resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }); });
  });
}

/** Changes the number of one linked person at both sides, and carries everything over; gives what is now in conflict. */
async function conflictOf(position: number, source: string, target: string) {
  const { rows } = await instance.database.pool.query<{ source: string; target: string }>(
    'select p.source_id as source, p.target_id as target from pairs p join syncs s on s.id = p.sync_id where s.name = $1 and p.source_id is not null and p.target_id is not null order by p.source_id', [SYNC]);
  const pair = rows[position];
  if (pair === undefined) throw new Error('too few pairs');
  await instance.admin('POST', '/crm/contacts/touch', { ids: [pair.source], fields: { phone: source } });
  await instance.admin('POST', '/desk/users/touch', { ids: [pair.target], fields: { phone: target } });
  await instance.sync(SYNC);
  const { conflicts } = JSON.parse((await crosswalk('conflicts', '--sync', SYNC, '--json')).out) as { conflicts: { id: string; sourceId: string; source: string; target: string }[] };
  const conflict = conflicts.find(({ sourceId }) => sourceId === pair.source);
  if (conflict === undefined) throw new Error('there is no conflict');
  return { ...pair, conflict };
}

const sides = async ({ source, target }: { readonly source: string; readonly target: string }) => {
  const phone = async (system: string, object: string, id: string) => (await instance.sandbox.records(system, object)).find((record) => String(record['id']) === id)?.['phone'];
  return [await phone('crm', 'contacts', source), await phone('desk', 'users', target)];
};

test('a decision is written at once to both sides, and the ledger and Temporal know who decided', async () => {
  const pair = await conflictOf(0, '+4930111111', '+4930222222');
  const decided = await crosswalk('conflicts', 'resolve', pair.conflict.id, '--take', 'target', '--by', 'vera');
  expect(decided).toMatchObject({ code: 0, out: expect.stringContaining('at both sides now') as string });
  expect(await sides(pair)).toEqual(['+4930222222', '+4930222222']);
  const { rows } = await instance.database.pool.query<{ reason: string }>('select reason from intents where source_id = $1 or external_id = $1 order by intended_at desc limit 1', [pair.source]);
  expect(rows[0]?.reason).toContain('conflict resolved by vera');
  const history = await instance.temporal.workflow.getHandle(`conflict/${pair.conflict.id}`).fetchHistory();
  expect(JSON.stringify(history)).not.toContain('+4930222222');
  expect(await crosswalk('conflicts', 'resolve', pair.conflict.id, '--take', 'source')).toMatchObject({ code: 2, err: expect.stringContaining('decided') as string });
});

test('a service decides over the API; the same decision again is the same answer, another one is refused', async () => {
  const pair = await conflictOf(1, '+4930333333', '+4930444444');
  const { conflicts } = (await (await fetch(`${apiUrl}/api/conflicts?sync=${SYNC}`)).json()) as { conflicts: { id: string }[] };
  expect(conflicts.map(({ id }) => id)).toContain(pair.conflict.id);
  const decide = (body: object) => fetch(`${apiUrl}/api/conflicts/${pair.conflict.id}/resolution`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const shown = { source: pair.conflict.source, target: pair.conflict.target };
  expect((await decide({ decisionId: newId(), choice: 'value', value: '+4930555555', by: 'vera', shown: { ...shown, target: 'another' } })).status).toBe(409);
  const decision = { decisionId: newId(), choice: 'value', value: '+4930555555', by: 'vera', shown };
  expect((await decide(decision)).status).toBe(202);
  expect((await decide(decision)).status).toBe(202);
  await expect.poll(() => sides(pair), { timeout: 30_000 }).toEqual(['+4930555555', '+4930555555']);
  expect((await decide({ ...decision, decisionId: newId() })).status).toBe(409);
  expect((await decide({ ...decision, choice: 'both' })).status).toBe(400);
});
