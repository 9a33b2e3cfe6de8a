import type { Json } from '../../contracts/json.js';
import type { RecordValue } from './record.js';

/** FieldRule says what a field of a record may hold; null is always allowed unless the field is required. */
export interface FieldRule {
  readonly type: 'text' | 'number' | 'integer' | 'boolean' | 'list' | 'object' | 'scalar';
  readonly required?: boolean;
  /** Of a text, in code points. */
  readonly maxLength?: number;
  readonly values?: readonly string[];
  /** check returns what is wrong with a text, if anything. */
  readonly check?: (text: string) => string | undefined;
}

/** FieldRules are the writable fields of an object. */
export type FieldRules = Readonly<Record<string, FieldRule>>;

/** FieldProblem is what is wrong with one field. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** CheckedFields are the fields to write, or the problems for which nothing is written. */
export interface CheckedFields {
  readonly fields: RecordValue;
  readonly problems: readonly FieldProblem[];
}

/** UnknownFields is what a system does with fields that it does not know: store, leave out, or refuse them. */
export type UnknownFields = 'store' | 'drop' | 'refuse';

const defaultMaxLength = 20_000;
const fieldName = /^[a-z][A-Za-z0-9_]{0,63}$/;
const readOnly: ReadonlySet<string> = new Set([
  'id', 'created_at', 'updated_at', 'last_changed', 'version', 'revision', 'modifiedAt', 'createdAt', 'created', 'updated',
]);

/** checkFields judges the fields of a create (whole) or an update (only the fields given); read-only fields are left out. */
export function checkFields(rules: FieldRules, input: Json | undefined, mode: 'create' | 'update', unknown: UnknownFields): CheckedFields {
  const problems: FieldProblem[] = [];
  const fields: RecordValue = {};
  if (input === null || typeof input !== 'object' || Array.isArray(input)) {
    return { fields, problems: [{ field: '', message: 'a JSON object of fields is needed' }] };
  }
  for (const [field, value] of Object.entries(input)) {
    if (readOnly.has(field)) continue;
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
    if (rule === undefined) {
      if (unknown === 'drop') continue;
      if (unknown === 'refuse' || !fieldName.test(field)) {
        problems.push({ field, message: 'unknown field' });
        continue;
      }
    }
    const message = rule === undefined ? undefined : fault(rule, value);
    if (message === undefined) fields[field] = value;
    else problems.push({ field, message });
  }
  if (mode === 'create') {
    for (const field in rules) {
      if (rules[field]?.required === true && !(field in input)) problems.push({ field, message: 'is required' });
    }
  }
  return { fields, problems };
}

function fault(rule: FieldRule, value: Json): string | undefined {
  if (value === null || value === '') return rule.required === true ? 'must not be empty' : undefined;
  const type = fieldTypes[rule.type];
  if (!type.holds(value)) return `must be ${type.name}`;
  return typeof value === 'string' ? textFault(rule, value) : undefined;
}

const fieldTypes: Readonly<Record<FieldRule['type'], { readonly name: string; readonly holds: (value: Json) => boolean }>> = {
  text: { name: 'a text', holds: (value) => typeof value === 'string' },
  number: { name: 'a number', holds: (value) => typeof value === 'number' },
  integer: { name: 'a whole number', holds: (value) => Number.isSafeInteger(value) },
  boolean: { name: 'true or false', holds: (value) => typeof value === 'boolean' },
  list: { name: 'a list', holds: (value) => Array.isArray(value) },
  object: { name: 'an object', holds: (value) => typeof value === 'object' && !Array.isArray(value) },
  scalar: { name: 'a single value', holds: (value) => typeof value !== 'object' },
};

function textFault(rule: FieldRule, text: string): string | undefined {
  const limit = rule.maxLength ?? defaultMaxLength;
  if (text.length > limit && longerThan(text, limit)) return `is longer than ${limit} characters`;
  if (rule.values !== undefined && !rule.values.includes(text)) return `must be one of ${rule.values.join(', ')}`;
  return rule.check?.(text);
}

function longerThan(text: string, codePoints: number): boolean {
  // A code point has two units at most, so that only so much of the text need be looked at.
  return Array.from(text.slice(0, 2 * codePoints + 2)).length > codePoints;
}

// Neither class contains the character that follows it, so the match is linear.
const emailPattern = /^[^\s@<>()[\]\\,;:"]{1,64}@(?:[^\s@<>()[\]\\,;:".]+\.)+[^\s@<>()[\]\\,;:".]{2,}$/;

/** plausibleEmail returns what is wrong with an e-mail address that nobody could write to. */
export function plausibleEmail(text: string): string | undefined {
  return text.length <= 254 && emailPattern.test(text) ? undefined : 'is not an e-mail address';
}
