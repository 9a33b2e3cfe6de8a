import type { Json } from '../../contracts/json.js';
import { sameJson } from '../json-equal.js';
import type { FlatValues } from './flat-values.js';
import { mergeField, type ChangeTimes, type FieldVersions, type MergeRule, type SideName } from './merge-field.js';

/** RecordVersions is a record as both sides last agreed on it and as each has it now, by target field. */
export interface RecordVersions {
  readonly base: FlatValues;
  readonly source: FlatValues;
  readonly target: FlatValues;
  /** By field, the two values that an undo has left the sides with; absent: none. */
  readonly apart?: Readonly<Record<string, ApartValues>>;
}

/** ApartValues are the values of one field that an undo has left the two sides with: both have been dealt with. */
export interface ApartValues {
  readonly source: Json;
  readonly target: Json;
}

/** FieldConflict is a field that both sides changed, for a person to decide. */
export interface FieldConflict extends FieldVersions {
  readonly field: string;
}

/** Decided is what a person has decided about a conflict: for the two values that were shown, the value that stands. */
export interface Decided {
  readonly source: Json;
  readonly target: Json;
  readonly value: Json;
  readonly by: string;
}

/** RecordMerge is what a record comes to: the fields to write to each side, those agreed on anew, and those in conflict. */
export interface RecordMerge {
  readonly writes: Readonly<Record<SideName, FlatValues>>;
  /** Fields that both sides have and the base has not. */
  readonly agreed: FlatValues;
  readonly conflicts: readonly FieldConflict[];
  /** By field, why its value was taken. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** mergeRecord merges every field of a record by its rule; what a person has decided goes before the rule. */
export function mergeRecord(
  { base, source, target, apart = {} }: RecordVersions,
  rules: Readonly<Record<string, MergeRule>>,
  times: ChangeTimes,
  decided: (field: string, versions: FieldVersions) => Decided | undefined = () => undefined,
): RecordMerge {
  const writes: Record<SideName, Record<string, Json>> = { source: {}, target: {} };
  const agreed: Record<string, Json> = {};
  const conflicts: FieldConflict[] = [];
  const reasons: Record<string, string> = {};
  for (const [field, rule] of Object.entries(rules)) {
    const known = { base: Object.hasOwn(base, field) ? base[field] : undefined, source: source[field] ?? null, target: target[field] ?? null };
    const left = Object.hasOwn(apart, field) ? apart[field] : undefined;
    if (left !== undefined && sameJson(known.source, left.source) && sameJson(known.target, left.target)) continue;
    const versions = left === undefined ? known : { ...known, base: baseOfApart(known, left, rule.direction) };
    const merge = mergeField(versions, rule, times);
    if (merge.kind === 'agreed' && (left !== undefined || versions.base === undefined || !sameJson(versions.base, merge.value))) agreed[field] = merge.value;
    if (merge.kind === 'write') {
      for (const side of merge.to) writes[side][field] = merge.value;
      reasons[field] = merge.reason;
    }
    if (merge.kind === 'conflict') {
      const decision = decided(field, versions);
      if (decision === undefined) conflicts.push({ field, ...versions });
      else {
        for (const side of ['source', 'target'] as const) if (!sameJson(versions[side], decision.value)) writes[side][field] = decision.value;
        reasons[field] = `conflict resolved by ${decision.by}`;
      }
    }
  }
  return { writes, agreed, conflicts, reasons };
}

// The side that still holds what the undo left it with has not changed, so that the other one's value is new.
function baseOfApart({ source, target }: FieldVersions, left: ApartValues, direction: MergeRule['direction']): Json | undefined {
  if (direction !== 'both') return direction === 'forward' ? left.source : left.target;
  if (sameJson(target, left.target)) return left.target;
  return sameJson(source, left.source) ? left.source : undefined;
}
