import { unflatten } from '../../src/domain/merge/flat-values.js';
import { storeReviews, supersedeReviews, type NewReview } from '../../src/store/identity-reviews.js';
import { separations } from '../../src/store/identity-separations.js';
import { joinPairs } from '../../src/store/pair-joins.js';
import { askedTargets, linkedApart, stalePairs, wakeAsked } from '../../src/store/pair-matches.js';
import { readPairs, settlePairs, type Pair } from '../../src/store/pairs.js';
import { refuse } from '../../src/store/plan-refusals.js';
import { ScoredMatcher, type ScoredVerdict } from '../sync/scored-matcher.js';
import { isSingle } from './pairing.js';
import type { TwoWayContext } from './two-way-context.js';

/** Compared is what comparing left of some pairs: those to go on with, and how many wait for a person. */
export interface Compared {
  readonly pairs: readonly Pair[];
  readonly waiting: number;
}

/**
 * ScoredPairing compares records of the source that no key has brought to anybody with the target's records that stand
 * alone, by the sync's scored match. The surest become pairs, the next are asked about; both halves of a question wait.
 */
export class ScoredPairing {
  private separated: Promise<ReadonlySet<string>> | undefined;
  /** Records of the target that a plan asks about: it stores no question. */
  private readonly asked = new Set<string>();

  private constructor(private readonly context: TwoWayContext, private readonly matcher: ScoredMatcher) {}

  /** of makes it for a sync with a scored match; undefined for others. */
  static of(context: TwoWayContext): ScoredPairing | undefined {
    const forward = context.towards.target;
    const { score } = forward.sync;
    return score === undefined ? undefined : new ScoredPairing(context, new ScoredMatcher(forward, score, stalePairs));
  }

  /** begin joins what a person has said is the same, and takes up again what waited for an answer that has come or may have changed. */
  async begin(): Promise<void> {
    const { database, scope, run } = this.context.towards.target;
    for (const { sourceEntityId, sourceId, targetEntityId } of await linkedApart(database, scope)) await joinPairs(database, scope, { entityId: sourceEntityId, id: sourceId }, targetEntityId);
    await wakeAsked(database, scope.syncNumber, { all: run.mode === 'full', createsBoth: this.context.createsBoth });
  }

  /** compare works through pairs that strong keys have been tried on. */
  async compare(pairs: readonly Pair[]): Promise<Compared> {
    const { database, scope, run } = this.context.towards.target;
    const strangers = pairs.filter((pair) => isSingle(pair, 'source'));
    const verdicts = await this.judge(strangers);
    const others = await readPairs(database, scope.syncNumber, [...verdicts.values()].flatMap(({ found }) => found.map(({ candidate }) => candidate.entityId)));
    const joined: string[] = [];
    const taken = new Set<string>();
    const reviews: NewReview[] = [];
    for (const pair of strangers) {
      const sourceId = pair.source.id ?? '';
      const verdict = verdicts.get(sourceId);
      const best = verdict?.found[0];
      const other = best === undefined ? undefined : others.get(best.candidate.entityId);
      if (verdict === undefined) continue;
      // Two records may resemble the same one: the second waits for a person.
      if (verdict.kind === 'link' && other !== undefined && isSingle(other, 'target') && !taken.has(other.entityId)) {
        taken.add(other.entityId);
        joined.push(await joinPairs(database, scope, { entityId: pair.entityId, id: sourceId }, other.entityId));
      } else {
        reviews.push(...questions(pair, verdict, others));
      }
    }
    if (run.mode !== 'plan') {
      await supersedeReviews(database, scope.syncNumber, strangers.map(({ source }) => source.id ?? ''), reviews);
      await storeReviews(database, scope, reviews);
    }
    for (const { targetId } of reviews) this.asked.add(targetId);
    return this.withoutWaiting([...pairs.map(({ entityId }) => entityId), ...joined], new Set(reviews.map(({ sourceId }) => sourceId)));
  }

  private async judge(strangers: readonly Pair[]): Promise<ReadonlyMap<string, ScoredVerdict>> {
    const { database, scope } = this.context.towards.target;
    const separated = await (this.separated ??= separations(database, scope));
    return this.matcher.judge(strangers.map(({ source }) => ({ record: { id: source.id ?? '' }, values: unflatten(source.values) })), separated);
  }

  // Of a record that is asked about nothing is made: it may turn out to be there already.
  private async withoutWaiting(entityIds: readonly string[], sourceIds: ReadonlySet<string>): Promise<Compared> {
    const { database, scope, run } = this.context.towards.target;
    const now = [...(await readPairs(database, scope.syncNumber, entityIds)).values()];
    const alone = this.context.createsBoth ? now.filter((pair) => isSingle(pair, 'target')) : [];
    const targetIds = await askedTargets(database, scope.syncNumber, alone.map(({ target }) => target.id ?? ''));
    const waits = (pair: Pair): boolean => (isSingle(pair, 'source') && sourceIds.has(pair.source.id ?? '')) || (alone.includes(pair) && (targetIds.has(pair.target.id ?? '') || this.asked.has(pair.target.id ?? '')));
    const waiting = now.filter(waits);
    const message = 'It resembles a record of the other side; a run would ask whether the two are the same.';
    if (run.mode === 'plan') {
      await refuse(database, run.id, waiting.map(({ source, target }) => ({
        ...(source.id === null ? { sourceObject: scope.targetObject, sourceId: target.id ?? '' } : { sourceObject: scope.sourceObject, sourceId: source.id }),
        targetObject: null, externalId: null, code: 'review', message, fields: [],
      })));
    } else {
      await settlePairs(database, scope.syncNumber, waiting.map(({ entityId, stamp }) => ({ entityId, stamp, agreed: {} })));
    }
    return { pairs: now.filter((pair) => !waits(pair)), waiting: waiting.length };
  }
}

function questions({ source }: Pair, { found }: ScoredVerdict, others: ReadonlyMap<string, Pair>): NewReview[] {
  return found.map(({ candidate: { entityId, targetId }, pair: { probability, reasons } }) => ({
    sourceId: source.id ?? '', targetId, entityId, probability, reasons: reasons.map(({ bits, text }) => ({ bits, text })),
    sourceValues: unflatten(source.values), targetValues: unflatten(others.get(entityId)?.target.values ?? {}),
  }));
}
