import type { JsonObject } from '../contracts/json.js';
import type { DifferenceCause, DifferenceKind, LastWriter, StagedStatus } from '../contracts/reconciliation.js';
import type { InactiveRule, RemovalRule } from '../contracts/sync-definition.js';
import { sameJson } from './json-equal.js';
import { compileGetter } from './json-pointer.js';

/** JudgedSide is one side of a pair as it was read; null values could not be mapped. */
export interface JudgedSide {
  readonly id: string;
  readonly status: StagedStatus;
  readonly values: JsonObject | null;
  readonly updatedMs: number | null;
}

/** PairFacts is what is known of two records that stand for one another, or of one that nobody stands for. */
export interface PairFacts {
  readonly source: JudgedSide | null;
  readonly target: JudgedSide | null;
  /** Whether the crosswalk links a source record and a target record to the entity; ids of records that may be gone. */
  readonly linkedSourceId: string | null;
  readonly linkedTargetId: string | null;
  /** Whether the target's record was linked once and this sync has deleted it since. */
  readonly deletedByUs: boolean;
  /** The values on which both sides last agreed; null where this sync has none. */
  readonly base: { readonly values: JsonObject; readonly state: 'live' | 'removed' | 'unlinked' | 'kept'; readonly written: boolean } | null;
  /** The open dead letter of the source record. */
  readonly letter: { readonly message: string; readonly firstMs: number } | null;
  readonly lastWrite: { readonly id: string; readonly atMs: number } | null;
  /** Whether an older definition explains why the source differs from the base, or why it was never linked. */
  readonly remapped: boolean;
}

/** JudgeRules is what of a sync decides which differences count. */
export interface JudgeRules {
  readonly fields: readonly string[];
  readonly onDelete: RemovalRule;
  readonly onInactive: InactiveRule;
  /** Whether any run of the sync has come to its end. */
  readonly hasRun: boolean;
  /** Epoch milliseconds up to which runs have read the source; null where that is not known. */
  readonly readUntilMs: number | null;
  /** Since when the definition is in force, epoch milliseconds. */
  readonly definedMs: number;
}

/** Verdict is a difference with its cause, told in a sentence. */
export interface Verdict {
  readonly kind: Exclude<DifferenceKind, 'duplicate'>;
  readonly cause: DifferenceCause;
  readonly detail: string;
  readonly fields: readonly string[];
  readonly lastWriter: LastWriter;
  /** Epoch milliseconds; null where nothing tells. */
  readonly sinceMs: number | null;
}

/** compileJudge makes the function that says whether two records differ, and why; null where they agree or are not the sync's business. */
export function compileJudge(rules: JudgeRules): (facts: PairFacts) => Verdict | null {
  const getters = rules.fields.map((field) => ({ field, get: compileGetter(field) }));
  const differing = (left: JsonObject, right: JsonObject): string[] => getters.filter(({ get }) => !sameJson(get(left) ?? null, get(right) ?? null)).map(({ field }) => field);
  return (facts) => {
    const { source, base } = facts;
    if (base?.state === 'unlinked' || source?.status === 'out-of-scope') return null;
    const target = facts.target?.status === 'inactive' ? null : facts.target;
    const wanted = source !== null && (source.status !== 'inactive' || rules.onInactive === 'sync') ? source : null;
    if (wanted !== null && target !== null) return judgeBoth(facts, wanted, target, rules, differing);
    if (wanted !== null) return judgeOnlySource(facts, wanted, rules);
    return target === null ? null : judgeOnlyTarget(facts, target, rules);
  };
}

type Differing = (left: JsonObject, right: JsonObject) => string[];

function judgeBoth(facts: PairFacts, source: JudgedSide, target: JudgedSide, rules: JudgeRules, differing: Differing): Verdict | null {
  const { letter, lastWrite, base } = facts;
  if (source.values === null) {
    const cause = letter === null ? 'unknown' : 'parked';
    return { kind: 'differs', cause, detail: letter?.message ?? 'The values of the source cannot be mapped.', fields: [], lastWriter: 'source', sinceMs: letter?.firstMs ?? source.updatedMs };
  }
  const fields = differing(source.values, target.values ?? {});
  if (fields.length === 0) return null;
  const difference = { kind: 'differs' as const, fields };
  if (base === null || facts.linkedSourceId === null) {
    const lastWriter = later(source, target);
    if (letter !== null) return { ...difference, cause: 'parked', detail: letter.message, lastWriter, sinceMs: letter.firstMs };
    return { ...difference, cause: rules.hasRun ? 'missed' : 'never-synced', detail: 'Both sides have the record, but no run has linked the two.', lastWriter, sinceMs: source.updatedMs };
  }
  const atSource = differing(source.values, base.values);
  const atTarget = differing(target.values ?? {}, base.values);
  const changedAtSource = fields.some((field) => atSource.includes(field));
  const changedAtTarget = fields.some((field) => atTarget.includes(field));
  if (!changedAtSource) {
    const sinceMs = target.updatedMs !== null && target.updatedMs >= (lastWrite?.atMs ?? 0) - CLOCK_TOLERANCE_MS ? target.updatedMs : null;
    return { ...difference, cause: 'changed-outside', detail: 'The target no longer holds what was last written; the source has not changed.', lastWriter: 'target', sinceMs };
  }
  const lastWriter = changedAtTarget ? later(source, target) : 'source';
  if (letter !== null) return { ...difference, cause: 'parked', detail: letter.message, lastWriter, sinceMs: letter.firstMs };
  if (facts.remapped) {
    return { ...difference, cause: 'mapping-changed', detail: 'The definition has changed since the last write; the source has not.', lastWriter: changedAtTarget ? 'target' : 'crosswalk', sinceMs: rules.definedMs };
  }
  return { ...difference, cause: 'missed', detail: `${missedBy(source, rules)}${changedAtTarget ? ' The target has changed too.' : ''}`, lastWriter, sinceMs: source.updatedMs };
}

function judgeOnlySource(facts: PairFacts, source: JudgedSide, rules: JudgeRules): Verdict {
  const { letter, base, linkedTargetId } = facts;
  const difference = { kind: 'only-source' as const, fields: [] };
  if (letter !== null) return { ...difference, cause: 'parked', detail: letter.message, lastWriter: 'source', sinceMs: letter.firstMs };
  if (linkedTargetId !== null && (base?.state === 'live' || base?.state === 'kept')) {
    const archived = facts.target !== null;
    return { ...difference, cause: 'deleted', detail: archived ? 'Its record was archived at the target by somebody else.' : 'Its record is gone at the target, and no write of ours has removed it.', lastWriter: 'target', sinceMs: facts.target?.updatedMs ?? null };
  }
  if (source.values === null) return { ...difference, cause: 'unknown', detail: 'Its values cannot be mapped.', lastWriter: 'source', sinceMs: source.updatedMs };
  if (facts.remapped) return { ...difference, cause: 'mapping-changed', detail: 'The definition in force takes it in; the one of the last run did not.', lastWriter: 'source', sinceMs: rules.definedMs };
  if (!rules.hasRun) return { ...difference, cause: 'never-synced', detail: 'No run of this sync has come to its end yet.', lastWriter: 'source', sinceMs: source.updatedMs };
  return { ...difference, cause: 'missed', detail: missedBy(source, rules), lastWriter: 'source', sinceMs: source.updatedMs };
}

function judgeOnlyTarget(facts: PairFacts, target: JudgedSide, rules: JudgeRules): Verdict | null {
  const { letter, base, source, linkedSourceId } = facts;
  const difference = { kind: 'only-target' as const, fields: [] };
  if (linkedSourceId === null || base === null) {
    if (facts.deletedByUs) return { ...difference, cause: 'changed-outside', detail: 'It is back at the target, where this sync had deleted it.', lastWriter: 'target', sinceMs: target.updatedMs };
    return { ...difference, cause: 'never-synced', detail: 'No record of the source stands for it; it was made at the target by somebody else.', lastWriter: 'target', sinceMs: target.updatedMs };
  }
  // An undo has brought it back, and the sync leaves it alone until the source has it again.
  if (base.state === 'kept') return null;
  // What stays at the target by the sync's own rules is no difference.
  const keeps = source === null ? rules.onDelete === 'ignore' || rules.onDelete === 'unlink' : rules.onInactive !== 'archive';
  if (keeps) return null;
  const why = source === null ? 'gone' : 'inactive';
  if (base.state === 'removed') {
    return { ...difference, cause: 'changed-outside', detail: `It is ${why} at the source; this sync had removed it, and somebody has brought it back at the target.`, lastWriter: 'target', sinceMs: target.updatedMs };
  }
  if (letter !== null) return { ...difference, cause: 'parked', detail: letter.message, lastWriter: 'source', sinceMs: letter.firstMs };
  if (source !== null) return { ...difference, cause: 'missed', detail: `It is inactive at the source. ${missedBy(source, rules)}`, lastWriter: 'source', sinceMs: source.updatedMs };
  return { ...difference, cause: 'deleted', detail: 'It is gone at the source, and no run has removed it at the target.', lastWriter: 'source', sinceMs: null };
}

function missedBy({ updatedMs }: JudgedSide, { readUntilMs }: JudgeRules): string {
  if (updatedMs === null || readUntilMs === null) return 'It has changed at the source, and no run has carried it over.';
  return updatedMs > readUntilMs ? 'It has changed at the source since the last run read it.' : 'It had changed at the source when the last run read there, which did not come across it.';
}

/** How far the clocks of two systems may be apart before their times tell who was later. */
const CLOCK_TOLERANCE_MS = 5_000;

function later(source: JudgedSide, target: JudgedSide): LastWriter {
  if (source.updatedMs === null || target.updatedMs === null) return 'both';
  if (Math.abs(source.updatedMs - target.updatedMs) <= CLOCK_TOLERANCE_MS) return 'both';
  return source.updatedMs > target.updatedMs ? 'source' : 'target';
}
