import type { JsonObject } from '../contracts/json.js';
import type { ScoredField } from '../contracts/sync-definition.js';
import { blockingKeys } from './identity/blocking-keys.js';
import type { IdentityField } from './identity/identity-field.js';
import { jaroWinkler } from './identity/jaro-winkler.js';
import { normalForm } from './identity/normal-form.js';
import { compileGetter } from './json-pointer.js';
import { scalarText } from './text-value.js';

/** ScoredFields reads and compares the fields of a scored match. */
export interface ScoredFields {
  readonly fields: readonly IdentityField[];
  /** formsOf gives the normal forms of a record's fields, without the missing ones. */
  formsOf(values: JsonObject): Readonly<Record<string, string>>;
  /** keysOf gives the numbers by which a database finds the records that one may be. */
  keysOf(forms: Readonly<Record<string, string>>): readonly number[];
  /** mayMatch says whether two records meet the conditions without which they are not compared; a missing value meets none. */
  mayMatch(left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): boolean;
}

/** compileScoredFields prepares the fields of a scored match. */
export function compileScoredFields(scored: readonly ScoredField[]): ScoredFields {
  const fields = scored.map(({ field, kind }) => ({ name: field, kind }));
  const readers = scored.map(({ field, kind }) => ({ field, kind, get: compileGetter(field) }));
  const conditions = scored.flatMap(({ field, least }) => (least === undefined ? [] : [{ field, least }]));
  return {
    fields,
    formsOf: (values) => Object.fromEntries(readers.flatMap(({ field, kind, get }): readonly (readonly [string, string])[] => {
      const text = scalarText(get(values) ?? null);
      const normal = typeof text === 'string' ? normalForm(kind, text) : undefined;
      return normal === undefined ? [] : [[field, normal]];
    })),
    keysOf: (forms) => blockingKeys(fields, forms),
    mayMatch: (left, right) => conditions.every(({ field, least }) => {
      const [one, other] = [left[field], right[field]];
      return one !== undefined && other !== undefined && (one === other || (least < 1 && jaroWinkler(one, other) >= least));
    }),
  };
}
