import type { SourceRecord } from '../../src/contracts/connector.js';
import type { PlanWindowResult, UndoScope } from '../../src/contracts/plan.js';
import { holds } from '../../src/domain/holds.js';
import { addCounts, type RunPlace } from '../../src/contracts/run.js';
import { compileGetter } from '../../src/domain/json-pointer.js';
import { restoreFields } from '../../src/domain/restore-fields.js';
import { decideUndo, type PresentRecord, type TargetAbilities } from '../../src/domain/undo.js';
import { intend } from '../../src/store/ledger.js';
import { refuse, type NewRefusal } from '../../src/store/plan-refusals.js';
import { sealPlan } from '../../src/store/plan-seal.js';
import { forgetPlannedAfter } from '../../src/store/plan-writes.js';
import { advance, readRun, totalCounts, type Run } from '../../src/store/runs.js';
import { basePrints, nextWritten, type WrittenRecord } from '../../src/store/undo-history.js';
import { superseded } from '../failure.js';
import { attemptFailure } from '../sync/attempt-failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { takeAttempt, type RunContext } from '../sync/run-context.js';
import { systemTrouble } from '../sync/trouble.js';
import { atOnce } from './at-once.js';
import { leftBehind } from './left-behind.js';
import { PlanContexts } from './plan-context.js';
import { undoneRecord, type UndoneRecord } from './undone-record.js';
import { undoSubject, type UndoSubject } from './undo-query.js';

/** How many records are looked at before the place is stored. */
const PART = 500;

/** undoWindow makes the next part of an undo plan: it reads what each record holds now and plans what still can be taken back. */
export async function undoWindow(dependencies: SyncDependencies, { runId, scope }: { readonly runId: string; readonly scope: UndoScope }, heartbeat: Heartbeat): Promise<PlanWindowResult> {
  const { database, window } = dependencies;
  const run = await takeAttempt(database, runId);
  const contexts = await PlanContexts.load(dependencies, run);
  const subject = await undoSubject(database, scope);
  const startedMs = Date.now();
  let { place, counts } = run;
  let done = place.readDone === true;
  try {
    await forgetPlannedAfter(database, run.id, place.undoneAfter);
    while (!done && Date.now() - startedMs < window.durationMs) {
      const records = await nextWritten(database, subject.query, place.undoneAfter, PART);
      const undone = await undoPart({ run, contexts, subject }, records, heartbeat.signal);
      await store(run, contexts, undone);
      counts = addCounts(counts, countsOf(undone));
      const last = records.at(-1);
      done = last === undefined;
      if (done) await sealPlan(database, { runId: run.id, kind: 'undo', title: subject.title });
      place = placeAfter(place, last);
      if (!(await advance(database, run.id, run.epoch, place, counts))) throw superseded();
      heartbeat.report({ phase: 'reading what was written', looked: counts.read });
    }
    return { done, counts: await totalCounts(database, await readRun(database, run.id)) };
  } catch (error) {
    throw await attemptFailure(contexts.forward, systemTrouble(error));
  }
}

function placeAfter(place: RunPlace, last: WrittenRecord | undefined): RunPlace {
  return last === undefined ? { ...place, readDone: true } : { ...place, undoneAfter: { object: last.targetObject, id: last.externalId } };
}

interface Attempt {
  readonly run: Run;
  readonly contexts: PlanContexts;
  readonly subject: UndoSubject;
}

async function undoPart({ contexts, subject }: Attempt, records: readonly WrittenRecord[], signal: AbortSignal): Promise<UndoneRecord[]> {
  const bases = await basePrints(contexts.forward.database, subject.query.syncNumber, records.map(({ entityId }) => entityId));
  const reason = `undo${subject.run === undefined ? '' : ` of run ${subject.run.id}`}`;
  return atOnce(records, async (record) => {
    const context = contexts.of(record);
    const { target } = context;
    const base = bases.get(record.entityId);
    if (target.object.get === undefined) return undoneRecord({ record, context, base, reason, now: null, decision: 'cannot-read' });
    const now = await target.connector.get(target.objectName, record.externalId, signal);
    const decision = decideUndo(record.writes, now === null ? null : present(now, context), abilitiesOf(context));
    const leaves = contexts.twoWay === undefined ? undefined : leftBehind(contexts.twoWay, contexts.sideOf(context), now, decision.write);
    return undoneRecord({ record, context, base, reason, now, decision, leaves });
  });
}

function abilitiesOf({ target: { object } }: RunContext): TargetAbilities {
  return { update: object.update !== undefined, archive: object.archive !== undefined, delete: object.delete !== undefined, restore: restoreFields(object.archive) };
}

// A system may tell an archived record by nothing but the flags that its archive sets.
function present(record: SourceRecord, { target: { object } }: RunContext): PresentRecord {
  const flags = Object.entries(object.archive?.fields ?? {});
  const flagged = flags.length > 0 && flags.every(([field, value]) => holds(value, compileGetter(field)(record.data)));
  return { putAway: record.deleted || record.inactive || flagged, data: record.data };
}

async function store(run: Run, contexts: PlanContexts, undone: readonly UndoneRecord[]): Promise<void> {
  for (const { database, scope } of contexts.all) {
    const own = undone.filter(({ record }) => record.sourceObject === scope.sourceObject && record.targetObject === scope.targetObject);
    const intents = own.flatMap(({ intent }) => (intent === undefined ? [] : [intent]));
    if (intents.length > 0 && (await intend(database, scope, intents, 'planned')).size < intents.length) throw superseded();
  }
  await refuse(contexts.forward.database, run.id, undone.flatMap(({ refusal }): readonly NewRefusal[] => (refusal === undefined ? [] : [refusal])));
}

function countsOf(undone: readonly UndoneRecord[]): { readonly read: number; readonly unchanged: number; readonly ignored: number } {
  return {
    read: undone.length,
    unchanged: undone.filter(({ intent, refusal }) => intent === undefined && refusal === undefined).length,
    ignored: undone.filter(({ intent, refusal }) => intent === undefined && refusal !== undefined).length,
  };
}
