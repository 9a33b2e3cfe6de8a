import type { Json, JsonObject } from '../../contracts/json.js';
import type { FieldRules, QualityCheck, QualityFormat } from '../../contracts/quality-definition.js';
import type { QualityProblem } from '../../contracts/quality.js';
import { compileGetter, isJsonArray } from '../json-pointer.js';
import { Refusal } from '../refusal.js';
import { fitsLength } from '../repairs.js';
import { scalarText } from '../text-value.js';
import { compileReader } from '../value-types.js';
import { compileLinearPattern } from './linear-pattern.js';
import { postcodeProblem } from './postcode.js';
import { compileRegion, isMissing } from './quality-values.js';
import { compileRange } from './range-rule.js';

/** FieldProblem is the first thing that is wrong with the value of one field. */
export interface FieldProblem {
  readonly check: QualityCheck;
  /** Plain sentence that does not repeat the value. */
  readonly message: string;
}

/** FieldJudge says what is wrong with a value of one field, seen in its record; undefined where nothing is. */
export type FieldJudge = (value: Json | undefined, record: JsonObject) => FieldProblem | undefined;

type Check = (item: Json, record: JsonObject) => string | undefined;

/**
 * compileFieldJudge makes the judge of one field. A value that is missing breaks `required` only; of the others, the
 * first that is broken is told, in the order maxLength, format, values, pattern, range. Each item of a list is judged.
 * Whether a value is unique shows only among all records, see duplicate-keys. `timeZone` is that of times without one.
 */
export function compileFieldJudge(rules: FieldRules, timeZone: string): FieldJudge {
  const checks = compileChecks(rules, timeZone);
  return (value, record) => {
    if (value === undefined || isMissing(value)) return rules.required ? { check: 'required', message: 'A value is needed and there is none.' } : undefined;
    for (const item of isJsonArray(value) ? value : [value]) {
      if (isMissing(item)) continue;
      for (const [check, judge] of checks) {
        const message = judge(item, record);
        if (message !== undefined) return { check, message };
      }
    }
    return undefined;
  };
}

/** compileRules makes a function that says all that is wrong with a record by the rules of its fields, at most one thing for each field. */
export function compileRules(rules: readonly FieldRules[], timeZone: string): (record: JsonObject) => readonly QualityProblem[] {
  const fields = rules.map((rule) => ({ field: rule.field, get: compileGetter(rule.field), judge: compileFieldJudge(rule, timeZone) }));
  return (record) => fields.flatMap(({ field, get, judge }) => {
    const problem = judge(get(record), record);
    return problem === undefined ? [] : [{ rule: ruleName(field, problem.check), field, ...problem }];
  });
}

/** ruleName is the name of a rule: the field and the check, as in `email.format`. */
export function ruleName(field: string, check: QualityCheck): string {
  return `${field}.${check}`;
}

/** ruleNames is the name of every rule that a field can break. */
export function ruleNames({ field, required, unique, ...rules }: FieldRules): readonly string[] {
  const declared = (['maxLength', 'format', 'values', 'pattern', 'range'] as const).filter((check) => rules[check] !== undefined);
  return [...(required ? ['required' as const] : []), ...declared, ...(unique ? ['unique' as const] : [])].map((check) => ruleName(field, check));
}

function compileChecks(rules: FieldRules, timeZone: string): readonly (readonly [QualityCheck, Check])[] {
  const { maxLength, format, values, pattern, range } = rules;
  const checks: [QualityCheck, Check][] = [];
  if (maxLength !== undefined) checks.push(['maxLength', ofText((text) => (fitsLength(text, maxLength) ? undefined : `The value has more than ${maxLength} characters.`))]);
  if (format !== undefined) checks.push(['format', compileFormat(format, rules, timeZone)]);
  if (values !== undefined) checks.push(['values', compileValues(values)]);
  if (pattern !== undefined) {
    const fits = compileLinearPattern(pattern);
    checks.push(['pattern', ofText((text) => (fits(text) ? undefined : 'The value does not match the pattern.'))]);
  }
  if (range !== undefined) checks.push(['range', compileRange(range)]);
  return checks;
}

function compileFormat(format: QualityFormat, { region }: FieldRules, timeZone: string): Check {
  const regionOf = compileRegion(region);
  if (format === 'postcode') return (item, record) => ofText((text) => postcodeProblem(text, regionOf(record)))(item, record);
  const read = compileReader(format, { timeZone });
  return (item, record) => {
    const country = format === 'phone' ? regionOf(record) : undefined;
    const found = read(item, country === undefined ? {} : { region: country }, []);
    return found instanceof Refusal ? (plainMessages[found.code] ?? found.message) : undefined;
  };
}

/** Messages that tell the author of a sync what to do would mislead whoever mends a record. */
const plainMessages: Partial<Record<Refusal['code'], string>> = {
  'invalid-date': 'This is no date that exists, written as YYYY-MM-DD.',
  'date-has-time': 'The value has a time of day, which a date has not.',
  'invalid-datetime': 'This is no time that exists, written as YYYY-MM-DDThh:mm:ss with or without an offset.',
};

function compileValues(values: readonly string[]): Check {
  const allowed = new Set(values);
  return ofText((text) => (allowed.has(text) ? undefined : `The value is none of the ${values.length} allowed.`));
}

function ofText(judge: (text: string) => string | undefined): Check {
  return (item) => {
    const text = scalarText(item);
    return typeof text === 'string' ? judge(text) : 'A text is needed; the value is a list or an object.';
  };
}
