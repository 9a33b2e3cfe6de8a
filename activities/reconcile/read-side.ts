import { SystemError } from '../../src/contracts/system-error.js';
import type { Page } from '../../src/contracts/connector.js';
import type { ReadSideInput, ReconcileWindowResult } from '../../src/contracts/reconcile-workflow.js';
import type { ReconciliationCounts, SidePlace } from '../../src/contracts/reconciliation.js';
import { forgetSide } from '../../src/store/reconciliation-records.js';
import { advanceReconciliation } from '../../src/store/reconciliations.js';
import { superseded } from '../failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { readAhead } from '../sync/read-ahead.js';
import { OlderMappers } from './older-mappers.js';
import { takeContext, type ReconcileContext } from './reconcile-context.js';
import { reconcileFailure } from './reconcile-failure.js';
import { stageSourcePage, stageTargetPage } from './stage-page.js';

/** How many pages are read while the ones before are worked on. */
const READ_AHEAD = 2;

/** readSide reads the next window of pages of one side, and keeps of each record what is needed to compare it. */
export async function readSide(dependencies: SyncDependencies, { reconciliationId, side }: ReadSideInput, heartbeat: Heartbeat): Promise<ReconcileWindowResult> {
  const context = await takeContext(dependencies, reconciliationId);
  const reader = new SideReader(context, side);
  try {
    return await reader.read(dependencies, heartbeat);
  } catch (error) {
    // The system no longer knows the place; what was kept might have gone since, so the side is read anew.
    if (error instanceof SystemError && error.detail.code === 'page-token-expired') await reader.beginAgain();
    throw await reconcileFailure(context, error);
  }
}

class SideReader {
  private place: SidePlace;
  private counts: ReconciliationCounts;
  private readonly older: OlderMappers;

  constructor(private readonly context: ReconcileContext, private readonly side: ReadSideInput['side']) {
    this.place = context.reconciliation.place[side] ?? {};
    this.counts = context.reconciliation.counts;
    this.older = new OlderMappers(context);
  }

  async read({ window }: SyncDependencies, heartbeat: Heartbeat): Promise<ReconcileWindowResult> {
    if (this.isDone()) return { done: true, counts: this.counts };
    await this.older.prepare();
    const { connector, objectName } = this.context[this.side];
    const startedMs = Date.now();
    const { page: from } = this.place;
    let pages = 0;
    for await (const page of readAhead(connector.list(objectName, { signal: heartbeat.signal, ...(from === undefined ? {} : { from }) }), READ_AHEAD)) {
      await this.stage(page);
      pages += 1;
      await this.advance(page.next === null ? { done: true } : { page: page.next });
      heartbeat.report({ phase: `reading the ${this.side}`, read: this.counts[this.side] });
      if (page.next === null || pages >= window.pages || Date.now() - startedMs >= window.durationMs) break;
    }
    // A list may end without saying so.
    if (pages === 0) await this.advance({ done: true });
    return { done: this.isDone(), counts: this.counts };
  }

  async beginAgain(): Promise<void> {
    await forgetSide(this.context.database, this.context.reconciliation.id, this.side);
    this.counts = { ...this.counts, [this.side]: 0 };
    await this.advance({});
  }

  private isDone(): boolean {
    return this.place.done === true;
  }

  private async stage(page: Page): Promise<void> {
    if (this.side === 'source') await stageSourcePage(this.context, this.older, page.records);
    else await stageTargetPage(this.context, page.records);
    this.counts = { ...this.counts, [this.side]: this.counts[this.side] + page.records.length, bad: this.counts.bad + page.bad.length };
  }

  private async advance(place: SidePlace): Promise<void> {
    this.place = place;
    const { database, reconciliation } = this.context;
    if (!(await advanceReconciliation(database, reconciliation, { ...reconciliation.place, [this.side]: place }, this.counts))) throw superseded();
  }
}
