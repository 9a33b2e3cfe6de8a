import type { CompareOperator, Condition } from '../contracts/condition.js';
import type { Json } from '../contracts/json.js';
import { compareDecimals, decimalOf, parseDecimal } from './decimal.js';
import { compileGetter, isJsonArray, isJsonObject } from './json-pointer.js';
import { compareCodePoints, sameText } from './unicode.js';

/** RecordTest tells whether a condition holds for a record. */
export type RecordTest = (record: Json) => boolean;

/**
 * compileCondition makes a condition a function. A missing field, null, the empty text, an empty list and an empty object
 * are all empty, and equal to each other; nothing is smaller or greater than an empty value. A number and a text that is
 * a number compare by value, true and false also with their text; texts are equal by their characters (NFC) and ordered
 * by code point, so ISO dates of one form are ordered in time. Lists and objects equal nothing but empty.
 * @throws FieldPathError where a field path is malformed.
 */
export function compileCondition(condition: Condition): RecordTest {
  switch (condition.kind) {
    case 'all': {
      const tests = condition.of.map(compileCondition);
      return (record) => tests.every((test) => test(record));
    }
    case 'any': {
      const tests = condition.of.map(compileCondition);
      return (record) => tests.some((test) => test(record));
    }
    case 'not': {
      const test = compileCondition(condition.of);
      return (record) => !test(record);
    }
    case 'empty': {
      const get = compileGetter(condition.field);
      return (record) => isEmpty(get(record)) !== condition.negated;
    }
    case 'in': {
      const get = compileGetter(condition.field);
      return (record) => {
        const value = get(record);
        return condition.values.some((each) => isSame(value, each)) !== condition.negated;
      };
    }
    case 'compare':
  }
  const get = compileGetter(condition.field);
  const { value } = condition;
  const decide = DECISIONS[condition.operator];
  return (record) => decide(get(record), value);
}

/** evaluateCondition tells whether a condition holds for one record; for many records, compile it once. */
export function evaluateCondition(condition: Condition, record: Json): boolean {
  return compileCondition(condition)(record);
}

/** conditionFields lists the fields a condition looks at, each once, in the order they stand. */
export function conditionFields(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case 'all': case 'any': return [...new Set(condition.of.flatMap(conditionFields))];
    case 'not': return conditionFields(condition.of);
    default: return [condition.field];
  }
}

const DECISIONS: Readonly<Record<CompareOperator, (value: Json | undefined, wanted: Json) => boolean>> = {
  '=': isSame,
  '!=': (value, wanted) => !isSame(value, wanted),
  '<': (value, wanted) => isOrdered(value, wanted, (order) => order < 0),
  '<=': (value, wanted) => isOrdered(value, wanted, (order) => order <= 0),
  '>': (value, wanted) => isOrdered(value, wanted, (order) => order > 0),
  '>=': (value, wanted) => isOrdered(value, wanted, (order) => order >= 0),
};

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (isJsonArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function isSame(value: Json | undefined, wanted: Json): boolean {
  if (isEmpty(value) || isEmpty(wanted)) return isEmpty(value) && isEmpty(wanted);
  if (value === wanted) return true;
  if (typeof value === 'string' && typeof wanted === 'string') return sameText(value, wanted);
  if (typeof value === 'boolean' || typeof wanted === 'boolean') {
    return isScalar(value) && isScalar(wanted) && String(value).toLowerCase() === String(wanted).toLowerCase();
  }
  return orderNumbers(value, wanted) === 0;
}

function isOrdered(value: Json | undefined, wanted: Json, holds: (order: number) => boolean): boolean {
  if (isEmpty(value) || isEmpty(wanted)) return false;
  const order = typeof value === 'string' && typeof wanted === 'string'
    ? compareCodePoints(value.normalize('NFC'), wanted.normalize('NFC'))
    : orderNumbers(value, wanted);
  return order !== undefined && holds(order);
}

/** Undefined where either is no number and no text that is one. */
function orderNumbers(left: Json | undefined, right: Json | undefined): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const a = numeric(left);
  const b = numeric(right);
  return a === undefined || b === undefined ? undefined : compareDecimals(a, b);
}

function numeric(value: Json | undefined): ReturnType<typeof parseDecimal> {
  if (typeof value === 'number') return decimalOf(value);
  return typeof value === 'string' ? parseDecimal(value) : undefined;
}

function isScalar(value: Json | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
