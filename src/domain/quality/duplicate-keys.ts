import type { Json, JsonObject } from '../../contracts/json.js';
import type { DuplicateKey, DuplicateKind, FieldRules } from '../../contracts/quality-definition.js';
import { normaliseEmail } from '../email.js';
import { compileGetter, isJsonArray } from '../json-pointer.js';
import { readPhone } from '../phone.js';
import { Refusal } from '../refusal.js';
import { foldText } from '../strong-keys.js';
import { MAX_TEXT_LENGTH, scalarText } from '../text-value.js';
import { normaliseAccountName } from './account-name.js';
import { compileRegion } from './quality-values.js';

/** DuplicateReader gives the normalised values of one key of a record, each once; those that are missing or no such value are left out. */
export type DuplicateReader = (record: JsonObject) => readonly string[];

/** Shorter names are initials and abbreviations that unrelated companies share. */
const LEAST_NAME = 3;

/** compileDuplicateKey makes the reader of one duplicate key. */
export function compileDuplicateKey({ field, kind, region }: DuplicateKey): DuplicateReader {
  const get = compileGetter(field);
  const regionOf = compileRegion(region);
  return (record) => {
    const value = get(record) ?? null;
    const found = (isJsonArray(value) ? value : [value]).map((item) => normalise(kind, item, () => regionOf(record)));
    return [...new Set(found.filter((text) => text !== ''))];
  };
}

/** uniqueKey is the duplicate key by which values of a field that must be unique are compared. */
export function uniqueKey({ field, format, region }: FieldRules): DuplicateKey {
  const kind = format === 'email' || format === 'phone' ? format : 'text';
  return { field, kind, ...(region === undefined ? {} : { region }) };
}

function normalise(kind: DuplicateKind, value: Json, region: () => string | undefined): string {
  const text = scalarText(value);
  if (typeof text !== 'string' || text.length > MAX_TEXT_LENGTH) return '';
  if (kind === 'text') return foldText(text);
  if (kind === 'email') {
    const address = normaliseEmail(text);
    return /^[^@\s]+@[^@\s]+$/.test(address) ? address : '';
  }
  if (kind === 'phone') {
    const read = readPhone(text, region());
    return read instanceof Refusal ? '' : read.number;
  }
  const name = normaliseAccountName(text);
  return name.length < LEAST_NAME && /^[\p{Script=Latin}\d]*$/u.test(name) ? '' : name;
}
