import type { Json, JsonObject } from '../../contracts/json.js';
import type { QualityDefinition } from '../../contracts/quality-definition.js';
import type { QualityProblem } from '../../contracts/quality.js';
import { compileCondition } from '../condition.js';
import { compileGetter } from '../json-pointer.js';
import { compileDuplicateKey, uniqueKey, type DuplicateReader } from './duplicate-keys.js';
import { compileRepairs } from './field-repairs.js';
import { compileRules, ruleName } from './field-rules.js';

/** CheckedProblem is a problem of one record, with the value that has it. */
export interface CheckedProblem extends QualityProblem {
  readonly value: Json;
  /** Whether the declared repairs mend it. */
  readonly repairable: boolean;
}

/** CheckedRecord is what a record comes to by itself. */
export interface CheckedRecord {
  readonly problems: readonly CheckedProblem[];
  readonly missing: boolean;
  readonly invalid: boolean;
  /** Whether the declared repairs would change anything. */
  readonly repairable: boolean;
}

/** KeySlot is a key by which all records are compared with each other. */
export interface KeySlot {
  /** Counts from 1, in the order of the definition: duplicates first, then unique fields. */
  readonly slot: number;
  readonly kind: 'duplicate' | 'unique';
  readonly field: string;
  /** Name of the rule, as in `email.duplicate`. */
  readonly rule: string;
  readonly read: DuplicateReader;
}

/** RecordCheck is a quality definition, ready to be applied to records. */
export interface RecordCheck {
  readonly inScope: (record: JsonObject) => boolean;
  readonly check: (record: JsonObject) => CheckedRecord;
  readonly slots: readonly KeySlot[];
}

/** compileRecordCheck prepares a quality definition. */
export function compileRecordCheck(definition: QualityDefinition): RecordCheck {
  const { scope, rules, timeZone } = definition;
  const problemsOf = compileRules(rules, timeZone);
  const repairsOf = compileRepairs(definition);
  const getters = new Map(rules.map(({ field }) => [field, compileGetter(field)]));
  return {
    inScope: scope === undefined ? () => true : compileCondition(scope),
    check: (record) => {
      const problems = problemsOf(record);
      const mended = new Set(repairsOf(record).map(({ field }) => field));
      return {
        problems: problems.map((problem) => ({ ...problem, value: getters.get(problem.field)?.(record) ?? null, repairable: mended.has(problem.field) })),
        missing: problems.some(({ check }) => check === 'required'),
        invalid: problems.some(({ check }) => check !== 'required'),
        repairable: mended.size > 0,
      };
    },
    slots: keySlots(definition),
  };
}

/** keySlots is the keys of a definition by which all records are compared. */
export function keySlots({ duplicates, rules }: Pick<QualityDefinition, 'duplicates' | 'rules'>): readonly KeySlot[] {
  const keys = [
    ...duplicates.map((key) => ({ kind: 'duplicate' as const, key })),
    ...rules.filter(({ unique }) => unique).map((rule) => ({ kind: 'unique' as const, key: uniqueKey(rule) })),
  ];
  return keys.map(({ kind, key }, index) => ({ slot: index + 1, kind, field: key.field, rule: ruleName(key.field, kind), read: compileDuplicateKey(key) }));
}
