import type { Json } from '../../contracts/json.js';
import type { ConflictRule, FieldDirection } from '../../contracts/sync-definition.js';
import { isEmptyValue } from '../conversion-spec.js';
import { sameJson } from '../json-equal.js';
import { isJsonArray } from '../json-pointer.js';
import { mergeLists } from './merge-lists.js';

/** SideName is one end of a sync. */
export type SideName = 'source' | 'target';

/** FieldVersions is one field as both sides last agreed on it and as each has it now; `base` is undefined where they never agreed. */
export interface FieldVersions {
  readonly base: Json | undefined;
  readonly source: Json;
  readonly target: Json;
}

/** MergeRule is what a definition says of a field. */
export interface MergeRule {
  readonly direction: FieldDirection;
  readonly conflict: ConflictRule;
}

/** ChangeTimes is when each side was last changed, epoch milliseconds, null where it is not known. */
export interface ChangeTimes {
  readonly sourceAtMs: number | null;
  readonly targetAtMs: number | null;
  /** How far the two clocks may be apart. */
  readonly clockSkewMs: number;
}

/** MergeReason says by which rule a value was taken; stable, for the ledger and explanations. */
export type MergeReason = 'only side changed' | 'was empty' | 'direction' | ConflictRule;

/** FieldMerge is what a field comes to. */
export type FieldMerge =
  /** Both sides have the same value. */
  | { readonly kind: 'agreed'; readonly value: Json }
  /** `to` are the sides that do not have the value yet. */
  | { readonly kind: 'write'; readonly value: Json; readonly to: readonly SideName[]; readonly reason: MergeReason }
  /** The sides differ, and the field's direction says that it is none of this sync's business. */
  | { readonly kind: 'leave' }
  /** Both sides changed, and no rule says who wins. */
  | { readonly kind: 'conflict' };

/**
 * mergeField is a three-way merge of one field: the side that changed since the base is taken; where both did, and
 * differently, the rule decides. Equality is that of sameJson, so that a change of Unicode composition is none.
 */
export function mergeField(versions: FieldVersions, rule: MergeRule, times: ChangeTimes): FieldMerge {
  const { base, source, target } = versions;
  if (sameJson(source, target)) return { kind: 'agreed', value: target };
  if (rule.direction !== 'both') return oneWay(versions, rule.direction);
  if (base !== undefined) {
    if (sameJson(base, source)) return take('target', target, 'only side changed');
    if (sameJson(base, target)) return take('source', source, 'only side changed');
  } else if (isEmptyValue(source)) {
    return take('target', target, 'was empty');
  } else if (isEmptyValue(target)) {
    return take('source', source, 'was empty');
  }
  return byRule(versions, rule.conflict, times);
}

function oneWay({ base, source, target }: FieldVersions, direction: 'forward' | 'back'): FieldMerge {
  const [from, own] = direction === 'forward' ? (['source', source] as const) : (['target', target] as const);
  // A side that never had a value takes none away from the other.
  const isUnchanged = base === undefined ? isEmptyValue(own) : sameJson(base, own);
  return isUnchanged ? { kind: 'leave' } : take(from, own, 'direction');
}

function take(side: SideName, value: Json, reason: MergeReason): FieldMerge {
  return { kind: 'write', value, to: [side === 'source' ? 'target' : 'source'], reason };
}

function byRule(versions: FieldVersions, rule: ConflictRule, times: ChangeTimes): FieldMerge {
  const { source, target } = versions;
  const winner = winnerOf(rule, versions, times);
  if (winner !== undefined) return take(winner, versions[winner], rule);
  if (rule !== 'union' || !isList(source) || !isList(target)) return { kind: 'conflict' };
  const value = mergeLists(isJsonArray(versions.base) ? versions.base : undefined, source ?? [], target ?? []);
  const to = (['source', 'target'] as const).filter((side) => !sameJson(versions[side], value));
  return { kind: 'write', value, to, reason: 'union' };
}

function winnerOf(rule: ConflictRule, { source, target }: FieldVersions, times: ChangeTimes): SideName | undefined {
  switch (rule) {
    case 'source':
    case 'target':
      return rule;
    case 'latest':
      return latest(times);
    case 'longest':
      return longest(source, target);
    case 'union':
    case 'ask':
      return undefined;
  }
}

function latest({ sourceAtMs, targetAtMs, clockSkewMs }: ChangeTimes): SideName | undefined {
  if (sourceAtMs === null || targetAtMs === null || Math.abs(sourceAtMs - targetAtMs) <= clockSkewMs) return undefined;
  return sourceAtMs > targetAtMs ? 'source' : 'target';
}

function longest(source: Json, target: Json): SideName | undefined {
  const [ours, theirs] = [textLength(source), textLength(target)];
  if (ours === undefined || theirs === undefined || ours === theirs) return undefined;
  return ours > theirs ? 'source' : 'target';
}

/** Counts code points, so that an emoji is not taken for two letters; undefined for what has no length. */
function textLength(value: Json): number | undefined {
  if (value === null) return 0;
  return typeof value === 'string' ? Array.from(value.normalize('NFC')).length : undefined;
}

function isList(value: Json): value is readonly Json[] | null {
  return value === null || isJsonArray(value);
}
