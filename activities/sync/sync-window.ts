import type { RunPlace } from '../../src/contracts/run.js';
import type { WindowInput, WindowResult } from '../../src/contracts/sync-workflow.js';
import { checkpointAfterRead } from '../../src/domain/cursor.js';
import { forgetPlanned } from '../../src/store/ledger.js';
import { forgetPreviewedProblems } from '../../src/store/letter-previews.js';
import { planOfSync, sealPlan } from '../../src/store/plan-seal.js';
import { forgetRefusals } from '../../src/store/plan-refusals.js';
import { advance, moveCursor, readRun, settleAttempt, totalCounts, type Run } from '../../src/store/runs.js';
import { superseded } from '../failure.js';
import { attemptFailure } from './attempt-failure.js';
import { LostAnswers } from './lost-answers.js';
import { createWriter } from './create-writer.js';
import type { SyncDependencies } from './dependencies.js';
import { restartAfter } from './expired-place.js';
import type { Heartbeat } from './heartbeat.js';
import { recoverOpenWrites } from './open-write-recovery.js';
import { PagePlanner } from './page-planner.js';
import { sourcePages } from './page-source.js';
import { PageTracker } from './page-tracker.js';
import { probeSelected } from './selected-unknowns.js';
import { readAhead } from './read-ahead.js';
import { takeRun, type RunContext } from './run-context.js';
import type { RecordWriter } from './record-writer.js';
import { TroubleBox, orTrouble } from './trouble.js';

/** How many pages are read while the ones before are worked on. */
const READ_AHEAD = 3;

/** How often the place is stored while a window goes on, milliseconds. */
const STORE_PLACE_MS = 250;

/** How often lost answers may be probed for within one attempt. */
const PROBE_ROUNDS = 3;

/**
 * syncWindow does the next part of a run: it reads pages ahead while it maps, matches and writes the ones before, and
 * stores how far it came. It first finds out what became of writes that an attempt before it left open.
 */
export async function syncWindow(dependencies: SyncDependencies, input: WindowInput, heartbeat: Heartbeat): Promise<WindowResult> {
  const context = await takeRun(dependencies, input.runId);
  const trouble = new TroubleBox();
  const lost = new LostAnswers(context);
  let finished = false;
  for (let round = 0; round < PROBE_ROUNDS; round += 1) {
    trouble.clear();
    await orTrouble(trouble, async () => {
      // To probe by its idempotency key is to send a write again, which a plan may not do.
      if (context.run.mode === 'plan') return;
      const onProgress = (probed: number): void => heartbeat.report({ phase: 'probing lost answers', probed });
      lost.add(await recoverOpenWrites(context, heartbeat.signal, onProgress));
      if (round === 0) await probeSelected(context, heartbeat.signal, onProgress);
    });
    if (trouble.current() === undefined && context.run.place.readDone === true) finished = true;
    else if (trouble.current() === undefined) finished = await new Window(dependencies, context, trouble, heartbeat, lost.hopeless()).work();
    // Only a lost answer is worth another round at once: probing settles it. Everything else takes time.
    if (trouble.current()?.kind !== 'unknown') break;
  }
  const left = trouble.current();
  if (left !== undefined) throw await attemptFailure(context, left);
  await settleAttempt(context.database, context.run.id, context.run.epoch, { failures: 0 });
  const run = await readRun(context.database, context.run.id);
  return { done: finished, counts: await totalCounts(context.database, run) };
}

/** Window is the pipeline of one window: read ahead, plan, write, keep the place. */
class Window {
  private readonly tracker: PageTracker;
  private readonly writer: RecordWriter;
  private readonly planner: PagePlanner;
  private readonly startedAtMs = Date.now();
  private storedAtMs = Date.now();
  private place: RunPlace;
  /** After an attempt that died without a word, each page is settled before the next one is read: one of them may be what kills. */
  private readonly isCareful: boolean;
  private restarted = false;
  private restarts = 0;

  constructor(
    private readonly dependencies: SyncDependencies,
    private readonly context: RunContext,
    private readonly trouble: TroubleBox,
    private readonly heartbeat: Heartbeat,
    unanswered: ReadonlySet<string>,
  ) {
    const { run } = context;
    this.place = run.place;
    this.isCareful = run.stalls > 1;
    this.tracker = new PageTracker({ place: run.place, counts: run.counts });
    this.writer = createWriter(context, trouble, heartbeat.signal);
    this.planner = new PagePlanner(context, this.writer, heartbeat.signal, { unanswered });
  }

  /** work goes on until the window is full or the source has no more pages; true when there are none. */
  async work(): Promise<boolean> {
    // A plan remembers which keys it has given out within one attempt only, so each attempt begins it anew.
    if (this.context.run.mode === 'plan') {
      await forgetPlanned(this.context.database, this.context.run.id);
      await forgetRefusals(this.context.database, this.context.run.id);
      await forgetPreviewedProblems(this.context.database, this.context.run.id);
    }
    const reading = this.readAndPlan();
    await Promise.allSettled([reading]);
    // Trouble with the source is no reason to drop what was planned before it: once that is written, the run is so much further.
    await orTrouble(this.trouble, () => this.writer.drain());
    let exhausted = false;
    await orTrouble(this.trouble, async () => { exhausted = await reading; });
    await this.storePlace(true);
    if (this.trouble.current() !== undefined || !exhausted || !this.tracker.allSettled()) return false;
    await this.complete();
    return true;
  }

  private async readAndPlan(): Promise<boolean> {
    await this.planner.prepare();
    for (let pages = 0; ; pages += 1) {
      const outcome = await this.readPages(pages);
      if (outcome !== 'token-expired') return outcome === 'exhausted';
      // The source no longer knows the place; what was read before is recognised and costs no writes.
      const { page: _expired, ...rest } = this.place;
      this.place = { ...rest, restarts: this.restarts };
    }
  }

  private async readPages(alreadyRead: number): Promise<'exhausted' | 'window-full' | 'token-expired'> {
    let pages = alreadyRead;
    try {
      for await (const { page, placeAfter, last } of readAhead(sourcePages(this.context, this.place, this.heartbeat.signal), this.isCareful ? 1 : READ_AHEAD)) {
        if (this.trouble.current() !== undefined) return 'window-full';
        this.place = placeAfter(this.place);
        await this.planner.plan(page, this.tracker.open(this.place));
        if (this.isCareful) await this.writer.drain();
        await this.storePlace(this.isCareful);
        pages += 1;
        this.heartbeat.report({ phase: 'reading and writing', pages, read: this.tracker.reached().counts.read });
        if (last) return 'exhausted';
        if (this.isFull(pages)) return 'window-full';
      }
      return 'exhausted';
    } catch (error) {
      const restarts = this.restarted ? undefined : restartAfter(error, this.place);
      if (restarts === undefined) throw error;
      [this.restarted, this.restarts] = [true, restarts];
      return 'token-expired';
    }
  }

  private isFull(pages: number): boolean {
    // A plan is made in one window, see work.
    if (this.context.run.mode === 'plan') return false;
    const { pages: maxPages, durationMs } = this.dependencies.window;
    return pages >= maxPages || Date.now() - this.startedAtMs >= durationMs;
  }

  private async storePlace(always: boolean): Promise<void> {
    if (this.context.run.mode === 'plan' || (!always && Date.now() - this.storedAtMs < STORE_PLACE_MS)) return;
    this.storedAtMs = Date.now();
    const { place, counts } = this.tracker.reached();
    const { run, database } = this.context;
    // Only complete() goes past the last page: from a place that names no page, a later attempt would begin all over.
    const moved = (place.page ?? place.selection) !== undefined && JSON.stringify(place) !== JSON.stringify(run.place);
    if (moved && !(await advance(database, run.id, run.epoch, place, counts))) throw superseded();
  }

  private async complete(): Promise<void> {
    const { run, database, scope, source } = this.context;
    const { place, counts } = this.tracker.reached();
    const since = source.object.since;
    if (since !== undefined && movesCheckpoint(run)) {
      const read = { startedAtMs: place.readStartMs ?? this.startedAtMs, ascending: true, ...(place.maxSeenMs === undefined ? {} : { newestMs: place.maxSeenMs }) };
      const checkpoint = checkpointAfterRead(read, since);
      if (checkpoint !== undefined) await moveCursor(database, scope.syncNumber, checkpoint);
    }
    if (run.mode === 'plan') await sealPlan(database, planOfSync(run));
    if (!(await advance(database, run.id, run.epoch, { ...place, readDone: true }, counts))) throw superseded();
  }
}

// A backfill reads beside the regular runs, a plan writes nothing, and a selection says nothing of the rest of the source.
function movesCheckpoint({ mode, place }: Run): boolean {
  return mode !== 'backfill' && mode !== 'plan' && place.selection?.only !== true;
}
