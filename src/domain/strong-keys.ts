import type { Json, JsonObject } from '../contracts/json.js';
import type { MatchKey } from '../contracts/sync-definition.js';
import { normaliseEmail } from './email.js';
import { compileGetter, isJsonArray } from './json-pointer.js';
import { MAX_TEXT_LENGTH, scalarText } from './text-value.js';

/** StrongKey is a value whose equality means "the same entity", in the form in which it is compared. */
export interface StrongKey {
  readonly kind: MatchKey['kind'];
  readonly field: string;
  readonly value: string;
}

const MAX_KEY_LENGTH = 320;
const E164 = /^\+[1-9]\d{6,14}$/;

/** compileStrongKeys makes the function that finds the strong keys of many records; see strongKeys. */
export function compileStrongKeys(matchKeys: readonly MatchKey[]): (values: JsonObject) => readonly StrongKey[] {
  const keys = matchKeys.map(({ kind, field }) => ({ kind, field, get: compileGetter(field) }));
  return (values) => {
    const found: StrongKey[] = [];
    for (const { kind, field, get } of keys) {
      const value = get(values) ?? null;
      for (const item of isJsonArray(value) ? value : [value]) {
        const normal = normalise(kind, item);
        if (normal !== undefined && !found.some((each) => each.field === field && each.value === normal)) found.push({ kind, field, value: normal });
      }
    }
    return found;
  };
}

/**
 * strongKeys gives the strong keys of one record, strongest first, of a list one for each item: e-mail addresses lower
 * case, phone numbers in E.164 form, texts without regard to case, composition or blanks. Values that are empty, longer
 * than 320 characters, or no address or E.164 number are left out, for an absent key must not match an absent key.
 */
export function strongKeys(matchKeys: readonly MatchKey[], values: JsonObject): readonly StrongKey[] {
  return compileStrongKeys(matchKeys)(values);
}

/**
 * foldText gives the form in which texts are compared without regard to case: NFC, case folded (ß as ss), blanks
 * collapsed. Folding is upper case and then lower case, which differs from Unicode's full folding in that ı equals i.
 */
export function foldText(text: string): string {
  return text.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC').replaceAll(/\s+/g, ' ').trim();
}

function normalise(kind: MatchKey['kind'], value: Json): string | undefined {
  const text = scalarText(value);
  if (typeof text !== 'string' || text.length > MAX_TEXT_LENGTH) return undefined;
  const normal = kind === 'email' ? normaliseEmail(text) : kind === 'phone' ? text.replaceAll(/[\s().-]/g, '') : foldText(text);
  if (normal === '' || normal.length > MAX_KEY_LENGTH) return undefined;
  if (kind === 'email') return /^[^@]+@[^@]+$/.test(normal) ? normal : undefined;
  return kind === 'text' || E164.test(normal) ? normal : undefined;
}
