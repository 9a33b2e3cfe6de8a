import { createHash } from 'node:crypto';
import type { HandoffDefinition } from '../../src/contracts/handoff-definition.js';
import type { JsonObject } from '../../src/contracts/json.js';
import { compileGetter } from '../../src/domain/json-pointer.js';

/** triggerKey tells the triggers of one record apart: `1`, or a hash of the fields of `once`, so that no value is in an id. */
export function triggerKey({ once }: HandoffDefinition, record: JsonObject): string {
  if (once.length === 0) return '1';
  return createHash('sha256').update(JSON.stringify(once.map((field) => compileGetter(field)(record) ?? null))).digest('hex').slice(0, 12);
}
