import type { Json, JsonObject } from '../contracts/json.js';
import type { BlankCounts } from '../contracts/run.js';
import { isEmptyValue } from './conversion-spec.js';
import { compileGetter } from './json-pointer.js';

/** BlankCounter counts, field by field, how many changes take a record's value away. */
export interface BlankCounter {
  /** count takes what a record holds and what it would hold; a field that the change leaves alone is absent in `after`. */
  count(before: JsonObject, after: JsonObject): void;
  /** take gives what was counted since it was last called; fields that lost nothing are left out. */
  take(): BlankCounts;
}

/** createBlankCounter makes the counter for target fields. */
export function createBlankCounter(fields: readonly string[]): BlankCounter {
  const columns = fields.map((field) => ({ field, get: compileGetter(field), lost: 0 }));
  return {
    count(before, after) {
      for (const column of columns) {
        const value = column.get(after);
        if (value !== undefined && isBlank(value) && !isBlank(column.get(before))) column.lost += 1;
      }
    },
    take() {
      const counts = Object.fromEntries(columns.filter(({ lost }) => lost > 0).map(({ field, lost }) => [field, lost]));
      for (const column of columns) column.lost = 0;
      return counts;
    },
  };
}

/** addBlanks adds two counts, field by field. */
export function addBlanks(left: BlankCounts, right: BlankCounts): BlankCounts {
  const sum: Record<string, number> = { ...left };
  for (const [field, lost] of Object.entries(right)) sum[field] = (sum[field] ?? 0) + lost;
  return sum;
}

/** isBlank says whether a value is none: absent, null, an empty text or an empty list. */
export function isBlank(value: Json | undefined): boolean {
  return isEmptyValue(value) || (Array.isArray(value) && value.length === 0);
}
