import { hash } from 'node:crypto';
import type { JsonObject } from '../../src/contracts/json.js';
import type { ScoredMatch } from '../../src/contracts/sync-definition.js';
import type { Match as ScoredPair } from '../../src/domain/identity/match.js';
import { learnPopulation, type Population } from '../../src/domain/identity/population.js';
import { scoreRecord } from '../../src/domain/identity/score-record.js';
import { compileScoredFields, type ScoredFields } from '../../src/domain/scored-fields.js';
import { candidateSample, nearestCandidates, staleBases, storeCandidates, type FoundCandidate } from '../../src/store/identity-candidates.js';
import { separationKey } from '../../src/store/identity-separations.js';
import type { MappedSource } from './page-planner.js';
import type { RunContext } from './run-context.js';

/** ScoredVerdict is what a record came to: linked by itself, or to be asked about. Of a record that resembles none there is none. */
export interface ScoredVerdict {
  readonly kind: 'link' | 'review';
  /** The most probable first; of a link, the one. */
  readonly found: readonly { readonly candidate: FoundCandidate; readonly pair: ScoredPair }[];
}

/** ScoredRecord is what of a record of the source is compared. */
export interface ScoredRecord extends Pick<MappedSource, 'values'> {
  readonly record: Pick<MappedSource['record'], 'id'>;
}

/** So many records of the target are looked at for each record. */
const CANDIDATES = 12;
/** What agreement by chance is worth is learned from this many records of the target. */
const SAMPLE = 5_000;
/** Candidates are made anew in portions of this many. */
const PORTION = 2_000;
const FIRST_ENTITY = '00000000-0000-0000-0000-000000000000';

/**
 * ScoredMatcher compares records that no strong key brought to anybody with the target's records that nobody is linked
 * to. What the target has is taken up once a window, when the first such record comes.
 */
export class ScoredMatcher {
  private readonly fields: ScoredFields;
  private population: Promise<Population> | undefined;

  /** `stale` gives what the target has and was not compared yet; bases, unless said otherwise. */
  constructor(private readonly context: RunContext, private readonly score: ScoredMatch, private readonly stale: typeof staleBases = staleBases) {
    this.fields = compileScoredFields(score.fields);
  }

  /** judge decides for records without a strong key's match, by their ids; `separated` are pairs that a person has said are two. */
  async judge(sources: readonly ScoredRecord[], separated: ReadonlySet<string>): Promise<ReadonlyMap<string, ScoredVerdict>> {
    const verdicts = new Map<string, ScoredVerdict>();
    if (sources.length === 0) return verdicts;
    const population = await (this.population ??= this.learn());
    const forms = new Map(sources.map(({ record, values }) => [record.id, this.fields.formsOf(values)]));
    const keys = new Map([...forms].map(([id, own]) => [id, this.fields.keysOf(own)]));
    const nearest = await nearestCandidates(this.context.database, this.context.scope, keys, CANDIDATES);
    for (const [id, own] of forms) {
      const candidates = (nearest.get(id) ?? []).filter((candidate) => this.fields.mayMatch(own, candidate.fields) && !separated.has(separationKey(id, candidate.targetId)));
      const verdict = this.verdict(scoreRecord(population, { id, values: own }, candidates.map(({ entityId, fields }) => ({ id: entityId, values: fields }))), candidates);
      if (verdict !== undefined) verdicts.set(id, verdict);
    }
    return verdicts;
  }

  private verdict(pairs: readonly ScoredPair[], candidates: readonly FoundCandidate[]): ScoredVerdict | undefined {
    const { link, review } = this.score;
    const found = pairs.flatMap((pair) => {
      const candidate = candidates.find(({ entityId }) => entityId === pair.right);
      return candidate === undefined || pair.probability < review ? [] : [{ candidate, pair }];
    });
    const [best] = found;
    if (best === undefined) return undefined;
    return best.pair.probability >= link ? { kind: 'link', found: [best] } : { kind: 'review', found };
  }

  private async learn(): Promise<Population> {
    const { database, scope } = this.context;
    await this.takeUpBases();
    const { candidates, total } = await candidateSample(database, scope.syncNumber, SAMPLE);
    return learnPopulation(this.fields.fields, candidates.map(({ entityId, fields }) => ({ id: entityId, values: fields })), total);
  }

  private async takeUpBases(): Promise<void> {
    const { database, scope } = this.context;
    const shape = hash('sha256', JSON.stringify(this.fields.fields), 'hex').slice(0, 16);
    for (let after = FIRST_ENTITY; ;) {
      const stale = await this.stale(database, scope.syncNumber, shape, after, PORTION);
      await storeCandidates(database, scope.syncNumber, shape, stale.map((base) => {
        const fields = this.fields.formsOf(base.values as JsonObject);
        return { entityId: base.entityId, hash: base.hash, fields, keys: this.fields.keysOf(fields) };
      }));
      const last = stale.at(-1);
      if (last === undefined || stale.length < PORTION) return;
      after = last.entityId;
    }
  }
}

/** scoreInWords says in one sentence why two records were linked, without a value of either. */
export function scoreInWords({ probability, reasons }: ScoredPair): string {
  const heaviest = reasons.filter(({ bits }) => bits >= 1).slice(0, 3).map(({ text }) => text);
  return `scored ${percent(probability)}: ${heaviest.join('; ')}`;
}

/** Never rounded up to certainty. */
function percent(probability: number): string {
  return `${(Math.floor(probability * 1_000) / 10).toFixed(1)} %`;
}
