import { compileJudge, type JudgeRules, type PairFacts } from '../../src/domain/reconcile-judge.js';
import type { NewDifference } from '../../src/store/reconciliation-differences.js';
import type { StoredFacts } from '../../src/store/reconciliation-facts.js';
import type { ListedPair } from '../../src/store/reconciliation-pairs.js';
import { syncHistory } from '../../src/store/reconciliation-rules.js';
import type { PairNow } from './live-pair.js';
import type { ReconcileContext } from './reconcile-context.js';

/** PairJudge turns what is known of a pair into the difference that is reported; null where there is none. */
export type PairJudge = (pair: ListedPair, facts: StoredFacts, now: PairNow) => NewDifference | null;

/** createPairJudge makes the judge of a reconciliation. */
export async function createPairJudge({ database, reconciliation, sync }: ReconcileContext): Promise<PairJudge> {
  const { fields, onDelete, onInactive } = sync;
  const rules: JudgeRules = { fields: fields.map(({ to }) => to), onDelete, onInactive, ...(await syncHistory(database, reconciliation)) };
  const judge = compileJudge(rules);
  return (pair, facts, now) => {
    const { source, target, confirmed } = now;
    const common = {
      number: pair.number, sourceId: source?.id ?? null, targetId: target?.id ?? null, sourceValues: source?.values ?? null, targetValues: target?.values ?? null,
      lastWriteId: facts.lastWrite?.id ?? null, confirmed,
    };
    if (pair.duplicate !== null) return duplicateOf(pair.duplicate, facts, now, rules, common);
    const verdict = judge(pairFacts(facts, now));
    return verdict === null ? null : { ...common, ...verdict, duplicateSide: null, duplicateOf: null };
  };
}

function pairFacts(facts: StoredFacts, { source, target }: PairNow): PairFacts {
  const { base, letter, lastWrite, linkedSourceId, linkedTargetId, deletedByUs } = facts;
  return {
    source, target, linkedSourceId, linkedTargetId, deletedByUs, letter, lastWrite, remapped: facts.source?.remapped ?? false,
    base: base === null ? null : { values: base.values, state: base.state, written: base.fingerprint !== null },
  };
}

type Common = Pick<NewDifference, 'number' | 'sourceId' | 'targetId' | 'sourceValues' | 'targetValues' | 'lastWriteId' | 'confirmed'>;

// Which record it repeats was settled when both sides were read; here it only has to be there still.
function duplicateOf({ side, of, key }: NonNullable<ListedPair['duplicate']>, facts: StoredFacts, now: PairNow, { hasRun }: JudgeRules, common: Common): NewDifference | null {
  const record = side === 'source' ? now.source : now.target;
  if (record?.status !== 'present') return null;
  const [kind = ''] = key.split('\n');
  const what = `Has the same ${kind} as ${of}.`;
  const difference = {
    ...common, kind: 'duplicate' as const, duplicateSide: side, duplicateOf: of, fields: [], lastWriter: side, sinceMs: record.updatedMs,
    ...(side === 'source' ? { targetId: null, targetValues: null } : { sourceId: null, sourceValues: null }),
  };
  if (side === 'target') {
    const isLinked = facts.linkedSourceId !== null;
    return { ...difference, cause: isLinked ? 'unknown' : 'changed-outside', detail: `${what} ${isLinked ? 'Each of the two is linked with a record of its own.' : 'No record of the source stands for it.'}` };
  }
  if (facts.letter !== null) return { ...difference, cause: 'parked', detail: facts.letter.message, sinceMs: facts.letter.firstMs };
  if (facts.linkedTargetId !== null) return { ...difference, cause: 'unknown', detail: `${what} Each of the two is linked with a record of its own.` };
  return { ...difference, cause: hasRun ? 'missed' : 'never-synced', detail: `${what} No run has come across it yet.` };
}
