import type { Page } from '../../src/contracts/connector.js';
import { addCounts, type RunCounts, type SidePlace } from '../../src/contracts/run.js';
import { SystemError } from '../../src/contracts/system-error.js';
import type { ObserveInput, WindowResult } from '../../src/contracts/sync-workflow.js';
import { checkpointAfterRead } from '../../src/domain/cursor.js';
import { park } from '../../src/store/dead-letters.js';
import { countCame, observeStates, unseenRecords, type PairSide } from '../../src/store/pairs.js';
import { advance, moveSideCursor, settleAttempt, totalCounts } from '../../src/store/runs.js';
import { markSeen } from '../../src/store/seen.js';
import { superseded } from '../failure.js';
import { attemptFailure } from '../sync/attempt-failure.js';
import { badRecordLetter } from '../sync/dead-letter.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { readAhead } from '../sync/read-ahead.js';
import { takeRun, type Side } from '../sync/run-context.js';
import { systemTrouble } from '../sync/trouble.js';
import { sight } from './sight.js';
import { twoWayContext, type TwoWayContext } from './two-way-context.js';

const READ_AHEAD = 3;

/** How many unseen records are asked for at once. */
const PART = 16;

/**
 * observeSide reads the next window of one side of a two-way sync and notes what its records hold; nothing is written to
 * any system. After a complete read, records that it did not come across are asked for one by one: gone is only what the
 * system itself says is gone.
 */
export async function observeSide(dependencies: SyncDependencies, { runId, side }: ObserveInput, heartbeat: Heartbeat): Promise<WindowResult> {
  const context = twoWayContext(await takeRun(dependencies, runId));
  const reading = new SideReading(dependencies, context, side, heartbeat);
  try {
    const done = await reading.window();
    const { database, run } = context.towards.target;
    await settleAttempt(database, run.id, run.epoch, { failures: 0 });
    return { done, counts: await totalCounts(database, { ...run, counts: reading.counts }) };
  } catch (error) {
    throw await attemptFailure(context.towards.target, systemTrouble(error));
  }
}

class SideReading {
  counts: RunCounts;
  private place: SidePlace;
  private readonly end: Side;

  constructor(private readonly dependencies: SyncDependencies, private readonly context: TwoWayContext, private readonly side: PairSide, private readonly heartbeat: Heartbeat) {
    const { run, [side]: end } = context.towards.target;
    this.end = end;
    this.counts = run.counts;
    this.place = run.place.sides?.[side] ?? { readStartMs: Date.now() };
  }

  /** window reads pages until the window is full or there are none left; true when this side has been read. */
  async window(): Promise<boolean> {
    if (this.place.readDone === true) return true;
    const { pages: most, durationMs } = this.dependencies.window;
    const startedAt = Date.now();
    let pages = 0;
    try {
      for await (const page of readAhead(this.end.connector.list(this.end.objectName, this.request()), READ_AHEAD)) {
        await this.take(page);
        pages += 1;
        this.heartbeat.report({ phase: `reading the ${this.side}`, pages, read: this.counts.read });
        if (page.next === null) break;
        await this.store();
        if (pages >= most || Date.now() - startedAt >= durationMs) return false;
      }
    } catch (error) {
      if (!(error instanceof SystemError) || error.detail.code !== 'page-token-expired') throw error;
      // The system no longer knows the place; what was seen before is recognised.
      const { page: _expired, ...place } = this.place;
      this.place = place;
      await this.store();
      return false;
    }
    await this.complete();
    return true;
  }

  private request() {
    const { page: from, sinceMs } = this.place;
    return { signal: this.heartbeat.signal, ...(from === undefined ? {} : { from }), ...(sinceMs === undefined ? {} : { sinceMs }) };
  }

  private async take(page: Page): Promise<void> {
    const { towards } = this.context;
    const { database, scope } = towards.target;
    if (this.isComplete()) await markSeen(database, scope.runId, page.records.map(({ id }) => `${this.side}:${id}`));
    const { ignored, parked } = await sight(this.context, this.side, page.records);
    await park(database, this.side === 'source' ? scope : towards.source.scope, page.bad.map(badRecordLetter));
    this.counts = addCounts(this.counts, { read: page.records.length + page.bad.length, ignored, parked: parked + page.bad.length });
    const { page: _before, ...rest } = this.place;
    const maxSeenMs = page.records.reduce((most, { updatedAtMs }) => Math.max(most, updatedAtMs ?? 0), this.place.maxSeenMs ?? 0);
    this.place = { ...rest, ...(maxSeenMs > 0 ? { maxSeenMs } : {}), ...(page.next === null ? {} : { page: page.next }) };
  }

  /** Only a read of everything can tell what is missing. */
  private isComplete(): boolean {
    return this.place.sinceMs === undefined && this.end.object.isPartial !== true;
  }

  private async complete(): Promise<void> {
    const { database, run, scope } = this.context.towards.target;
    if (this.isComplete()) {
      // Counted before records are asked for one by one: a list that shrank is not to be believed even where those are gone.
      this.place = { ...this.place, came: await countCame(database, scope, this.side) };
      await this.askForUnseen();
    }
    const { since } = this.end.object;
    if (since !== undefined && run.mode !== 'plan') {
      const { readStartMs: startedAtMs, maxSeenMs } = this.place;
      const checkpoint = checkpointAfterRead({ startedAtMs, ascending: true, ...(maxSeenMs === undefined ? {} : { newestMs: maxSeenMs }) }, since);
      if (checkpoint !== undefined) await moveSideCursor(database, scope.syncNumber, this.side, checkpoint);
    }
    this.place = { ...this.place, readDone: true };
    await this.store();
  }

  private async askForUnseen(): Promise<void> {
    const { database, scope } = this.context.towards.target;
    for (let after = ''; ;) {
      const ids = await unseenRecords(database, scope, this.side, after, PART);
      const last = ids.at(-1);
      if (last === undefined) return;
      await Promise.all(ids.map((id) => this.lookAgain(id)));
      this.heartbeat.report({ phase: `asking the ${this.side} for records that its list left out`, after: last });
      after = last;
    }
  }

  private async lookAgain(id: string): Promise<void> {
    const { database, scope } = this.context.towards.target;
    const { connector, object, objectName } = this.end;
    const record = object.get === undefined ? null : await connector.get(objectName, id, this.heartbeat.signal);
    if (record === null) await observeStates(database, scope, this.side, [{ id, state: 'gone', version: null, atMs: null }]);
    else await sight(this.context, this.side, [record]);
  }

  private async store(): Promise<void> {
    const { database, run } = this.context.towards.target;
    const sides = { ...(run.place.sides ?? { source: this.place, target: this.place }), [this.side]: this.place };
    if (!(await advance(database, run.id, run.epoch, { ...run.place, sides }, this.counts))) throw superseded();
  }
}
