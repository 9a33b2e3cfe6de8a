import type { JsonObject } from '../contracts/json.js';
import type { WriteOperation } from '../contracts/system-definition.js';
import { compileSetter, type MutableJsonObject } from './json-pointer.js';

/**
 * restoreFields is what an update sets to bring an archived record back: what the archive says, or the opposites of the
 * flags that it sets where these are all true or false. Undefined where nobody knows.
 */
export function restoreFields(archive: Pick<WriteOperation, 'fields' | 'restore'> | undefined): JsonObject | undefined {
  if (archive === undefined) return undefined;
  const flags = Object.entries(archive.fields);
  if (archive.restore !== undefined) return placed(Object.entries(archive.restore));
  if (flags.length === 0 || !flags.every(([, value]) => typeof value === 'boolean')) return undefined;
  return placed(flags.map(([field, value]) => [field, value !== true]));
}

function placed(entries: readonly (readonly [string, string | number | boolean | null])[]): JsonObject {
  const fields: MutableJsonObject = {};
  for (const [field, value] of entries) compileSetter(field)(fields, value);
  return fields;
}
