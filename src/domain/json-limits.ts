import type { Json } from '../contracts/json.js';
import { isJsonArray } from './json-pointer.js';
import { Refusal } from './refusal.js';
import { isWellFormed } from './unicode.js';

/** MAX_JSON_DEPTH is how deep lists and objects may be nested within one value. */
export const MAX_JSON_DEPTH = 64;

/**
 * jsonProblem refuses values that are nested too deep, too large in all (texts and member names in UTF-16 units, and one
 * for each item), or that hold text that cannot be stored: broken Unicode or NUL. Works without recursion.
 */
export function jsonProblem(value: Json, maxSize: number): Refusal | undefined {
  const pending: { readonly value: Json; readonly depth: number }[] = [{ value, depth: 0 }];
  let size = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value: current, depth } = next;
    size += 1;
    if (typeof current === 'string') {
      size += current.length;
      const problem = size > maxSize ? tooLarge(maxSize) : storageProblem(current);
      if (problem !== undefined) return problem;
    }
    if (typeof current !== 'object' || current === null) continue;
    if (depth >= MAX_JSON_DEPTH) return new Refusal('too-deep', `A value is nested at most ${MAX_JSON_DEPTH} levels deep.`);
    if (isJsonArray(current)) {
      if (current.length > maxSize - size) return tooLarge(maxSize);
      for (const item of current) pending.push({ value: item, depth: depth + 1 });
      continue;
    }
    for (const [key, item] of Object.entries(current)) {
      size += key.length;
      const problem = storageProblem(key);
      if (problem !== undefined) return problem;
      pending.push({ value: item, depth: depth + 1 });
    }
  }
  return size > maxSize ? tooLarge(maxSize) : undefined;
}

function storageProblem(text: string): Refusal | undefined {
  if (text.includes('\0')) return new Refusal('nul-character', 'A text in the value holds a NUL character, which databases refuse.');
  return isWellFormed(text) ? undefined : new Refusal('invalid-unicode', 'A text in the value is broken Unicode.');
}

function tooLarge(maxSize: number): Refusal {
  return new Refusal('too-large', `A value has at most ${maxSize} characters and items.`);
}
