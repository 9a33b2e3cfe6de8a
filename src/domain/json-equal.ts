import type { Json } from '../contracts/json.js';
import { isJsonArray, isJsonObject } from './json-pointer.js';
import { sameText } from './unicode.js';

const MAX_DEPTH = 200;

/**
 * sameJson tells whether two values say the same: texts by their characters (NFC), −0 as 0, objects whatever the order of
 * their members, a missing member as null. Values nested deeper than 200 levels count as different.
 */
export function sameJson(left: Json | undefined, right: Json | undefined, depth = 0): boolean {
  if (left === right) return true;
  if (left === undefined || left === null) return right === undefined || right === null;
  if (typeof left === 'string') return typeof right === 'string' && sameText(left, right);
  if (depth > MAX_DEPTH) return false;
  if (isJsonArray(left)) {
    return isJsonArray(right) && left.length === right.length && left.every((item, index) => sameJson(item, right[index], depth + 1));
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  for (const key of Object.keys(left)) if (!sameJson(left[key], own(right, key), depth + 1)) return false;
  for (const key of Object.keys(right)) if (!Object.hasOwn(left, key) && right[key] !== null) return false;
  return true;
}

function own(object: { readonly [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
