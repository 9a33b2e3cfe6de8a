import type { PlanWindowResult } from '../../src/contracts/plan.js';
import type { RunPlace } from '../../src/contracts/run.js';
import { baseValues } from '../../src/store/crosswalk.js';
import { park } from '../../src/store/dead-letters.js';
import { newId } from '../../src/store/new-id.js';
import { readPlanned, type PlannedIntent } from '../../src/store/plan-writes.js';
import type { Plan } from '../../src/store/plans.js';
import { advance, readRun, settleAttempt, totalCounts, type Run } from '../../src/store/runs.js';
import { superseded } from '../failure.js';
import { attemptFailure } from '../sync/attempt-failure.js';
import type { BatchWriter } from '../sync/batch-writer.js';
import { createBatchWriter } from '../sync/create-writer.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { LostAnswers } from '../sync/lost-answers.js';
import { lostKeys } from '../sync/lost-keys.js';
import { recoverOpenWrites } from '../sync/open-write-recovery.js';
import { PageTracker, type OpenPage } from '../sync/page-tracker.js';
import type { PlannedWrite } from '../sync/planned-write.js';
import { takeAttempt, type RunContext } from '../sync/run-context.js';
import { systemTrouble, TroubleBox } from '../sync/trouble.js';
import { createApplyFollowUps, planLetter } from './apply-follow-ups.js';
import { applyPairs } from './apply-pairs.js';
import { applyLedger } from './apply-ledger.js';
import { planOf } from './check-plan.js';
import { checkWrites } from './check-writes.js';
import { PlanContexts } from './plan-context.js';

/** How many planned writes make a page, before which everything is settled or nothing. */
const PART = 500;

/** How often lost answers may be probed for within one attempt. */
const PROBE_ROUNDS = 3;

/** For how long a look at the target counts; what is written later is looked at once more, milliseconds. */
const CHECK_COUNTS_MS = 60_000;

/**
 * applyWindow does the next part of a plan: it sends the planned writes through the ledger, and goes on where an attempt
 * before it ended. It first finds out what became of writes that were left open.
 */
export async function applyWindow(dependencies: SyncDependencies, input: { readonly runId: string }, heartbeat: Heartbeat): Promise<PlanWindowResult> {
  const { database } = dependencies;
  const run = await takeAttempt(database, input.runId);
  const plan = await planOf(dependencies, run);
  const contexts = await PlanContexts.load(dependencies, run);
  if (plan.kind === 'two-way' && contexts.twoWay !== undefined) return applyPairs(dependencies, contexts.twoWay, plan, heartbeat);
  const trouble = new TroubleBox();
  const lost = new LostAnswers(contexts.forward);
  let finished = false;
  for (let round = 0; round < PROBE_ROUNDS; round += 1) {
    trouble.clear();
    await orTrouble(trouble, async () => {
      for (const context of contexts.all) lost.add(await recoverOpenWrites(context, heartbeat.signal, (probed) => heartbeat.report({ phase: 'probing lost answers', probed }), contexts.closing(context)));
    });
    if (trouble.current() === undefined) finished = await new Window(dependencies, { plan, run, contexts, trouble, heartbeat, hopeless: lost.hopeless() }).work();
    // Only a lost answer is worth another round at once: probing settles it. Everything else takes time.
    if (trouble.current()?.kind !== 'unknown') break;
  }
  const left = trouble.current();
  if (left !== undefined) throw await attemptFailure(contexts.forward, left);
  await settleAttempt(database, run.id, run.epoch, { failures: 0 });
  return { done: finished, counts: await totalCounts(database, await readRun(database, run.id)) };
}

async function orTrouble(trouble: TroubleBox, task: () => Promise<unknown>): Promise<void> {
  try {
    await task();
  } catch (error) {
    trouble.report(systemTrouble(error));
  }
}

interface WindowParts {
  readonly plan: Plan;
  readonly run: Run;
  readonly contexts: PlanContexts;
  readonly trouble: TroubleBox;
  readonly heartbeat: Heartbeat;
  /** Source records whose writes come to nothing each time they are sent. */
  readonly hopeless: ReadonlySet<string>;
}

class Window {
  private readonly tracker: PageTracker;
  private readonly writers: ReadonlyMap<RunContext, BatchWriter>;
  private place: RunPlace;

  constructor(private readonly dependencies: SyncDependencies, private readonly parts: WindowParts) {
    const { run, contexts, trouble, heartbeat } = parts;
    this.place = run.place;
    this.tracker = new PageTracker({ place: run.place, counts: run.counts });
    this.writers = new Map(contexts.all.map((context) =>
      [context, createBatchWriter(context, trouble, heartbeat.signal, { ledger: applyLedger(context, contexts.closing(context)), followUps: createApplyFollowUps(context, heartbeat.signal) })]));
  }

  /** work goes on until the window is full or the plan has no more writes; true when there are none. */
  async work(): Promise<boolean> {
    const { trouble } = this.parts;
    let exhausted = false;
    await orTrouble(trouble, async () => { exhausted = await this.send(); });
    for (const writer of this.writers.values()) await orTrouble(trouble, () => writer.drain());
    await this.storePlace();
    return exhausted && trouble.current() === undefined && this.tracker.allSettled();
  }

  private async send(): Promise<boolean> {
    const { plan, trouble, heartbeat } = this.parts;
    const startedMs = Date.now();
    for (let sent = 0; ;) {
      const writes = await readPlanned(this.dependencies.database, plan.id, { after: this.place.appliedAfter, limit: PART });
      const last = writes.at(-1);
      if (last === undefined) return true;
      this.place = { ...this.place, appliedAfter: last.id };
      await this.sendPage(writes, this.tracker.open(this.place));
      sent += writes.length;
      heartbeat.report({ phase: 'writing the plan', sent });
      await this.storePlace();
      if (trouble.current() !== undefined || Date.now() - startedMs >= this.dependencies.window.durationMs) return false;
    }
  }

  private async sendPage(writes: readonly PlannedIntent[], page: OpenPage): Promise<void> {
    const { contexts, hopeless, trouble } = this.parts;
    page.count({ read: writes.length, parked: writes.filter(({ applied }) => applied === 'refused' || applied === 'unknown').length });
    const open = writes.filter(({ applied }) => applied === null);
    const misfits = new Map((await this.checkedAgain(open)).map(({ id, message }) => [id, message]));
    const bases = await baseValues(contexts.forward.database, contexts.forward.scope.syncNumber, open.map(({ entityId }) => entityId));
    for (const planned of open) {
      if (trouble.current() !== undefined) return;
      const context = contexts.of(planned);
      const write = writeOf(planned, context, bases.get(planned.entityId) ?? {}, page);
      const misfit = misfits.get(planned.id);
      if (misfit !== undefined) await this.parkWrite(context, write, 'changed-since-plan', misfit);
      else if (hopeless.has(planned.sourceId)) await this.parkWrite(context, write, 'no-answer', 'Each time this is sent, the answer is lost and the target does not show the change. Look at the target\'s log.');
      else await this.hand(context, write);
    }
    page.planned();
  }

  // Between the look at the whole plan and the last write much can happen, above all when the run was paused.
  private async checkedAgain(writes: readonly PlannedIntent[]) {
    const { plan, run, contexts, heartbeat } = this.parts;
    return Date.now() - (run.place.checkedMs ?? 0) < CHECK_COUNTS_MS ? [] : checkWrites(contexts, plan.kind, writes, heartbeat.signal);
  }

  private async hand(context: RunContext, write: PlannedWrite): Promise<void> {
    write.page.expect(1);
    for (const writer of this.writers.values()) await writer.settledFor(write.intent.sourceId);
    await this.writers.get(context)?.add(write);
  }

  private async parkWrite(context: RunContext, write: PlannedWrite, code: string, message: string): Promise<void> {
    await park(context.database, context.scope, [planLetter(write, code, message)]);
    write.page.count({ parked: 1 });
  }

  private async storePlace(): Promise<void> {
    const { place, counts } = this.tracker.reached();
    const { run } = this.parts;
    const moved = place.appliedAfter !== run.place.appliedAfter;
    if (moved && !(await advance(this.dependencies.database, run.id, run.epoch, place, counts))) throw superseded();
  }
}

function writeOf(planned: PlannedIntent, { mapper }: RunContext, base: PlannedIntent['after'], page: OpenPage): PlannedWrite {
  const { id, entityId, sourceId, sourceVersion, externalId, kind, reason, before, after, fingerprint, expectedVersion, keeps, agrees } = planned;
  const setsValues = kind === 'create' || kind === 'update';
  const keys = setsValues ? mapper.keys({ ...base, ...after }) : [];
  return {
    page, plannedId: id, payload: after, conflicts: 0, keys, droppedKeys: kind === 'update' ? lostKeys(mapper.keys(base), keys) : [],
    intent: { id: newId(), entityId, sourceId, sourceVersion, externalId, kind, reason, before, after, fingerprint, expectedVersion, ...(keeps === true ? { keeps } : {}), ...(agrees === undefined ? {} : { agrees }) },
  };
}
