import type { Page } from '../../src/contracts/connector.js';
import { nothingMeasured, type MeasurePlace, type RunPlace } from '../../src/contracts/run.js';
import type { GuardedResult, MeasureInput } from '../../src/contracts/sync-workflow.js';
import { addBlanks } from '../../src/domain/blanked-fields.js';
import { breakerText, FEW, trippedBreaker, type Norms } from '../../src/domain/breakers.js';
import { lookUp } from '../../src/store/crosswalk.js';
import { advance, lastCompleteRead } from '../../src/store/runs.js';
import { countLinked } from '../../src/store/seen.js';
import { superseded } from '../failure.js';
import { attemptFailure } from './attempt-failure.js';
import { CountingWriter } from './counting-writer.js';
import type { SyncDependencies } from './dependencies.js';
import { restartAfter } from './expired-place.js';
import type { Heartbeat } from './heartbeat.js';
import { PagePlanner } from './page-planner.js';
import { readAhead } from './read-ahead.js';
import { takeRun, type RunContext } from './run-context.js';
import { systemTrouble } from './trouble.js';

/** How many pages are read while one is measured. */
const READ_AHEAD = 2;

/**
 * measureChanges reads what a run is about to read and counts what it would do to the linked records, one window of
 * pages at a time, without writing anything. More than the sync allows, or a source that has far fewer records than
 * before, holds the run.
 */
export async function measureChanges(dependencies: SyncDependencies, input: MeasureInput, heartbeat: Heartbeat): Promise<GuardedResult> {
  const context = await takeRun(dependencies, input.runId);
  try {
    return await new Measuring(dependencies, context, input, heartbeat).window();
  } catch (error) {
    throw await attemptFailure(context, systemTrouble(error));
  }
}

/** Measuring is one window of it. */
class Measuring {
  private readonly startedAtMs = Date.now();
  private readonly writer: CountingWriter;
  private readonly planner: PagePlanner;
  private place: MeasurePlace;
  private norms: Norms | undefined;
  private restarts: number | undefined;

  constructor(private readonly dependencies: SyncDependencies, private readonly context: RunContext, private readonly input: MeasureInput, private readonly heartbeat: Heartbeat) {
    const { run } = context;
    this.place = run.place.measure ?? nothingMeasured;
    this.writer = new CountingWriter(context.sync.fields.map(({ to }) => to));
    // As a plan, the planner decides what a run would do and leaves no trace of it.
    const { tracksSeen: _leftAlone, ...place } = run.place;
    this.planner = new PagePlanner({ ...context, run: { ...run, mode: 'plan', place } }, this.writer, heartbeat.signal, { leavesNoTrace: true });
  }

  async window(): Promise<GuardedResult> {
    await this.planner.prepare();
    const end = await this.pages().catch(async (error: unknown) => {
      const restarts = restartAfter(error, this.context.run.place);
      if (restarts === undefined) throw error;
      // What was counted before would be counted a second time.
      [this.place, this.restarts] = [nothingMeasured, restarts];
      return this.pages();
    });
    const { counts } = this.context.run;
    if (end === 'window-full') return { done: false, counts, held: null };
    const held = await this.verdict(end === 'exhausted');
    if (held === null) await this.store({ ...this.place, done: true });
    return { done: true, counts, held };
  }

  private async pages(): Promise<'exhausted' | 'window-full' | 'tripped'> {
    const { source, run } = this.context;
    const { sinceMs } = run.place;
    const { page: from } = this.place;
    const { pages: maxPages, durationMs } = this.dependencies.window;
    const request = { signal: this.heartbeat.signal, ...(from === undefined ? {} : { from }), ...(sinceMs === undefined ? {} : { sinceMs }) };
    let pages = 0;
    for await (const page of readAhead(source.connector.list(source.objectName, request), READ_AHEAD)) {
      await this.measure(page);
      pages += 1;
      this.heartbeat.report({ phase: 'measuring', pages, read: this.place.read });
      if (page.next === null) return 'exhausted';
      await this.store({ ...this.place, page: page.next });
      if ((await this.verdict(false)) !== null) return 'tripped';
      if (pages >= maxPages || Date.now() - this.startedAtMs >= durationMs) return 'window-full';
    }
    return 'exhausted';
  }

  private async measure(page: Page): Promise<void> {
    const { database, scope } = this.context;
    const known = await lookUp(database, scope, page.records.map((record) => record.id));
    // Only a record that stands for one of the target's can be changed there; the others would be made, or are nobody's business.
    const linked = page.records.filter(({ id }) => (known.get(id)?.targetId ?? null) !== null);
    this.writer.take(); // What a page has left that was broken off.
    await this.planner.plan({ ...page, records: linked, bad: [] }, this.writer.page);
    const { changes, removals, blanks } = this.writer.take();
    this.place = {
      ...this.place, read: this.place.read + page.records.length,
      changes: this.place.changes + changes, removals: this.place.removals + removals, blanks: addBlanks(this.place.blanks ?? {}, blanks),
    };
  }

  /** Says why the run must not write, or null as far as is known. */
  private async verdict(complete: boolean): Promise<string | null> {
    const { changes, removals } = this.place;
    const readsAll = this.context.run.place.sinceMs === undefined;
    // Counting the links takes a while where there are millions; a run that does little is not held whatever their number.
    if (changes < FEW && removals < FEW && !(complete && readsAll)) return null;
    const measured = { ...this.place, complete };
    this.norms ??= await this.readNorms(readsAll);
    const breaker = trippedBreaker(measured, this.norms);
    const { sync } = this.context.sync;
    return breaker === null ? null : breakerText(breaker, measured, this.norms, `crosswalk sync ${sync}${this.context.run.mode === 'full' ? ' --full' : ''}`);
  }

  private async readNorms(readsAll: boolean): Promise<Norms> {
    const { database, scope, sync } = this.context;
    const linked = await countLinked(database, scope);
    // Links outlive their records where a sync ignores deletes: what the last complete read brought is to be expected as well.
    const expected = readsAll ? Math.min(linked, (await lastCompleteRead(database, scope.syncNumber)) ?? linked) : null;
    return { linked, expected, limits: sync.limits, allowances: this.input };
  }

  private async store(measure: MeasurePlace): Promise<void> {
    const { database, run } = this.context;
    this.place = measure;
    const place: RunPlace = { ...run.place, measure, ...(this.restarts === undefined ? {} : { restarts: this.restarts }) };
    if (!(await advance(database, run.id, run.epoch, place, run.counts))) throw superseded();
  }
}
