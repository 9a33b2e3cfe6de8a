import type { Json, JsonObject } from '../contracts/json.js';
import type { BlankCounts } from '../contracts/run.js';
import { compileGetter } from './json-pointer.js';

/** BlankCounter counts, field by field, how many changes take a record's value away. */
export interface BlankCounter {
  /** count takes what a record holds and what it would hold; a field that the change leaves alone is absent in `after`. */
  count(before: JsonObject, after: JsonObject): void;
  /** counts is what was counted so far; fields that lost nothing are left out. */
  counts(): BlankCounts;
}

/** createBlankCounter makes the counter for target fields; `from` is what was counted before. */
export function createBlankCounter(fields: readonly string[], from: BlankCounts = {}): BlankCounter {
  const columns = fields.map((field) => ({ field, get: compileGetter(field), lost: from[field] ?? 0 }));
  return {
    count(before, after) {
      for (const column of columns) {
        const value = column.get(after);
        if (value !== undefined && isBlank(value) && !isBlank(column.get(before))) column.lost += 1;
      }
    },
    counts: () => Object.fromEntries(columns.filter(({ lost }) => lost > 0).map(({ field, lost }) => [field, lost])),
  };
}

/** isBlank says whether a value is none: absent, null, an empty text or an empty list. */
export function isBlank(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
