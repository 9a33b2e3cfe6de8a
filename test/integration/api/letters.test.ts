import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { CrosswalkClient } from '../../../src/client/crosswalk-client.js';
import { CrosswalkApiError } from '../../../src/client/api-request.js';
import { DeadLettersClient } from '../../../src/client/dead-letters-client.js';
import type { SyncDefinition } from '../../../src/contracts/sync-definition.js';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import { createApi } from '../../../src/ingress/server.js';
import type { Database } from '../../../src/store/database.js';
import { park } from '../../../src/store/dead-letters.js';
import { storeDefinitions } from '../../../src/store/definitions.js';
import type { LedgerScope } from '../../../src/store/ledger.js';
import { objectNumber, syncNumber } from '../../../src/store/names.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { createTestNamespace, uniqueName } from '../../support/servers.js';
import { letterFor, nextRun } from '../store/store-under-test.js';

let migrated: MigratedDatabase;
let database: Database;
let temporal: Client;
let api: FastifyInstance;
let url: string;
let letters: DeadLettersClient;
let sync: string;
let scope: LedgerScope;
let id: string;

beforeAll(async () => {
  const { temporalAddress } = inject('crosswalkServers');
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
  temporal = new Client({ connection: await Connection.connect({ address: temporalAddress }), namespace: await createTestNamespace(temporalAddress) });
  api = createApi({ database, client: CrosswalkClient.using(temporal), hosts: ['127.0.0.1'] });
  url = await api.listen({ host: '127.0.0.1', port: 0 });
  letters = new DeadLettersClient({ url });
});
afterAll(async () => {
  await api.close();
  await temporal.connection.close();
  await migrated.drop();
});

// A sync of its own for each test, with one record that the mapping refused.
beforeEach(async () => {
  sync = uniqueName('contacts');
  const from = { system: uniqueName('crm'), object: 'contact' };
  const body = { sync, title: 'Contacts', from, to: { system: 'mailing', object: 'member' } } as SyncDefinition;
  const system = { system: from.system, objects: { contact: { id: '/id' } } } as unknown as SystemDefinition;
  await storeDefinitions(database, [{ kind: 'sync', name: sync, hash: 'a', body, source: '' }, { kind: 'system', name: from.system, hash: 'a', body: system, source: '' }]);
  const base = { runId: '', epoch: 0, syncNumber: await syncNumber(database, sync), definitionVersion: 1, sourceObject: await objectNumber(database, from), targetObject: await objectNumber(database, body.to) };
  scope = await nextRun(database, base, 'full');
  await park(database, scope, [letterFor('c1', { stage: 'map', code: 'required', errorFingerprint: 'name required', payload: { id: 'c1', name: '' }, sourceVersion: '7' })]);
  id = (await letters.list({ sync }))[0]?.id ?? '';
});

async function refusal(task: Promise<unknown>): Promise<{ readonly status: number; readonly message: string }> {
  const error: unknown = await task.then(() => undefined, (caught: unknown) => caught);
  if (!(error instanceof CrosswalkApiError)) throw new Error(`it was not refused: ${String(error)}`);
  return { status: error.status, message: error.message };
}

async function asked(method: string, path: string, body: unknown): Promise<number> {
  const answer = await fetch(new URL(`/api/dead-letters/${path}`, url), { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  return answer.status;
}

describe('the API over dead letters', () => {
  test('groups them by cause, lists those of a cause, and shows one', async () => {
    const [group] = await letters.groups(sync);
    expect(group).toMatchObject({ sync, stage: 'map', code: 'required', count: 1, exampleId: id });
    expect(await letters.list({ group: group?.group ?? '', limit: 5 })).toMatchObject([{ id }]);
    expect(await letters.list({ group: '0000000000000000' })).toEqual([]);
    expect(await letters.show(id)).toMatchObject({ letter: { id, state: 'open', payload: { id: 'c1', name: '' }, edit: null, sourceVersion: '7' }, events: [] });
  });

  test('keeps an edited copy with who made it, and drops it again', async () => {
    expect(await letters.edit(id, { id: 'c1', name: 'Ada' }, ' ada ')).toMatchObject({ edit: { payload: { name: 'Ada' }, by: 'ada', version: '7' } });
    expect(await letters.edit(id, null, 'grace')).toMatchObject({ edit: null });
    expect((await letters.show(id)).events).toMatchObject([{ action: 'edited', by: 'ada' }, { action: 'edit-dropped', by: 'grace' }]);
    expect(await refusal(letters.edit(id, null, 'grace'))).toMatchObject({ status: 409 });
  });

  test('refuses an edited copy with another id, or one that is too large', async () => {
    expect(await refusal(letters.edit(id, { id: 'c2', name: 'Ada' }, 'ada'))).toMatchObject({ status: 409, message: expect.stringContaining('/id has to be "c1"') });
    expect(await refusal(letters.edit(id, { id: 'c1', name: 'x'.repeat(257 * 1024) }, 'ada'))).toMatchObject({ status: 409, message: expect.stringContaining('256 KiB') });
    expect(await refusal(letters.edit(id, { id: 'c1', name: 'x'.repeat(300 * 1024) }, 'ada'))).toMatchObject({ status: 413 });
  });

  test('starts one redrive of a letter, however many ask for it at once', async () => {
    const started = await Promise.all(Array.from({ length: 5 }, (_, at) => letters.redrive(id, `person ${at}`)));
    expect(new Set(started.map(({ workflowId, temporalRunId }) => `${workflowId} ${temporalRunId}`)).size).toBe(1);
    expect(started.filter((each) => each.started)).toHaveLength(1);
    expect(started[0]?.workflowId).toBe(`redrive/${id}`);
    await temporal.workflow.getHandle(`redrive/${id}`).terminate();
  });

  test('starts a redrive of a cause and of a whole sync', async () => {
    const group = (await letters.groups(sync))[0]?.group ?? '';
    const ids = [(await letters.redriveAll(sync, 'ada', { group })).workflowId, (await letters.redriveAll(sync, 'ada')).workflowId];
    expect(ids).toEqual([`redrive/${sync}/${group}`, `redrive/${sync}/all`]);
    for (const workflowId of ids) await temporal.workflow.getHandle(workflowId).terminate();
    expect(await refusal(letters.redriveAll(sync, 'ada', { group: '0000000000000000' }))).toMatchObject({ status: 404 });
  });

  test('discards a letter with its reason, and does nothing more to it afterwards', async () => {
    await letters.discard(id, 'ada', 'a test record');
    expect(await letters.show(id)).toMatchObject({ letter: { state: 'discarded' }, events: [{ action: 'discarded', by: 'ada', note: 'a test record' }] });
    for (const again of await Promise.all([letters.discard(id, 'ada', 'once more'), letters.edit(id, { id: 'c1' }, 'ada'), letters.redrive(id, 'ada'), letters.preview(id, 'ada')].map(refusal))) {
      expect(again).toMatchObject({ status: 409, message: expect.stringContaining('discarded already') });
    }
  });

  test('knows an element without an id, which can only be discarded', async () => {
    await park(database, scope, [letterFor('(no id, 0a1b2c)', { stage: 'read', code: 'not-a-record' })]);
    const other = (await letters.list({ sync })).find(({ stage }) => stage === 'read')?.id ?? '';
    for (const refused of await Promise.all([letters.redrive(other, 'ada'), letters.preview(other, 'ada'), letters.edit(other, { id: 'c9' }, 'ada')].map(refusal))) expect(refused).toMatchObject({ status: 409, message: expect.stringContaining('without an id') });
    await letters.discard(other, 'ada', 'mended at the source');
  });

  test.each([
    ['POST', 'discard', { by: 'ada' }], ['POST', 'discard', { by: 'ada', reason: '  ' }], ['POST', 'discard', { by: 'ada', reason: 'a\0b' }], ['POST', 'discard', { by: '', reason: 'x' }],
    ['POST', 'discard', { by: 'ada', reason: 'x'.repeat(1_001) }], ['POST', 'redrive', { by: 'x'.repeat(101) }], ['POST', 'redrive', { by: 'ada', version: 0 }], ['POST', 'redrive', { by: 'ada', version: '1' }],
    ['POST', 'redrive', { by: 'ada', finding: { kind: 'perhaps' } }], ['POST', 'redrive', {}], ['POST', 'preview', { by: 'ada', more: 1 }], ['PUT', 'edit', { by: 'ada', payload: [] }], ['PUT', 'edit', { by: 'ada' }],
  ])('answers %s %s %j with 400', async (method, what, body) => {
    expect(await asked(method, `${id}/${what}`, body)).toBe(400);
  });

  test.each(['0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70', 'nonsense', '%00', "' or true --"])('has no letter %j', async (other) => {
    expect(await refusal(letters.show(other))).toMatchObject({ status: 404 });
    expect(await refusal(letters.discard(other, 'ada', 'x'))).toMatchObject({ status: 404 });
  });
});
