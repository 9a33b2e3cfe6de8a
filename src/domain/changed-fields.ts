import type { Json, JsonObject } from '../contracts/json.js';
import { sameJson } from './json-equal.js';

/** changedFields is the part of `next` that differs from `before`; a field that is absent counts as null. */
export function changedFields(before: JsonObject, next: JsonObject): JsonObject {
  const changed: Record<string, Json> = {};
  for (const [field, value] of Object.entries(next)) if (!sameJson(before[field] ?? null, value)) changed[field] = value;
  return changed;
}
