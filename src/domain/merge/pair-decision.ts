import type { InactiveRule, RemovalRule } from '../../contracts/sync-definition.js';
import type { FlatValues } from './flat-values.js';
import type { SideName } from './merge-field.js';
import { mergeRecord, type ApartValues, type Decided, type FieldConflict, type RecordMerge } from './merge-record.js';
import type { ChangeTimes, FieldVersions, MergeRule } from './merge-field.js';

/** EndState is what one side of a pair is known to hold. */
export type EndState = 'absent' | 'live' | 'inactive' | 'outside' | 'gone';

/** PairSituation is what is known of both sides of a pair. */
export interface PairSituation {
  readonly base: FlatValues;
  readonly source: { readonly state: EndState; readonly values: FlatValues; readonly atMs: number | null };
  readonly target: { readonly state: EndState; readonly values: FlatValues; readonly atMs: number | null };
  /** The side whose record this sync has archived or deleted. */
  readonly removed: SideName | null;
  /** By field, the values that an undo has left the sides with. */
  readonly apart?: Readonly<Record<string, ApartValues>>;
  /** An undo has brought one record back although the other is gone. */
  readonly kept?: boolean;
}

/** PairRules is what a two-way sync's definition says. */
export interface PairRules {
  readonly fields: Readonly<Record<string, MergeRule>>;
  readonly clockSkewMs: number;
  readonly onDelete: RemovalRule;
  readonly onInactive: InactiveRule;
  readonly onTargetDelete: RemovalRule;
  readonly createsBoth: boolean;
}

/** PairWrite is one write that a pair asks for. */
export interface PairWrite {
  readonly side: SideName;
  readonly kind: 'create' | 'update' | 'archive' | 'delete';
  /** Fields to change, by target field; empty for removals. */
  readonly changed: FlatValues;
  readonly reason: string;
}

/** PairDecision is what to do about a pair. */
export interface PairDecision {
  readonly writes: readonly PairWrite[];
  /** Fields on which both sides agree without a write. */
  readonly agreed: FlatValues;
  readonly conflicts: readonly FieldConflict[];
}

const nothing: PairDecision = { writes: [], agreed: {}, conflicts: [] };

/**
 * decidePair says what a pair asks for. A record that is gone at one side follows that side's rule, also where the other
 * side changed meanwhile; nothing that a person removed is made again. Two live records are merged field by field.
 */
export function decidePair(pair: PairSituation, rules: PairRules, decided?: (field: string, versions: FieldVersions) => Decided | undefined): PairDecision {
  const { source, target } = pair;
  if (source.state === 'outside') return nothing;
  if (source.state === 'absent') return target.state === 'live' && rules.createsBoth ? create('source', target.values, flowsBack(rules)) : nothing;
  if (target.state === 'absent') return source.state === 'live' ? create('target', source.values, () => true) : nothing;
  if (source.state === 'live' && target.state === 'live') return merge(pair, rules, decided);
  if (pair.kept === true) return nothing;
  if (source.state === 'live') return targetIsGone(pair, rules);
  if (target.state !== 'live' || pair.removed === 'source') return target.state === 'live' ? restoreSource(pair, rules) : nothing;
  return source.state === 'inactive' ? removal('target', rules.onInactive === 'archive' ? 'archive' : 'ignore', 'inactive at the source') : removal('target', rules.onDelete, 'gone at the source');
}

function flowsBack({ fields }: PairRules): (field: string) => boolean {
  return (field) => fields[field]?.direction !== 'forward';
}

function create(side: SideName, values: FlatValues, flows: (field: string) => boolean): PairDecision {
  const changed = Object.fromEntries(Object.entries(values).filter(([field, value]) => value !== null && flows(field)));
  return { ...nothing, writes: [{ side, kind: 'create', changed, reason: side === 'target' ? 'new at the source' : 'new at the target' }] };
}

function targetIsGone(pair: PairSituation, rules: PairRules): PairDecision {
  // What this sync archived itself comes back with the record at the source; what somebody else removed stays removed.
  if (pair.removed === 'target') {
    return pair.target.state === 'inactive' ? { ...nothing, writes: [{ side: 'target', kind: 'update', changed: pair.source.values, reason: 'active again at the source' }] } : nothing;
  }
  return removal('source', rules.onTargetDelete, 'gone at the target');
}

function restoreSource({ source, target }: PairSituation, rules: PairRules): PairDecision {
  if (source.state !== 'inactive') return nothing;
  const changed = Object.fromEntries(Object.entries(target.values).filter(([field]) => flowsBack(rules)(field)));
  return { ...nothing, writes: [{ side: 'source', kind: 'update', changed, reason: 'active again at the target' }] };
}

function removal(side: SideName, rule: RemovalRule, reason: string): PairDecision {
  return rule === 'archive' || rule === 'delete' ? { ...nothing, writes: [{ side, kind: rule, changed: {}, reason }] } : nothing;
}

function merge(pair: PairSituation, rules: PairRules, decided?: Parameters<typeof decidePair>[2]): PairDecision {
  const versions = { base: pair.base, source: pair.source.values, target: pair.target.values, apart: pair.apart ?? {} };
  const times: ChangeTimes = { sourceAtMs: pair.source.atMs, targetAtMs: pair.target.atMs, clockSkewMs: rules.clockSkewMs };
  const { writes, agreed, conflicts, reasons } = mergeRecord(versions, rules.fields, times, decided);
  const planned = (['target', 'source'] as const).filter((side) => Object.keys(writes[side]).length > 0)
    .map((side): PairWrite => ({ side, kind: 'update', changed: writes[side], reason: reasonOf(side, Object.keys(writes[side]), reasons) }));
  return { writes: planned, agreed, conflicts };
}

function reasonOf(side: SideName, fields: readonly string[], reasons: RecordMerge['reasons']): string {
  const other = side === 'target' ? 'source' : 'target';
  const special = fields.flatMap((field) => {
    const reason = reasons[field] ?? '';
    return ['only side changed', 'direction', 'was empty'].includes(reason) ? [] : [`${field}: ${reason.startsWith('conflict') ? reason : `both changed, rule ${reason}`}`];
  });
  return special.length === 0 ? `changed at the ${other}` : `changed at the ${other} (${special.join('; ')})`.slice(0, 500);
}
