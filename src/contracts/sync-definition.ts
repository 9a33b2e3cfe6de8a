import type { Condition } from './condition.js';
import type { FieldKind } from './field-kind.js';
import type { Json } from './json.js';
import type { StrategyRule } from './strategy.js';

/** ObjectReference names an object of a system. */
export interface ObjectReference {
  readonly system: string;
  readonly object: string;
}

/** SyncDefinition is a sync after validation: defaults filled in, durations in milliseconds, shares between 0 and 1. */
export interface SyncDefinition {
  readonly sync: string;
  readonly title: string;
  readonly owner?: string;
  readonly from: ObjectReference;
  readonly to: ObjectReference;
  readonly when: WhenDefinition;
  /** Target fields whose equality means "the same entity", strongest first; each is a mapped field. */
  readonly match: readonly MatchKey[];
  /** How records that no strong key brings together are compared; absent: not at all. */
  readonly score?: ScoredMatch;
  readonly fields: readonly FieldMapping[];
  /** Only records for which this holds are synced. */
  readonly scope?: Condition;
  readonly onDelete: RemovalRule;
  readonly onInactive: InactiveRule;
  /** What is done at the source when a record is gone at the target, for two-way syncs; absent: nothing. */
  readonly onTargetDelete?: RemovalRule;
  /** Whether records that are new at the target are made at the source as well; absent: they are not. */
  readonly creates?: 'both';
  /** How far the clocks of the two systems may be apart before `latest` cannot tell which change came last, milliseconds. */
  readonly clockSkewMs?: number;
  readonly limits: { readonly deletes: number; readonly changes: number; readonly blanks: number };
  /** Absent: `reconcileRule` gives what holds then. */
  readonly reconcile?: ReconcileRule;
  /** Absent: `defaultStrategyRule` holds; null: the sweeps come as declared, whatever is measured. */
  readonly strategy?: StrategyRule | null;
  readonly rollout: { readonly mode: 'live' | 'shadow' | 'paused'; readonly cohort?: Condition };
}

/** RemovalRule is what a sync does at the target when a record is gone at the source. */
export type RemovalRule = 'ignore' | 'archive' | 'delete' | 'unlink';

/** InactiveRule is what a sync does at the target when a record is inactive at the source. */
export type InactiveRule = 'sync' | 'ignore' | 'archive';

/** WhenDefinition says when a sync runs. */
export interface WhenDefinition {
  readonly realtime: boolean;
  readonly everyMs?: number;
  /** Time of day of a full read, in a zone. */
  readonly fullRead?: { readonly hour: number; readonly minute: number; readonly timeZone: string };
}

/** ReconcileRule says when both sides of a sync are compared, and which share of differences raises an alert. */
export interface ReconcileRule {
  /** Time of day in a zone; null: only when somebody starts it. */
  readonly at: { readonly hour: number; readonly minute: number; readonly timeZone: string } | null;
  /** Share of the records, 0 to 1. */
  readonly alertAbove: number;
}

/** defaultReconcileRule holds for a sync that says nothing about its reconciliation: every day at 03:00 UTC. */
export const defaultReconcileRule: ReconcileRule = { at: { hour: 3, minute: 0, timeZone: 'UTC' }, alertAbove: 0.005 };

/** MatchKey is a strong key: a target field and the way its values are compared. */
export interface MatchKey {
  /** Name of the target field, as in a mapping's `to`. */
  readonly field: string;
  readonly kind: 'email' | 'phone' | 'text';
}

/** ScoredMatch compares records field by field and weighs what it finds. */
export interface ScoredMatch {
  readonly fields: readonly ScoredField[];
  /** Probability from which two records are linked by themselves: above one half, at most 1. */
  readonly link: number;
  /** Probability from which a person is asked: at most `link`. */
  readonly review: number;
}

/** ScoredField is a target field that records are compared by. */
export interface ScoredField {
  /** Name of the target field, as in a mapping's `to`. */
  readonly field: string;
  readonly kind: FieldKind;
  /** Least similarity (Jaro-Winkler, 0 to 1) without which two records are not compared at all; 1: equal. */
  readonly least?: number;
}

/** FieldMapping says how one field of the target is made. */
export interface FieldMapping {
  /** Source fields: names, or JSON Pointers where they begin with a slash. Empty: the value is `constant`. */
  readonly from: readonly string[];
  /** Target field: a name, or a JSON Pointer where it begins with a slash. */
  readonly to: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly default?: Json;
  readonly constant?: Json;
  readonly convert: readonly Conversion[];
  readonly repair: readonly Repair[];
  readonly maxLength?: number;
  /** Region of phone numbers without a country code, or the source field that holds it. */
  readonly region?: ValueOrField;
  /** Currency of money, or the source field that holds it (ISO 4217 code). */
  readonly currency?: ValueOrField;
  readonly direction: FieldDirection;
  /** Who wins when both sides changed the field; absent: `ask`. */
  readonly conflict?: ConflictRule;
  /** Allowed values, for the type `enum`. */
  readonly values?: readonly string[];
}

/** FieldDirection is which way changes of a field flow: to the target, both ways, or back to the source only. */
export type FieldDirection = 'forward' | 'both' | 'back';

/** ConflictRule is who wins when both sides changed a field differently since they last agreed. */
export type ConflictRule = 'source' | 'target' | 'latest' | 'longest' | 'union' | 'ask';

/** isTwoWay says whether changes of some field flow back to the source. */
export function isTwoWay({ fields }: Pick<SyncDefinition, 'fields'>): boolean {
  return fields.some(({ direction }) => direction !== 'forward');
}

/** ValueOrField is a fixed value, or the name of the source field that holds it. */
export type ValueOrField = { readonly value: string } | { readonly field: string };

/** FieldType is the type a target value has. */
export type FieldType =
  | 'text' | 'name' | 'email' | 'phone' | 'url' | 'integer' | 'decimal' | 'money' | 'boolean'
  | 'date' | 'datetime' | 'enum' | 'list' | 'country' | 'currency' | 'json';

/** Conversion is one step of a closed set of conversions, as in `convert: join(" ")`. */
export type Conversion =
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly (string | number)[] }
  | { readonly kind: 'lookup'; readonly table: Readonly<Record<string, Json>> };

/** Repair is a declared mending of a value; whatever is not declared is not mended. */
export type Repair = 'trim' | 'collapse-spaces' | 'lower-case' | 'title-case' | 'remove-control' | 'truncate' | 'blank-if-invalid';
