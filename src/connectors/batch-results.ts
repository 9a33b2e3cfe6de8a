import type { Json } from '../contracts/json.js';
import { isJsonArray, isJsonObject } from '../domain/json-pointer.js';
import { readScalarText } from './record-id.js';

/**
 * matchByKey finds each item's result by a value that both hold; undefined for an item without one. A value that several
 * items share is answered in their order. Where a value is not found as it is, it is looked for in lower case and without
 * blanks around it, as systems store e-mail addresses.
 */
export function matchByKey(itemKeys: readonly (Json | undefined)[], results: readonly Json[], keyOf: (result: Json) => Json | undefined): readonly (Json | undefined)[] {
  const byKey = new Map<string, Json[]>();
  const byPlainKey = new Map<string, Json[]>();
  for (const result of results) {
    const key = readScalarText(keyOf(result));
    if (key === undefined) continue;
    append(byKey, key, result);
    append(byPlainKey, plain(key), result);
  }
  const taken = new Set<Json>();
  const take = (candidates: readonly Json[] | undefined): Json | undefined => {
    const found = candidates?.find((candidate) => !taken.has(candidate));
    if (found !== undefined) taken.add(found);
    return found;
  };
  const keys = itemKeys.map(readScalarText);
  const exact = keys.map((key) => (key === undefined ? undefined : take(byKey.get(key))));
  return exact.map((result, index) => {
    const key = keys[index];
    return result ?? (key === undefined ? undefined : take(byPlainKey.get(plain(key))));
  });
}

/**
 * matchByPosition gives the results in order where there is exactly one for each item. Any other number tells nothing of
 * which item a result is for: a system that leaves out the failed ones would shift all that follow.
 */
export function matchByPosition(count: number, results: readonly Json[]): readonly (Json | undefined)[] {
  return results.length === count ? results : Array.from({ length: count }, () => undefined);
}

/** matchByNamedPosition gives the results in the order of the items whose positions, from 0, they name; the later one of two counts. */
export function matchByNamedPosition(count: number, results: readonly Json[], positionOf: (result: Json) => Json | undefined): readonly (Json | undefined)[] {
  const byPosition = new Map(results.map((result) => [Number(readScalarText(positionOf(result)) ?? NaN), result]));
  return Array.from({ length: count }, (_, index) => byPosition.get(index));
}

/** ResultStatus is how one result of a batch says how its item fared. */
export interface ResultStatus {
  /** HTTP status, where it is one. */
  readonly status: number | null;
  /** Whether the result says, without a status, that the item was refused. */
  readonly refused: boolean;
}

const successWords = /^(?:ok|true|success|successful|succeeded|created|updated|upserted|archived|deleted|done|accepted|processed|completed?|unchanged)$/i;

/** readResultStatus reads the status of a result, and where that is no HTTP status, its word for it and its error. */
export function readResultStatus(status: Json | undefined, error: Json | undefined): ResultStatus {
  const number = typeof status === 'string' && /^\d{3}$/.test(status) ? Number(status) : status;
  if (typeof number === 'number') return { status: number, refused: false };
  const word = readScalarText(status);
  return { status: null, refused: (word !== undefined && word !== '' && !successWords.test(word)) || !isNothing(error) };
}

function isNothing(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === false || value === 0) return true;
  return isJsonArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
}

function append(map: Map<string, Json[]>, key: string, result: Json): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [result]);
  else there.push(result);
}

function plain(key: string): string {
  return key.trim().toLowerCase();
}
