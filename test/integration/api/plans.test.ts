import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { CrosswalkClient } from '../../../src/client/crosswalk-client.js';
import { PlansClient, PlansClientError } from '../../../src/client/plans-client.js';
import { createApi } from '../../../src/ingress/server.js';
import { intend } from '../../../src/store/ledger.js';
import { newId } from '../../../src/store/new-id.js';
import { refuse } from '../../../src/store/plan-refusals.js';
import { sealPlan } from '../../../src/store/plan-seal.js';
import { closeRun } from '../../../src/store/runs.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { createTestNamespace } from '../../support/servers.js';
import { intentFor, newScope } from '../store/store-under-test.js';

let migrated: MigratedDatabase;
let temporal: Client;
let api: FastifyInstance;
let plans: PlansClient;
let planId: string;

beforeAll(async () => {
  const { temporalAddress } = inject('crosswalkServers');
  migrated = await openMigratedDatabase();
  temporal = new Client({ connection: await Connection.connect({ address: temporalAddress }), namespace: await createTestNamespace(temporalAddress) });
  api = createApi({ database: migrated.database, client: CrosswalkClient.using(temporal), hosts: ['127.0.0.1'] });
  plans = new PlansClient({ apiUrl: `${await api.listen({ host: '127.0.0.1', port: 0 })}/` });
});
afterAll(async () => {
  await api.close();
  await temporal.connection.close();
  await migrated.drop();
});

// A plan of seven creates that leaves one record out.
beforeEach(async () => {
  const { database } = migrated;
  const scope = await newScope(database, 'plan');
  planId = scope.runId;
  await intend(database, scope, Array.from({ length: 7 }, (_, at) => intentFor(`c${at}`)), 'planned');
  await refuse(database, planId, [{ sourceObject: scope.sourceObject, sourceId: 'c9', targetObject: null, externalId: null, code: 'required', message: 'is missing', fields: [{ field: 'name', message: 'is missing' }] }]);
  await sealPlan(database, { runId: planId, kind: 'sync', title: 'A plan' });
  await closeRun(database, planId, 'succeeded', null);
});

const hashOf = async (): Promise<string> => (await plans.show(planId)).plan.hash ?? '';
const problemOf = (task: Promise<unknown>): Promise<unknown> => task.catch((error: unknown) => (error instanceof PlansClientError ? [error.status, error.message] : error));

describe('plans over the API', () => {
  test('are listed, the newest first', async () => {
    const [first] = await plans.list({ limit: 1 });
    expect(first).toMatchObject({ id: planId, kind: 'sync', state: 'open', counts: { created: 7 }, approvedBy: null, createdAt: expect.stringMatching(/Z$/) });
    expect(await plans.list({ sync: first?.sync ?? '' })).toHaveLength(1);
    expect(first).not.toHaveProperty('syncNumber');
  });

  test('are read a part at a time, each write once', async () => {
    const first = await plans.show(planId, { limit: 3 });
    expect([first.writes.length, first.refusals.length, first.nextRefusal]).toEqual([3, 1, null]);
    expect(first.refusals).toMatchObject([{ sourceId: 'c9', code: 'required', fields: [{ field: 'name' }] }]);
    const second = await plans.show(planId, { limit: 3, afterWrite: first.nextWrite ?? '' });
    const third = await plans.show(planId, { limit: 3, afterWrite: second.nextWrite ?? '' });
    expect(third.nextWrite).toBeNull();
    const all = [...first.writes, ...second.writes, ...third.writes].map(({ sourceId }) => sourceId);
    expect(all.toSorted()).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6']);
    const streamed: string[] = [];
    for await (const { sourceId } of plans.writes(planId)) streamed.push(sourceId);
    expect(streamed).toEqual(all);
  });

  test('are approved by their hash only', async () => {
    expect(await problemOf(plans.approve(planId, { hash: '000000000000', by: 'ada' }))).toEqual([409, expect.stringContaining('another plan')]);
    expect(await problemOf(plans.approve(planId, { hash: await hashOf(), by: ' ' }))).toEqual([400, expect.any(String)]);
    expect(await plans.approve(planId, { hash: await hashOf(), by: 'ada' })).toMatchObject({ state: 'approved', approvedBy: 'ada' });
  });

  test('are applied only once approved, by one workflow', async () => {
    expect(await problemOf(plans.apply(planId))).toEqual([409, expect.stringContaining('not approved')]);
    await plans.approve(planId, { hash: await hashOf(), by: 'ada' });
    expect(await plans.apply(planId)).toEqual({ planId, workflowId: `apply-plan/${planId}`, started: true });
    expect(await plans.apply(planId)).toMatchObject({ started: false });
    await temporal.workflow.getHandle(`apply-plan/${planId}`).terminate();
  });

  test.each(['nothing', newId(), '..%2Fsyncs'])('that there are not, such as %s, are 404', async (id) => {
    expect(await problemOf(plans.show(id))).toEqual([404, 'There is no such plan.']);
    expect(await problemOf(plans.apply(id))).toEqual([404, 'There is no such plan.']);
  });

  test('that undo are made by a workflow of their own', async () => {
    const started = await plans.undo({ runId: planId });
    expect(started).toMatchObject({ workflowId: `plan-undo/${started.planId}`, started: true });
    await temporal.workflow.getHandle(started.workflowId).terminate();
    expect(await problemOf(plans.undo({ sync: 'contacts' }))).toEqual([400, expect.stringContaining('needs runId')]);
  });
});
