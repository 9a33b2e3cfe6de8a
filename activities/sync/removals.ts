import type { RemovalsInput, RemovalsResult } from '../../src/contracts/sync-workflow.js';
import { newId } from '../../src/store/new-id.js';
import type { RemovalRule, SyncDefinition } from '../../src/contracts/sync-definition.js';
import type { JsonObject } from '../../src/contracts/json.js';
import { baseValues, lookUp, unlink, type KnownRecord } from '../../src/store/crosswalk.js';
import { countMissing, nextMissing, type MissingCount } from '../../src/store/seen.js';
import { recordsWithUnknownOutcome } from '../../src/store/ledger.js';
import { planOfSync, sealPlan } from '../../src/store/plan-seal.js';
import { advance, readRun, totalCounts } from '../../src/store/runs.js';
import { superseded } from '../failure.js';
import { attemptFailure } from './attempt-failure.js';
import type { SyncDependencies } from './dependencies.js';
import type { Heartbeat } from './heartbeat.js';
import { recoverOpenWrites } from './open-write-recovery.js';
import { PageTracker, type OpenPage } from './page-tracker.js';
import type { PlannedWrite } from './planned-write.js';
import type { RecordWriter } from './record-writer.js';
import { takeRun, type RunContext } from './run-context.js';
import { TroubleBox, systemTrouble } from './trouble.js';
import { createWriter } from './create-writer.js';

/** How many missing records are worked on at a time. */
const PART = 500;

/** Up to this many, only the loss of more than half of all records is held back: shares say little about a handful. */
const FEW = 10;

/**
 * removeMissing is the second phase of deletes: it acts on records that a complete read did not come across, after
 * asking the source for each of them. More of them than the sync allows are held back for a person.
 */
export async function removeMissing(dependencies: SyncDependencies, input: RemovalsInput, heartbeat: Heartbeat): Promise<RemovalsResult> {
  const context = await takeRun(dependencies, input.runId);
  const { database, scope, run, sync } = context;
  const missing = await countMissing(database, scope, run.id);
  // What a plan would remove is held back by its approval.
  const held = input.allowRemovals || run.mode === 'plan' ? null : holdBack(missing, sync);
  if (held !== null) return { done: true, counts: await totalCounts(database, run), held };
  const trouble = new TroubleBox();
  const tracker = new PageTracker({ place: run.place, counts: run.counts });
  const page = tracker.open({ ...run.place, removalsDone: true });
  try {
    await recoverOpenWrites(context, heartbeat.signal, (probed) => heartbeat.report({ phase: 'probing lost answers', probed }));
    await removeAll(context, trouble, page, heartbeat);
  } catch (error) {
    trouble.report(systemTrouble(error));
  }
  const left = trouble.current();
  if (left !== undefined) throw await attemptFailure(context, left);
  if (run.mode === 'plan') await sealPlan(database, planOfSync(run));
  const { place, counts } = tracker.reached();
  if (!(await advance(database, run.id, run.epoch, place, counts))) throw superseded();
  return { done: true, counts: await totalCounts(database, await readRun(database, run.id)), held: null };
}

/** isTooManyRemovals says that more records would go than a share allows; of a handful, that it is more than half of all. */
export function isTooManyRemovals({ linked, missing }: MissingCount, share: number): boolean {
  const few = missing <= FEW && share > 0;
  return few ? missing * 2 > linked && linked > 1 : missing > linked * share;
}

/** holdBack says why a removal must wait for a person, or null when it may go ahead. */
export function holdBack({ linked, missing }: MissingCount, sync: Pick<SyncDefinition, 'limits' | 'sync'>): string | null {
  if (!isTooManyRemovals({ linked, missing }, sync.limits.deletes)) return null;
  const share = Math.round((missing / linked) * 1000) / 10;
  return (
    `${missing} of ${linked} linked records (${share} %) were not in a complete read of the source, and the sync allows ${Math.round(sync.limits.deletes * 100_000) / 1000} %. ` +
    `Nothing was removed. If the source is right, run "crosswalk sync ${sync.sync} --full --allow-removals".`
  );
}

async function removeAll(context: RunContext, trouble: TroubleBox, page: OpenPage, heartbeat: Heartbeat): Promise<void> {
  const writer = createWriter(context, trouble, heartbeat.signal);
  let after = '';
  for (let removed = 0; trouble.current() === undefined; removed += PART) {
    const ids = await nextMissing(context.database, context.scope, context.run.id, after, PART);
    const last = ids.at(-1);
    if (last === undefined) break;
    after = last;
    heartbeat.report({ phase: 'removing', looked: removed + ids.length });
    await removePart(context, writer, page, await confirmGone(context, ids, heartbeat.signal));
  }
  page.planned();
  await writer.drain();
}

// A record can slip past a full read when pages shift under it, so each one is asked for before anything is removed.
async function confirmGone(context: RunContext, ids: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const { connector, object, objectName } = context.source;
  if (object.get === undefined) return ids;
  const gone = await Promise.all(ids.map(async (id) => {
    const record = await connector.get(objectName, id, signal);
    return record === null || record.deleted ? [id] : [];
  }));
  return gone.flat();
}

async function removePart(context: RunContext, writer: RecordWriter, page: OpenPage, gone: readonly string[]): Promise<void> {
  const waitsForAPerson = await recordsWithUnknownOutcome(context.database, context.scope.syncNumber);
  const ids = gone.filter((id) => !waitsForAPerson.has(id));
  const known = await lookUp(context.database, context.scope, ids);
  if (context.sync.onDelete === 'unlink') {
    if (context.run.mode !== 'plan') await unlink(context.database, context.scope, ids);
    page.count({ unlinked: ids.length });
    return;
  }
  const bases = await baseValues(context.database, context.scope.syncNumber, [...known.values()].map((record) => record.entityId));
  for (const id of ids) {
    const record = known.get(id);
    const write = record === undefined ? undefined : removalWrite(context.sync.onDelete, record, page, 'gone at the source', bases.get(record.entityId));
    if (write === undefined) continue;
    page.expect(1);
    await writer.add(write);
  }
}

/** removalWrite plans what a rule says for a record that is gone or inactive; undefined where there is nothing to write. */
export function removalWrite(rule: RemovalRule, known: KnownRecord, page: OpenPage, reason: string, before: JsonObject | undefined): PlannedWrite | undefined {
  if ((rule !== 'archive' && rule !== 'delete') || known.targetId === null || known.sourceState === 'gone') return undefined;
  return {
    page, payload: null, conflicts: 0, keys: [], droppedKeys: [],
    intent: {
      id: newId(), entityId: known.entityId, sourceId: known.sourceId, sourceVersion: null, externalId: known.targetId, kind: rule,
      reason, before: before ?? null, after: {}, fingerprint: null, expectedVersion: known.targetVersion,
    },
  };
}
