import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { applyWindow } from '../../../activities/plans/apply-window.js';
import { checkPlan } from '../../../activities/plans/check-plan.js';
import { startApply } from '../../../activities/plans/start-apply.js';
import { startUndo } from '../../../activities/plans/start-undo.js';
import { undoWindow } from '../../../activities/plans/undo-window.js';
import type { Heartbeat } from '../../../activities/sync/heartbeat.js';
import type { SyncDependencies } from '../../../activities/sync/dependencies.js';
import { finishQuality, startQuality } from '../../../activities/quality/quality-lifecycle.js';
import { measureQuality } from '../../../activities/quality/quality-measure.js';
import { qualityWindow } from '../../../activities/quality/quality-window.js';
import { repairWindow, startRepair } from '../../../activities/quality/repair-window.js';
import { finishRun } from '../../../activities/sync/run-lifecycle.js';
import { loadRun } from '../../../activities/sync/run-context.js';
import { qualityRepairWorkflowId, qualityWorkflowId } from '../../../src/contracts/ids.js';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { QualityDefinition } from '../../../src/contracts/quality-definition.js';
import type { QualityResult } from '../../../src/contracts/quality-workflow.js';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import { SystemError, type SystemErrorCode } from '../../../src/contracts/system-error.js';
import type { Database } from '../../../src/store/database.js';
import { activeDefinitions, storeDefinitions } from '../../../src/store/definitions.js';
import { plannedWrites } from '../../../src/store/ledger.js';
import { newId } from '../../../src/store/new-id.js';
import { latestQualityDays } from '../../../src/store/quality-days.js';
import { newestDifferences } from '../../../src/store/quality-differences.js';
import { acceptFinding, findingGroups, qualityFindings } from '../../../src/store/quality-findings.js';
import { approvePlan, readPlan } from '../../../src/store/plans.js';
import { readQualityRun } from '../../../src/store/quality-runs.js';
import { readRun, takeOver } from '../../../src/store/runs.js';
import { FakeSystem } from '../../support/fake-system.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { uniqueName } from '../../support/servers.js';
import { failureOf } from './sync-under-test.js';

let migrated: MigratedDatabase;
let database: Database;
beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

const heartbeat: Heartbeat = { signal: new AbortController().signal, report: () => undefined };
let crm: FakeSystem;
let definition: QualityDefinition;
let dependencies: SyncDependencies;

async function define(more: Partial<QualityDefinition> = {}): Promise<void> {
  definition = { ...definition, ...more };
  const others = [...(await activeDefinitions(database, 'system')), ...(await activeDefinitions(database, 'sync')), ...(await activeDefinitions(database, 'quality'))].filter(({ name }) => name !== definition.quality);
  await storeDefinitions(database, [...others, { kind: 'quality', name: definition.quality, hash: newId(), body: definition, source: '' }]);
}

beforeEach(async () => {
  const system = uniqueName('crm');
  crm = new FakeSystem({ system, pageSize: 2 });
  const body: SystemDefinition = {
    system, title: system, owner: 'sales', connector: 'rest', baseUrl: 'http://127.0.0.1', headers: {}, auth: { type: 'none' }, outcomes: [], timeZone: 'UTC',
    objects: { contact: { list: { method: 'GET', path: '/contacts', params: {}, records: '', paginate: { type: 'none' } }, get: { method: 'GET', path: '/contacts/{id}', record: '' }, update: { method: 'PATCH', path: '/contacts/{id}', envelope: '', fields: {}, record: '' }, id: '/id', version: '/version' } },
    retry: { scheduleMs: [5_000] }, limits: { burst: 10, concurrency: 4, reserve: 0, timeoutMs: 1_000, settleMs: 0, maxResponseBytes: 1_000_000 },
  };
  await storeDefinitions(database, [...(await activeDefinitions(database, 'system')), ...(await activeDefinitions(database, 'sync')), ...(await activeDefinitions(database, 'quality')), { kind: 'system', name: system, hash: newId(), body, source: '' }]);
  dependencies = { database, logger: pino({ level: 'silent' }), window: { pages: 2, durationMs: 60_000 }, connectors: { open: () => crm } };
  definition = {
    quality: uniqueName('contacts'), title: 'Contacts', object: { system, object: 'contact' }, timeZone: 'UTC',
    rules: [{ field: 'email', required: true, unique: false, format: 'email' }, { field: 'code', required: false, unique: true, pattern: '[a-z]*' }],
    duplicates: [{ field: 'email', kind: 'email' }, { field: 'name', kind: 'name' }], targets: { missing: 0.5, invalid: 0.01 },
    repairs: [{ field: 'email', repairs: [{ name: 'trim' }, { name: 'lower-case' }] }], findings: 200,
  };
  await define();
});

function refusal(code: SystemErrorCode): SystemError {
  return new SystemError('The system does not go on.', { system: crm.system, outcome: 'retry', code, status: null, retryAfterMs: null, request: 'GET /contacts', excerpt: null });
}

function fill(records: readonly JsonObject[]): void {
  records.forEach((data, index) => crm.put(`c-${index + 1}`, data));
}

async function open(): Promise<string> {
  return (await startQuality(dependencies, { runId: newId(), quality: definition.quality, workflowId: qualityWorkflowId(definition.quality) })).runId;
}

/** Works a run to its end as the workflow does; attempts that fail are repeated at once. */
async function finish(runId: string): Promise<QualityResult> {
  for (let done = false, attempts = 0; !done;) {
    try {
      ({ done } = await qualityWindow(dependencies, { runId }, heartbeat));
    } catch (error) {
      attempts += 1;
      if (attempts > 3) throw error;
    }
  }
  await measureQuality(dependencies, { runId }, heartbeat);
  return finishQuality(dependencies, { runId, state: 'succeeded', message: null });
}

const untidy: readonly JsonObject[] = [
  { email: 'ada@example.com', name: 'Acme Inc.', code: 'a' },
  { email: ' ADA@example.com', name: 'Other', code: 'b' },
  { email: 'none', name: 'ACME', code: 'A' },
  { email: null, name: null, code: null },
  { email: 'bob@example.com', name: 'acme, ltd', code: 'b' },
];

describe('a quality run', () => {
  test('counts each record once by each metric, and stores the figures of the day under the department of the system', async () => {
    fill(untidy);
    const result = await finish(await open());
    expect(result.state).toBe('succeeded');
    expect(result.figures).toEqual({
      // c-2 has the address of c-1; c-3 and c-5 have its name.
      records: 5, outOfScope: 0, unreadable: 0, duplicates: 3, missing: 1, repairable: 1, differs: null, compared: null,
      // c-2 and c-3 by their own values, c-3 twice; c-5 has the code of c-2.
      invalid: 3,
      rules: { 'email.required': 1, 'email.format': 2, 'code.pattern': 1, 'code.unique': 2, 'email.duplicate': 1, 'name.duplicate': 2 },
    });
    expect(result.missed).toEqual(['invalid values: 60% (target 1%)']);
    const [day] = (await latestQualityDays(database, 1)).filter(({ quality }) => quality === definition.quality);
    expect(day).toMatchObject({ owner: 'sales', object: 'contact', records: 5, targets: definition.targets, runId: result.runId });
    const { rows } = await database.pool.query('select 1 from quality_keys where run_id = $1', [result.runId]);
    expect(rows).toEqual([]);
  });

  test('keeps findings with the record, the rule and an excerpt without secrets, and says which of them the repairs mend', async () => {
    fill([...untidy, { email: 'token=Zm9vYmFyYmF6cXV4', name: 'x' }]);
    const { runId } = await finish(await open());
    const findings = await qualityFindings(database, { quality: definition.quality, runId, limit: 100 });
    const shown = findings.map(({ rule, recordId, excerpt, repairable }) => [rule, recordId, excerpt, repairable]);
    expect(shown).toEqual([
      ['code.pattern', 'c-3', 'A', false], ['code.unique', 'c-3', null, false], ['code.unique', 'c-5', null, false],
      ['email.duplicate', 'c-2', null, false],
      ['email.format', 'c-2', ' ADA@example.com', true], ['email.format', 'c-3', 'none', false], ['email.format', 'c-6', expect.not.stringContaining('Zm9v'), false],
      ['email.required', 'c-4', null, false],
      ['name.duplicate', 'c-3', null, false], ['name.duplicate', 'c-5', null, false],
    ]);
    expect(findings.find(({ rule }) => rule === 'email.duplicate')?.message).toBe('2 records have the same email, c-1 the first of them.');
    expect(await qualityFindings(database, { quality: definition.quality, runId, limit: 100, repairable: true })).toHaveLength(1);
  });

  test('keeps only so many findings of a rule, and counts all of them', async () => {
    await define({ findings: 2 });
    fill(Array.from({ length: 9 }, () => ({ email: 'none', code: 'same' })));
    const { runId, figures } = await finish(await open());
    expect(figures?.rules).toMatchObject({ 'email.format': 9, 'code.unique': 8 });
    expect(Object.fromEntries((await findingGroups(database, definition.quality, runId)).map(({ rule, count }) => [rule, count]))).toEqual({ 'email.format': 2, 'code.unique': 2 });
  });

  test('what a person has accepted is counted and no longer listed, in later runs too', async () => {
    fill(untidy);
    const first = await finish(await open());
    const [finding] = await qualityFindings(database, { quality: definition.quality, runId: first.runId, rule: 'email.required', limit: 1 });
    if (finding === undefined) throw new Error('there is no such finding');
    await acceptFinding(database, finding, 'has no address');
    const second = await finish(await open());
    expect(second.figures?.rules['email.required']).toBe(1);
    expect(await qualityFindings(database, { quality: definition.quality, runId: second.runId, rule: 'email.required', limit: 9 })).toEqual([]);
    // Findings of a run stand until a later one has come to its end.
    expect(await findingGroups(database, definition.quality, first.runId)).toEqual([]);
  });

  test('deleted records and those out of scope are not judged', async () => {
    await define({ scope: { kind: 'compare', field: 'status', operator: '=', value: 'active' } });
    crm.put('c-1', { email: 'none', status: 'active' });
    crm.put('c-2', { email: 'none', status: 'old' });
    crm.put('c-3', { email: 'none', status: 'active' }, { deleted: true });
    const { figures } = await finish(await open());
    expect(figures).toMatchObject({ records: 1, outOfScope: 1, invalid: 1 });
  });

  test('of an empty object stores that there was nothing', async () => {
    const result = await finish(await open());
    expect(result).toMatchObject({ state: 'succeeded', missed: [], figures: { records: 0, duplicates: 0, invalid: 0 } });
  });
});

describe('a quality run that is interrupted', () => {
  const same = async (runId: string): Promise<void> => {
    expect((await finish(runId)).figures).toMatchObject({ records: 5, duplicates: 3, missing: 1, invalid: 3, rules: { 'email.format': 2, 'code.unique': 2 } });
  };

  test('goes on from where it was, and counts nothing twice', async () => {
    fill(untidy);
    let failing = true;
    crm.onRead = (what, page) => {
      if (what !== 'list' || page !== '1' || !failing) return;
      failing = false;
      throw refusal('status');
    };
    await same(await open());
    // Pages that were stored are not asked for again.
    expect(crm.listed.map(({ from }) => from?.['at'] ?? 0)).toEqual([0, 1]);
  });

  test('begins anew where the place is no longer known, and counts nothing twice', async () => {
    fill(untidy);
    let expired = false;
    crm.onRead = (what, page) => {
      // Reading ahead, the first window comes across this page and does not need it.
      if (what !== 'list' || page !== '2' || crm.listed.length < 2 || expired) return;
      expired = true;
      throw refusal('page-token-expired');
    };
    await same(await open());
    expect(crm.listed.map(({ from }) => from?.['at'] ?? 0)).toEqual([0, 2, 0, 2]);
  });

  test('a record that is listed twice counts once', async () => {
    fill(untidy);
    const record = (id: string) => crm.records.get(id) as never;
    crm.pages = [
      { records: [record('c-1'), record('c-2'), record('c-1')], bad: [], next: null },
      { records: [record('c-2'), record('c-3'), record('c-4')], bad: [{ position: 1, reason: 'no id', data: {} }], next: null },
      { records: [record('c-5')], bad: [], next: null },
    ];
    await same(await open());
  });

  test('a second attempt at the same time ends the first, and both together count nothing twice', async () => {
    fill(untidy);
    const runId = await open();
    const ends = await Promise.allSettled([qualityWindow(dependencies, { runId }, heartbeat), qualityWindow(dependencies, { runId }, heartbeat)]);
    expect(ends.some(({ status }) => status === 'fulfilled')).toBe(true);
    await same(runId);
  });

  test('measuring twice changes nothing', async () => {
    fill(untidy);
    const runId = await open();
    for (let done = false; !done;) ({ done } = await qualityWindow(dependencies, { runId }, heartbeat));
    await measureQuality(dependencies, { runId }, heartbeat);
    await same(runId);
  });

  test('a failed or stopped run leaves the findings and figures of the one before', async () => {
    fill(untidy);
    const { runId } = await finish(await open());
    const stopped = await open();
    await qualityWindow(dependencies, { runId: stopped }, heartbeat);
    expect(await finishQuality(dependencies, { runId: stopped, state: 'stopped', message: null })).toMatchObject({ state: 'stopped', figures: null });
    expect((await findingGroups(database, definition.quality, runId)).length).toBeGreaterThan(0);
    expect(await findingGroups(database, definition.quality, stopped)).toEqual([]);
    expect((await latestQualityDays(database, 1)).find(({ quality }) => quality === definition.quality)?.runId).toBe(runId);
  });

  test('a run whose workflow vanished is closed when the next one is opened', async () => {
    const lost = await open();
    await open();
    expect(await readQualityRun(database, lost)).toMatchObject({ state: 'interrupted' });
  });

  test('a definition that is not applied is said plainly, and not tried again', async () => {
    const failure = await failureOf(startQuality(dependencies, { runId: newId(), quality: 'nobody', workflowId: 'quality/nobody' }));
    expect(failure).toMatchObject({ nonRetryable: true, type: 'DefinitionUnusable', message: expect.stringContaining('no quality definition "nobody"') });
  });
});

describe('a plan of repairs', () => {
  async function plan(): Promise<string> {
    const { runId } = await startRepair(dependencies, { runId: newId(), quality: definition.quality, workflowId: qualityRepairWorkflowId(definition.quality) });
    for (let done = false; !done;) ({ done } = await repairWindow(dependencies, { runId }, heartbeat));
    return runId;
  }

  test('is a run of mode plan whose writes are stored, with before and after, and none sent', async () => {
    fill(untidy);
    const runId = await plan();
    expect(await finishRun(dependencies, { runId, state: 'succeeded', message: null })).toMatchObject({ mode: 'plan', state: 'succeeded', counts: { read: 5, updated: 1 } });
    expect(await plannedWrites(database, runId, 10)).toEqual([expect.objectContaining({
      sourceId: 'c-2', externalId: 'c-2', kind: 'update', reason: 'repaired: trim, lower-case', before: { email: ' ADA@example.com' }, after: { email: 'ada@example.com' }, expectedVersion: '1',
    })]);
    expect(crm.sent).toEqual([]);
  });

  test('that is repeated half-way plans each record once', async () => {
    fill(Array.from({ length: 7 }, (_, index) => ({ email: ` P${index}@example.com` })));
    const { runId } = await startRepair(dependencies, { runId: newId(), quality: definition.quality, workflowId: qualityRepairWorkflowId(definition.quality) });
    crm.onRead = (_, page) => {
      if (page === '3') throw refusal('page-token-expired');
    };
    await repairWindow(dependencies, { runId }, heartbeat);
    await failureOf(repairWindow(dependencies, { runId }, heartbeat));
    crm.onRead = () => undefined;
    for (let done = false; !done;) ({ done } = await repairWindow(dependencies, { runId }, heartbeat));
    const writes = await plannedWrites(database, runId, 100);
    expect(writes.map(({ sourceId }) => sourceId).toSorted()).toEqual(['c-1', 'c-2', 'c-3', 'c-4', 'c-5', 'c-6', 'c-7']);
  });

  test('loads like the run of a sync, so that whatever applies plans can apply it', async () => {
    fill(untidy);
    const runId = await plan();
    await takeOver(database, runId);
    const { sync, target, scope } = await loadRun(dependencies, await readRun(database, runId));
    expect(sync).toMatchObject({ sync: `quality/${definition.quality}`, to: definition.object });
    expect(target.objectName).toBe('contact');
    // The ledger links what a write came from and what it went to; both cannot be one record.
    expect(scope.sourceObject).not.toBe(scope.targetObject);
  });

  test('is approved by its hash, applied through the ledger, and can be taken back', async () => {
    fill(untidy);
    const before = crm.records.get('c-2')?.data['email'];
    const planId = await plan();
    await finishRun(dependencies, { runId: planId, state: 'succeeded', message: null });
    const made = await readPlan(database, planId);
    expect(made).toMatchObject({ kind: 'quality', state: 'open', sync: `quality/${definition.quality}`, counts: { updated: 1 } });
    const first = await applyApproved(planId);
    expect(crm.records.get('c-2')?.data['email']).toBe('ada@example.com');
    expect(await readPlan(database, planId)).toMatchObject({ state: 'applied' });

    const { runId: undo } = await startUndo(dependencies, { planId: newId(), scope: { runId: first }, workflowId: uniqueName('undo') });
    for (let done = false; !done;) ({ done } = await undoWindow(dependencies, { runId: undo, scope: { runId: first } }, heartbeat));
    await finishRun(dependencies, { runId: undo, state: 'succeeded', message: null });
    await applyApproved(undo);
    expect(crm.records.get('c-2')?.data['email']).toBe(before);
  });

  test('is held before its first write where a person has changed the value since', async () => {
    fill(untidy);
    const planId = await plan();
    await finishRun(dependencies, { runId: planId, state: 'succeeded', message: null });
    crm.put('c-2', { email: 'mended@example.com' }, { version: '2' });
    await approvePlan(database, planId, { hash: (await readPlan(database, planId))?.hash ?? '', by: 'ada' });
    const { runId } = await startApply(dependencies, { runId: newId(), planId, workflowId: uniqueName('apply') });
    expect(await checkPlan(dependencies, { runId }, heartbeat)).toMatchObject({ done: true, misfits: 1 });
    expect(crm.sent).toEqual([]);
  });

  /** Approves a plan, applies it as the workflow does, and gives the run that did. */
  async function applyApproved(planId: string): Promise<string> {
    await approvePlan(database, planId, { hash: (await readPlan(database, planId))?.hash ?? '', by: 'ada' });
    const { runId } = await startApply(dependencies, { runId: newId(), planId, workflowId: uniqueName('apply') });
    expect(await checkPlan(dependencies, { runId }, heartbeat)).toMatchObject({ done: true, misfits: 0 });
    for (let done = false; !done;) ({ done } = await applyWindow(dependencies, { runId }, heartbeat));
    expect(await finishRun(dependencies, { runId, state: 'succeeded', message: null })).toMatchObject({ counts: { updated: 1, parked: 0 } });
    return runId;
  }

  test('is refused where no repairs are declared', async () => {
    await define({ repairs: [] });
    const failure = await failureOf(startRepair(dependencies, { runId: newId(), quality: definition.quality, workflowId: 'quality-repair/x' }));
    expect(failure).toMatchObject({ nonRetryable: true, message: expect.stringContaining('declares no repairs') });
  });
});

describe('fields that differ', () => {
  test('are those of the newest reconciliation of each sync that the object takes part in', async () => {
    expect(await newestDifferences(database, definition.object)).toBeNull();
    try {
      const sync = uniqueName('sync');
      await database.pool.query(`insert into syncs (name) values ($1)`, [sync]);
      await database.pool.query(`insert into definitions (kind, name, version, hash, body, source) values ('sync', $1, 1, 'x', $2, '')`, [sync, JSON.stringify({ from: definition.object, to: { system: 'other', object: 'member' } })]);
      const add = (state: string, at: string, counts: object) => database.pool.query(
        `insert into reconciliations (id, sync_id, definition_version, system_versions, alert_above, workflow_id, state, counts, started_at)
         select gen_random_uuid(), id, 1, '{}', 0.005, 'reconcile/x', $2, $3, $4 from syncs where name = $1`, [sync, state, JSON.stringify(counts), at]);
      await add('succeeded', '2026-11-20', { source: 50, differs: 9 });
      await add('succeeded', '2026-11-21', { source: 100, differs: 2 });
      await add('failed', '2026-11-22', { source: 100, differs: 50 });
      expect(await newestDifferences(database, definition.object)).toEqual({ compared: 100, differs: 2 });
      expect(await newestDifferences(database, { ...definition.object, object: 'account' })).toBeNull();
      expect((await finish(await open())).figures).toMatchObject({ compared: 100, differs: 2 });
    } finally {
      await database.pool.query('delete from reconciliations');
    }
  });
});
