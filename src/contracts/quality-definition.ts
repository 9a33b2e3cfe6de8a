import type { Condition } from './condition.js';
import type { ObjectReference, Repair, ValueOrField } from './sync-definition.js';

/** QualityDefinition is what good records of one object look like, after validation: defaults filled in, shares between 0 and 1. */
export interface QualityDefinition {
  readonly quality: string;
  readonly title: string;
  /** Department that answers for the records. Absent: that of the system. */
  readonly owner?: string;
  readonly object: ObjectReference;
  /** Time of day of the daily run; absent: only when somebody starts it. */
  readonly when?: { readonly hour: number; readonly minute: number; readonly timeZone: string };
  /** Zone that days are counted in, and of date-times that carry none. */
  readonly timeZone: string;
  /** Only records for which this holds are looked at. */
  readonly scope?: Condition;
  readonly rules: readonly FieldRules[];
  /** Fields by whose normalised value two records are the same. */
  readonly duplicates: readonly DuplicateKey[];
  readonly targets: QualityTargets;
  readonly repairs: readonly FieldRepairs[];
  /** Most findings that are kept for each rule. */
  readonly findings: number;
}

/** FieldRules is what is asked of one field. A value that is missing breaks `required` only. */
export interface FieldRules {
  /** A name, or a JSON Pointer where it begins with a slash. */
  readonly field: string;
  readonly required: boolean;
  readonly unique: boolean;
  readonly format?: QualityFormat;
  /** Country of phone numbers without a country code and of postcodes, or the field that holds it. */
  readonly region?: ValueOrField;
  readonly values?: readonly string[];
  /** Pattern that the whole value has to match, in the syntax of compileLinearPattern. */
  readonly pattern?: string;
  /** In code points. */
  readonly maxLength?: number;
  readonly range?: QualityRange;
}

/** QualityRange is the least and the greatest value allowed, both included: numbers, or ISO dates. */
export interface QualityRange {
  readonly min?: number | string;
  readonly max?: number | string;
}

/** QualityFormat is a form that a value can be asked to have. */
export type QualityFormat = 'email' | 'phone' | 'url' | 'date' | 'datetime' | 'postcode' | 'country' | 'currency' | 'integer' | 'decimal' | 'boolean';

/** QualityCheck is one thing that is asked of a field; `duplicate` is asked of the record. */
export type QualityCheck = 'required' | 'maxLength' | 'format' | 'values' | 'pattern' | 'range' | 'unique' | 'duplicate';

/** DuplicateKind is how values are compared: addresses and numbers normalised, names without legal form, case and punctuation, text without case. */
export type DuplicateKind = 'email' | 'phone' | 'name' | 'text';

/** DuplicateKey is a field by which records are found to be the same. */
export interface DuplicateKey {
  readonly field: string;
  readonly kind: DuplicateKind;
  readonly region?: ValueOrField;
}

/** QualityMetric is a figure that can have a target; all are shares of the records. */
export type QualityMetric = 'duplicateRate' | 'missing' | 'invalid' | 'differs';

/** qualityMetrics is every metric, in the order in which reports show them. */
export const qualityMetrics: readonly QualityMetric[] = ['duplicateRate', 'missing', 'invalid', 'differs'];

/** QualityTargets is the greatest share that is still good, 0 to 1, of the metrics that have a target. */
export type QualityTargets = { readonly [Metric in QualityMetric]?: number };

/** FieldRepairs is the mending that is declared for one field, made in the order of the type QualityRepair. */
export interface FieldRepairs {
  readonly field: string;
  readonly repairs: readonly QualityRepair[];
}

/** QualityRepair is one declared mending: a repair of syncs, a phone number in E.164 form, or a date read by a form such as DD.MM.YYYY. */
export type QualityRepair = { readonly name: Repair | 'e164' } | { readonly name: 'date'; readonly format: string };
