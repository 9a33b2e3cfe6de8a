import type { Json } from '../contracts/json.js';
import { sameJson } from './json-equal.js';
import { isJsonObject } from './json-pointer.js';

/**
 * holds says whether a record's value is what was written. Of an object only the members that were written count, since
 * a system may keep others beside them; an empty text is as good as no value, as many systems give one for the other.
 */
export function holds(written: Json | undefined, found: Json | undefined): boolean {
  if (isEmpty(written)) return isEmpty(found);
  if (written !== undefined && isJsonObject(written)) {
    return found !== undefined && isJsonObject(found) ? Object.entries(written).every(([name, value]) => holds(value, found[name])) : Object.values(written).every(isEmpty) && isEmpty(found);
  }
  return sameJson(written, found);
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '';
}
