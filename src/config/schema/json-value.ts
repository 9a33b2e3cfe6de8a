import { z } from 'zod';
import type { Json } from '../../contracts/json.js';

/** jsonValue makes a schema for any JSON value whose numbers are kept exactly. */
export function jsonValue(): z.ZodCustom<Json, Json> {
  return z.custom<Json>().check((context) => {
    const bad = findInexact(context.value);
    if (bad === undefined) return;
    context.issues.push({
      code: 'custom', input: context.value, params: { type: 'invalid-value' },
      message: `the number ${bad} cannot be kept exactly; put it in quotes to keep it as text`,
    });
  });
}

/** givenJsonValue makes a schema for the JSON value of a key that has to be there; null is one. */
export function givenJsonValue(key: string): z.ZodCustom<Json, Json> {
  return jsonValue().check((context) => {
    if (context.value === undefined) context.issues.push({ code: 'custom', input: context.value, params: { type: 'missing-key' }, message: `missing key '${key}': expected a value, or null where nothing is meant` });
  });
}

/** findInexact finds a number that JSON cannot carry, or that a double has rounded already. */
function findInexact(value: unknown): number | undefined {
  if (typeof value === 'number') return !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const part of Object.values(value)) {
    const bad = findInexact(part);
    if (bad !== undefined) return bad;
  }
  return undefined;
}
