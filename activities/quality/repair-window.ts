import type { Page, SourceRecord } from '../../src/contracts/connector.js';
import { qualityOfRepair, repairSyncName } from '../../src/contracts/ids.js';
import type { QualityDefinition } from '../../src/contracts/quality-definition.js';
import type { QualityRunInput, StartedQuality, StartQualityInput } from '../../src/contracts/quality-workflow.js';
import { addCounts, type RunPlace } from '../../src/contracts/run.js';
import type { WindowResult } from '../../src/contracts/sync-workflow.js';
import { SystemError } from '../../src/contracts/system-error.js';
import { compileCondition } from '../../src/domain/condition.js';
import { compileSetter, type MutableJsonObject } from '../../src/domain/json-pointer.js';
import { compileRepairs, type RepairedField } from '../../src/domain/quality/field-repairs.js';
import { readDefinition } from '../../src/store/definitions.js';
import { intend, type Intent } from '../../src/store/ledger.js';
import { syncNumber } from '../../src/store/names.js';
import { newId } from '../../src/store/new-id.js';
import { sealPlan } from '../../src/store/plan-seal.js';
import { entityIdsOf, forgetPlannedOf } from '../../src/store/quality-repairs.js';
import { advance, openRun, readRun, totalCounts } from '../../src/store/runs.js';
import { definitionUnusable, superseded } from '../failure.js';
import { attemptFailure } from '../sync/attempt-failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { readAhead } from '../sync/read-ahead.js';
import { takeRun, type RunContext } from '../sync/run-context.js';
import { systemTrouble } from '../sync/trouble.js';
import { presentRecords } from './page-check.js';
import { activeQuality } from './quality-lifecycle.js';

/** startRepair opens the run that plans the declared repairs of a quality definition; a repeat finds it opened. */
export async function startRepair({ database }: SyncDependencies, { runId, quality, workflowId }: StartQualityInput): Promise<StartedQuality> {
  const { definition, system } = await activeQuality(database, quality);
  if (definition.body.repairs.length === 0) throw definitionUnusable(`Quality definition "${quality}" declares no repairs, so there is nothing to plan. Declare them under "repairs" and apply it.`);
  const number = await syncNumber(database, repairSyncName(quality));
  await openRun(database, { id: runId, syncNumber: number, definitionVersion: definition.version, systemVersions: { [system.name]: system.version }, mode: 'plan', workflowId, place: {} });
  return { runId, definitionVersion: (await readRun(database, runId)).definitionVersion, system: system.name };
}

/** repairWindow reads the next pages of an object and stores, as planned writes, what the declared repairs would change. It sends nothing. */
export async function repairWindow(dependencies: SyncDependencies, { runId }: QualityRunInput, heartbeat: Heartbeat): Promise<WindowResult> {
  const context = await takeRun(dependencies, runId);
  try {
    return await planPages(dependencies, context, heartbeat);
  } catch (error) {
    const trouble = systemTrouble(error);
    if (error instanceof SystemError && error.detail.code === 'page-token-expired') await beginAgain(context);
    throw await attemptFailure(context, trouble);
  }
}

// The system no longer knows the place; what was planned before is planned anew, record by record.
async function beginAgain({ database, run }: RunContext): Promise<void> {
  if (!(await advance(database, run.id, run.epoch, {}, run.counts))) throw superseded();
}

async function planPages(dependencies: SyncDependencies, context: RunContext, heartbeat: Heartbeat): Promise<WindowResult> {
  const { database, run, target } = context;
  const plan = await planner(context);
  const from = run.place.page;
  const started = Date.now();
  let { counts } = run;
  let done = run.place.readDone === true;
  let pages = 0;
  if (!done) {
    done = true;
    for await (const page of readAhead(target.connector.list(target.objectName, { signal: heartbeat.signal, ...(from === undefined ? {} : { from }) }), 2)) {
      await plan(page);
      pages += 1;
      counts = addCounts(counts, { read: page.records.length });
      // Sealed before the place says that all is read: a plan that is complete has its hash.
      if (page.next === null) await sealPlan(database, { runId: run.id, kind: 'quality', title: `Repairs declared by ${qualityOfRepair(run.sync) ?? run.sync}` });
      const place: RunPlace = page.next === null ? { readDone: true } : { page: page.next };
      if (!(await advance(database, run.id, run.epoch, place, counts))) throw superseded();
      heartbeat.report({ phase: 'planning repairs', pages, read: counts.read });
      done = page.next === null;
      if (done || pages >= dependencies.window.pages || Date.now() - started >= dependencies.window.durationMs) break;
    }
  }
  return { done, counts: await totalCounts(database, await readRun(database, run.id)) };
}

async function planner(context: RunContext): Promise<(page: Page) => Promise<void>> {
  const { database, run, scope } = context;
  const definition = await definitionOf(context);
  const repairsOf = compileRepairs(definition);
  const inScope = definition.scope === undefined ? () => true : compileCondition(definition.scope);
  return async (page) => {
    const records = presentRecords(page).filter(({ data }) => inScope(data));
    const mended = records.flatMap((record) => {
      const fields = repairsOf(record.data);
      return fields.length === 0 ? [] : [{ record, fields }];
    });
    const ids = records.map(({ id }) => id);
    const entities = await entityIdsOf(database, scope.targetObject, ids);
    // A page that was planned by an attempt that died is planned once.
    await forgetPlannedOf(database, run.id, ids);
    if (mended.length > 0) await intend(database, scope, mended.map(({ record, fields }) => intentOf(record, fields, entities.get(record.id))), 'planned');
  };
}

async function definitionOf({ database, run }: RunContext): Promise<QualityDefinition> {
  const name = run.sync.slice(repairSyncName('').length);
  const stored = await readDefinition(database, 'quality', name, run.definitionVersion);
  if (stored === undefined) throw definitionUnusable(`Quality definition "${name}" has no version ${run.definitionVersion} in this database. Run "crosswalk apply".`);
  return stored.body;
}

function intentOf(record: SourceRecord, fields: readonly RepairedField[], entityId: string | undefined): Intent {
  const before: MutableJsonObject = {};
  const after: MutableJsonObject = {};
  for (const field of fields) {
    const set = compileSetter(field.field);
    set(before, field.before);
    set(after, field.after);
  }
  const made = [...new Set(fields.flatMap((field) => field.made))].join(', ');
  return {
    id: newId(), entityId: entityId ?? newId(), sourceId: record.id, sourceVersion: record.version, externalId: record.id, kind: 'update', reason: `repaired: ${made}`,
    before, after, fingerprint: null, expectedVersion: record.version,
  };
}
