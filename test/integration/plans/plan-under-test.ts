import { applyWindow } from '../../../activities/plans/apply-window.js';
import { checkPlan } from '../../../activities/plans/check-plan.js';
import { startApply } from '../../../activities/plans/start-apply.js';
import { startUndo } from '../../../activities/plans/start-undo.js';
import { undoWindow } from '../../../activities/plans/undo-window.js';
import type { PlanResult, UndoScope } from '../../../src/contracts/plan.js';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { SyncResult } from '../../../src/contracts/sync-workflow.js';
import { newId } from '../../../src/store/new-id.js';
import { readRefusals, type Refusal } from '../../../src/store/plan-refusals.js';
import { readPlanned, type PlannedIntent } from '../../../src/store/plan-writes.js';
import { approvePlan, readPlan, type Plan } from '../../../src/store/plans.js';
import type { FakeSystem } from '../../support/fake-system.js';
import { uniqueName } from '../../support/servers.js';
import type { SyncUnderTest } from '../activities/sync-under-test.js';

/** restorable is a target object whose archived records can be brought back. */
export const restorable = {
  archive: { method: 'POST' as const, path: '/members', envelope: '', fields: { archived: true }, record: '' },
  inactive: { kind: 'compare' as const, field: '/archived', operator: '=' as const, value: true },
};

/** letFlagsCount makes a fake target tell archived records by the flag that their archive sets, as a real one does. */
export function letFlagsCount(target: FakeSystem): void {
  const { write } = target;
  target.write = async (object, items, ...rest) => {
    const results = await write.call(target, object, items.map((item) => (item.kind === 'archive' ? { ...item, fields: { ...item.fields, archived: true } } : item)), ...rest);
    for (const [id, record] of target.records) target.records.set(id, { ...record, inactive: record.data['archived'] === true });
    return results;
  };
}

/** planOf makes a plan of what a run of the sync would write. */
export async function planOf(sync: SyncUnderTest): Promise<Plan> {
  const { runId } = await sync.run('plan');
  return found(sync, runId);
}

/** undoOf makes a plan that undoes what is in a scope. */
export async function undoOf(sync: SyncUnderTest, scope: UndoScope): Promise<Plan> {
  const { dependencies, heartbeat } = sync;
  const { runId } = await startUndo(dependencies, { planId: newId(), scope, workflowId: uniqueName('workflow') });
  for (let done = false; !done;) ({ done } = await undoWindow(dependencies, { runId, scope }, heartbeat));
  await sync.finish(runId, 'succeeded');
  return found(sync, runId);
}

async function found({ database }: SyncUnderTest, planId: string): Promise<Plan> {
  const plan = await readPlan(database, planId);
  if (plan === undefined) throw new Error(`there is no plan ${planId}`);
  return plan;
}

/** approve approves a plan by its whole hash. */
export function approve({ database }: SyncUnderTest, { id, hash }: Pick<Plan, 'id' | 'hash'>, by = 'ada'): Promise<Plan> {
  return approvePlan(database, id, { hash: hash ?? '', by });
}

/** approvedRepair approves a repair plan that a reconciliation has stored. */
export async function approvedRepair(sync: SyncUnderTest, planId: string): Promise<Plan> {
  return approve(sync, await found(sync, planId));
}

/** startApplying opens a run that applies a plan. */
export async function startApplying({ dependencies }: SyncUnderTest, planId: string): Promise<string> {
  return (await startApply(dependencies, { runId: newId(), planId, workflowId: `apply-plan/${planId}` })).runId;
}

/** check looks whether the world fits a plan. */
export async function check({ dependencies, heartbeat }: SyncUnderTest, runId: string): Promise<number> {
  for (;;) {
    const { done, misfits } = await checkPlan(dependencies, { runId }, heartbeat);
    if (done) return misfits;
  }
}

/** applied applies a plan as the workflow does; attempts that fail are made again, as often as `attempts` says. */
export async function applied(sync: SyncUnderTest, planId: string, { attempts = 1 } = {}): Promise<PlanResult> {
  const { dependencies, heartbeat } = sync;
  const runId = await startApplying(sync, planId);
  const ended = (result: SyncResult): PlanResult => ({ planId, ...result });
  try {
    const misfits = await check(sync, runId);
    if (misfits > 0) return ended(await sync.finish(runId, 'held', `${misfits} no longer fit`));
    for (let attempt = 1, done = false; !done;) {
      try {
        ({ done } = await applyWindow(dependencies, { runId }, heartbeat));
      } catch (error) {
        if (attempt >= attempts) throw error;
        attempt += 1;
      }
    }
    return ended(await sync.finish(runId, 'succeeded'));
  } catch (error) {
    await sync.finish(runId, 'failed', String(error));
    throw error;
  }
}

/** undone plans an undo, approves it and applies it. */
export async function undone(sync: SyncUnderTest, scope: UndoScope): Promise<PlanResult & { readonly plan: Plan }> {
  const plan = await approve(sync, await undoOf(sync, scope));
  return { ...(await applied(sync, plan.id)), plan };
}

/** writesOf is a plan's writes, in the order of their source records. */
export async function writesOf({ database }: SyncUnderTest, planId: string): Promise<PlannedIntent[]> {
  return (await readPlanned(database, planId, { limit: 10_000 })).toSorted((a, b) => a.sourceId.localeCompare(b.sourceId, 'en', { numeric: true }));
}

/** refusalsOf is what a plan or the run that applies it leaves out. */
export function refusalsOf({ database }: SyncUnderTest, runId: string): Promise<Refusal[]> {
  return readRefusals(database, runId, { limit: 10_000 });
}

/** person makes a contact of the source. */
export function person(at: number, more: JsonObject = {}): JsonObject {
  return { email: `p${at}@example.org`, name: `Person ${at}`, phone: null, city: 'London', ...more };
}
