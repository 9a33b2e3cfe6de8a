import type { ValueOrField } from '../contracts/sync-definition.js';

const fieldPattern = /^from\(\s*([^()\s][^()]*?)\s*\)$/;

/** parseValueOrField reads `from(country)` as the field `country`, and any other text as itself. */
export function parseValueOrField(text: string): ValueOrField {
  const field = fieldPattern.exec(text)?.[1];
  return field === undefined ? { value: text } : { field };
}
