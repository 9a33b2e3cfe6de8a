import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { CrosswalkApiError } from '../../../src/client/api-request.js';
import { ChecksClient } from '../../../src/client/checks-client.js';
import { DecisionsClient } from '../../../src/client/decisions-client.js';
import { createApi } from '../../../src/ingress/server.js';
import { adopt } from '../../../src/store/crosswalk.js';
import { activeDefinitions } from '../../../src/store/definitions.js';
import { storeReviews } from '../../../src/store/identity-reviews.js';
import { objectNumber, syncNumber } from '../../../src/store/names.js';
import { newId } from '../../../src/store/new-id.js';
import { nextRun } from '../store/store-under-test.js';
import { copyRarelyDue } from '../../support/rarely-due.js';
import { startInstance, type Instance } from '../../support/instance.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const SYNC = 'contacts-to-mailing';

let instance: Instance;
let folder: string;
let api: FastifyInstance;
let url: string;
let decisions: DecisionsClient;
let checks: ChecksClient;

beforeAll(async () => {
  instance = await startInstance({ servers: inject('crosswalkServers'), definitions: 'examples/sandbox' });
  // Quality definitions are applied as a person would.
  folder = mkdtempSync(path.join(tmpdir(), 'crosswalk-people-'));
  copyRarelyDue(folder);
  await crosswalk('apply', folder);
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 40, seed: 3 });
  expect(await instance.sync(SYNC, { mode: 'full' })).toMatchObject({ state: 'succeeded' });
  api = createApi({ database: instance.database, client: instance.client, hosts: ['127.0.0.1'] });
  url = await api.listen({ host: '127.0.0.1', port: 0 });
  decisions = new DecisionsClient({ url });
  checks = new ChecksClient({ url });
});
afterAll(async () => {
  await api?.close();
  await instance?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Calls the command line as a person would; throws unless it ends well. */
async function crosswalk(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(root, 'bin', 'crosswalk.js'), ...args], {
    env: { PATH: process.env['PATH'], CROSSWALK_HOME: path.join(instance.logs, 'no-instance'), ...instance.env },
  });
  return stdout;
}

async function refusal(task: Promise<unknown>): Promise<{ readonly status: number; readonly message: string }> {
  const error: unknown = await task.then(() => undefined, (caught: unknown) => caught);
  if (!(error instanceof CrosswalkApiError)) throw new Error(`it was not refused: ${String(error)}`);
  return { status: error.status, message: error.message };
}

async function eventually<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}

/** Asks whether a new contact is a new member; gives both ids and the question's. */
async function ask(): Promise<{ readonly id: string; readonly sourceId: string; readonly targetId: string }> {
  const { database } = instance;
  const sync = (await activeDefinitions(database, 'sync')).find(({ name }) => name === SYNC);
  if (sync === undefined) throw new Error('the sync is not applied');
  const scope = await nextRun(database, {
    runId: '', epoch: 0, syncNumber: await syncNumber(database, SYNC), definitionVersion: sync.version, sourceObject: await objectNumber(database, sync.body.from), targetObject: await objectNumber(database, sync.body.to),
  }, 'full');
  const { rows: [linked] } = await database.pool.query<{ source: string; target: string; entity: string }>(
    `select s.external_id as source, t.external_id as target, t.entity_id as entity from links s join links t using (entity_id) where s.object_id = $1 and t.object_id = $2 order by 1 limit 1`, [scope.sourceObject, scope.targetObject]);
  if (linked === undefined) throw new Error('nothing is linked');
  // As it is where the two have not found each other yet.
  const entityId = newId();
  await database.pool.query('delete from links where object_id = $1 and external_id = $2', [scope.sourceObject, linked.source]);
  await database.pool.query('delete from links where object_id = $1 and external_id = $2', [scope.targetObject, linked.target]);
  await database.pool.query('delete from bases where sync_id = $1 and entity_id = $2', [scope.syncNumber, linked.entity]);
  await database.pool.query('delete from match_keys where entity_id = $1', [linked.entity]);
  await adopt(database, scope, [{ id: linked.target, version: null, entityId, values: {}, keys: [] }]);
  await storeReviews(database, scope, [{ sourceId: linked.source, targetId: linked.target, entityId, probability: 0.6, reasons: [{ bits: 3, text: 'the town is the same' }], sourceValues: {}, targetValues: {} }]);
  const question = (await decisions.matches({ sync: SYNC })).matches.find(({ sourceId }) => sourceId === linked.source);
  if (question === undefined) throw new Error('the question is not listed');
  return { id: question.id, sourceId: linked.source, targetId: linked.target };
}

describe('questions which record is which', () => {
  test('are listed, and an answer is carried out at once by a run of that record', async () => {
    const { id, sourceId, targetId } = await ask();
    const answered = await decisions.answer(id, 'accept', 'vera', 'asked her');
    expect(answered).toMatchObject({ answered: id, workflowId: `redrive/match/${id}`, notAtOnce: null });
    expect(await instance.temporal.workflow.getHandle(`redrive/match/${id}`).result()).toMatchObject({ state: 'succeeded', counts: { read: 1, created: 0, parked: 0 } });
    const { rows } = await instance.database.pool.query<{ external_id: string }>('select external_id from intents where source_id = $1 order by intended_at desc limit 1', [sourceId]);
    expect(rows.map(({ external_id: written }) => written).filter((written) => written !== null)).toEqual([targetId]);
    expect((await decisions.matches({ sync: SYNC, all: true })).matches.find((match) => match.id === id)).toMatchObject({ state: 'accepted', decidedBy: 'vera', note: 'asked her' });
    expect(await refusal(decisions.answer(id, 'reject', 'vera'))).toEqual({ status: 409, message: 'The question was accepted already.' });
  });

  test('are counted by the status, and answered on the command line, which says what was done', async () => {
    const { id, sourceId } = await ask();
    expect(await crosswalk('status')).toContain(`${SYNC}: 1 question which record is which\n  crosswalk matches --sync ${SYNC}`);
    expect(await crosswalk('matches', 'accept', id, '--by', 'vera')).toMatch(new RegExp(`crm.contact ${sourceId} is (written to the target|the same at both sides already) \\(run `));
    expect(await crosswalk('status')).not.toContain('which record is which');
  });

  test.each([['another answer', { answer: 'maybe', by: 'vera' }], ['nobody', { answer: 'accept', by: ' ' }], ['a note too long', { answer: 'accept', by: 'vera', note: 'x'.repeat(1_001) }]])('refuse %s', async (_what, body) => {
    const answer = await fetch(`${url}/api/matches/${newId()}/answer`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, expect.stringContaining('application/problem+json')]);
  });

  test.each(['%25', newId(), "1' or '1"])('there is none called %s', async (id) => {
    expect(await refusal(decisions.answer(id, 'accept', 'vera'))).toMatchObject({ status: 404 });
  });
});

describe('reconciliations', () => {
  test('are started, shown page by page, and their repair planned', async () => {
    const [lost] = (await instance.sandbox.records('mailing', 'members')).map(({ id }) => String(id));
    await instance.admin('POST', '/mailing/members/touch', { ids: [lost], fields: { full_name: 'Somebody Else' } });
    const { workflowId, started } = await checks.reconcile(SYNC);
    expect([workflowId, started]).toEqual([`reconcile/${SYNC}`, true]);
    const { reconciliationId } = (await instance.temporal.workflow.getHandle(workflowId).result()) as { readonly reconciliationId: string };
    expect(await checks.reconciliations({ sync: SYNC, limit: 1 })).toEqual([expect.objectContaining({ id: reconciliationId, state: 'succeeded' })]);
    const page = await checks.reconciliation(reconciliationId, { limit: 1 });
    expect(page).toMatchObject({ reconciliation: { id: reconciliationId, sync: SYNC }, differences: [{ number: 1 }], next: 1 });
    expect(page.reconciliation).not.toHaveProperty('place');
    expect(await checks.reconciliation(reconciliationId, { after: 500 })).toMatchObject({ differences: [], next: null });
    const repair = await checks.planRepair(reconciliationId);
    expect(await instance.temporal.workflow.getHandle(repair.workflowId, repair.temporalRunId).result()).toMatchObject({ reconciliationId });
    expect((await checks.reconciliation(reconciliationId)).reconciliation.plan?.writes).toBeGreaterThan(0);
  });

  test('of nothing are refused', async () => {
    expect(await refusal(checks.reconcile('nothing'))).toMatchObject({ status: 404, message: 'There is no sync "nothing".' });
    expect(await refusal(checks.reconciliation(newId()))).toMatchObject({ status: 404 });
    expect(await refusal(checks.planRepair('%'))).toMatchObject({ status: 404 });
    expect(await refusal(checks.reconciliation(newId(), { limit: 501 }))).toMatchObject({ status: 400 });
  });
});

describe('data quality', () => {
  test('is listed, run and shown day by day', async () => {
    expect((await checks.quality()).find(({ quality }) => quality === 'crm-contacts')).toMatchObject({ day: null });
    const { workflowId } = await checks.runQuality('crm-contacts');
    await instance.temporal.workflow.getHandle(workflowId).result();
    const series = await eventually(async () => { const found = await checks.qualitySeries('crm-contacts', 5); return found.days.length > 0 ? found : undefined; });
    expect(series).toMatchObject({ quality: 'crm-contacts', newestRun: { state: 'succeeded' }, days: [{ quality: 'crm-contacts' }] });
    expect((await checks.quality()).find(({ quality }) => quality === 'crm-contacts')?.day).toEqual(series.days[0]);
    expect(await refusal(checks.runQuality('nothing'))).toMatchObject({ status: 404 });
    expect(await refusal(checks.qualitySeries('crm-contacts', 0))).toMatchObject({ status: 400 });
  });
});

test('conflicts are listed empty where there are none', async () => {
  expect(await decisions.conflicts({ sync: SYNC })).toEqual([]);
  expect(await refusal(decisions.resolve({ id: newId(), source: 'a', target: 'b' }, { choice: 'source' }, 'vera'))).toMatchObject({ status: 404 });
});
