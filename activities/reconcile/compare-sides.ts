import type { ReconcileWindowInput, ReconcileWindowResult } from '../../src/contracts/reconcile-workflow.js';
import type { ReconciliationCounts, ReconciliationPlace } from '../../src/contracts/reconciliation.js';
import { addDifferences, forgetDifferences, type NewDifference } from '../../src/store/reconciliation-differences.js';
import { storedFacts, type StoredFacts } from '../../src/store/reconciliation-facts.js';
import { joinSidesOf, nextPairs, type ListedPair } from '../../src/store/reconciliation-pairs.js';
import { advanceReconciliation } from '../../src/store/reconciliations.js';
import { superseded } from '../failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { createPairJudge, type PairJudge } from './judge-pair.js';
import { livePair, stagedPair, type PairNow } from './live-pair.js';
import { takeContext, type ReconcileContext } from './reconcile-context.js';
import { reconcileFailure } from './reconcile-failure.js';

/** How many pairs are looked at together; both systems are asked for each of those that differ, several at once. */
const PART = 100;

/** Beyond so many, records that differ are reported as they were read: whatever made so many differ, it was no coincidence of reading. */
const CONFIRMED_AT_MOST = 2_000;

/** compareSides joins both sides, which takes one statement, and then looks at the pairs that do not plainly agree, a window at a time. */
export async function compareSides(dependencies: SyncDependencies, { reconciliationId }: ReconcileWindowInput, heartbeat: Heartbeat): Promise<ReconcileWindowResult> {
  const context = await takeContext(dependencies, reconciliationId);
  try {
    return await new Comparison(context, heartbeat).work(dependencies.window.durationMs);
  } catch (error) {
    throw await reconcileFailure(context, error);
  }
}

class Comparison {
  private place: ReconciliationPlace;
  private counts: ReconciliationCounts;

  constructor(private readonly context: ReconcileContext, private readonly heartbeat: Heartbeat) {
    this.place = context.reconciliation.place;
    this.counts = context.reconciliation.counts;
  }

  async work(durationMs: number): Promise<ReconcileWindowResult> {
    const { database, reconciliation } = this.context;
    const startedMs = Date.now();
    if (this.place.joined !== true) await this.join();
    const judge = await createPairJudge(this.context);
    while (Date.now() - startedMs < durationMs) {
      const pairs = await nextPairs(database, reconciliation.id, this.place.judged ?? 0, PART);
      const last = pairs.at(-1);
      if (last === undefined) return { done: true, counts: this.counts };
      await this.judge(pairs, last.number, judge);
      this.heartbeat.report({ phase: 'comparing', judged: this.counts.judged, pairs: this.counts.pairs });
    }
    return { done: false, counts: this.counts };
  }

  private async join(): Promise<void> {
    const { database, reconciliation, scope } = this.context;
    await forgetDifferences(database, reconciliation.id);
    const joined = await joinSidesOf(database, reconciliation.id, scope);
    await this.advance({ ...this.place, joined: true, judged: 0, confirmed: 0 }, { ...this.counts, ...joined, judged: 0, onlySource: 0, onlyTarget: 0, differs: 0, duplicates: 0, unconfirmed: 0 });
  }

  private async judge(pairs: readonly ListedPair[], last: number, judge: PairJudge): Promise<void> {
    const { database, reconciliation, scope } = this.context;
    const facts = new Map((await storedFacts(database, reconciliation.id, scope, pairs)).map((row) => [row.number, row]));
    let confirmed = this.place.confirmed ?? 0;
    const looked = await Promise.all(pairs.map(async (pair) => {
      const known = facts.get(pair.number);
      if (known === undefined) return { difference: null };
      const read = stagedPair(pair, known);
      const first = read === undefined ? undefined : judge(pair, known, read);
      if (first === null) return { difference: null };
      if (read !== undefined && confirmed >= CONFIRMED_AT_MOST) return { difference: first ?? null };
      confirmed += 1;
      return { difference: judge(pair, known, await this.ask(pair, known)) };
    }));
    const differences = looked.flatMap(({ difference }) => difference ?? []);
    await addDifferences(database, reconciliation.id, differences);
    const agreed = pairs.filter(({ duplicate, sourceId, targetId }, at) => looked[at]?.difference === null && duplicate === null && sourceId !== null && targetId !== null).length;
    const found = differences.reduce(counted, this.counts);
    await this.advance({ ...this.place, judged: last, confirmed }, { ...found, agreeing: this.counts.agreeing + agreed, judged: last });
  }

  private ask(pair: ListedPair, facts: StoredFacts): Promise<PairNow> {
    // Of a duplicate only the record itself is in question.
    const known = pair.duplicate === null ? facts : { ...facts, linkedSourceId: null, linkedTargetId: null };
    return livePair(this.context, pair, known, this.heartbeat.signal);
  }

  private async advance(place: ReconciliationPlace, counts: ReconciliationCounts): Promise<void> {
    const { database, reconciliation } = this.context;
    if (!(await advanceReconciliation(database, reconciliation, place, counts))) throw superseded();
    this.place = place;
    this.counts = counts;
  }
}

const countOf = { 'only-source': 'onlySource', 'only-target': 'onlyTarget', differs: 'differs', duplicate: 'duplicates' } as const;

function counted(counts: ReconciliationCounts, { kind, confirmed }: NewDifference): ReconciliationCounts {
  return { ...counts, [countOf[kind]]: counts[countOf[kind]] + 1, unconfirmed: counts.unconfirmed + (confirmed ? 0 : 1) };
}
