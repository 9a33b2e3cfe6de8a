import type { Json, JsonObject } from '../../contracts/json.js';
import { compileSetter, FieldPathError, isJsonObject, type MutableJsonObject } from '../../domain/json-pointer.js';
import { badInput } from '../command-error.js';

/**
 * withFieldsSet is a copy of a record with fields set: `name=text` sets a text, `name:=json` any JSON value, and a name
 * that begins with a slash is a JSON Pointer (RFC 6901). Throws CommandError for what cannot be read or set.
 */
export function withFieldsSet(payload: JsonObject, settings: readonly string[]): JsonObject {
  const copy = structuredClone<MutableJsonObject>(payload);
  for (const setting of settings) {
    const [, path = '', operator, value = ''] = /^(?!:=)(.+?)(:?=)(.*)$/s.exec(setting) ?? [];
    if (operator === undefined) throw badInput(`"${setting.slice(0, 80)}" sets no field.`, { todo: 'Write --set field=text, or --set field:=json for a number, a truth value, a list or null.' });
    try {
      compileSetter(path)(copy, operator === '=' ? value : (JSON.parse(value) as Json));
    } catch (error) {
      if (!(error instanceof FieldPathError) && !(error instanceof SyntaxError)) throw error;
      throw badInput(error instanceof FieldPathError ? error.message : `The value of "${path.slice(0, 80)}" is not JSON: ${error.message}.`, { todo: 'Write --set field=text for a plain text.' });
    }
  }
  return copy;
}

/** parsePayload reads an edited record; throws CommandError unless it is a JSON object. */
export function parsePayload(text: string, where: string): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw badInput(`The edited record is not JSON: ${(error as SyntaxError).message}.`, { where, todo: 'Correct it; nothing was changed.' });
  }
  if (!isJsonObject(value)) throw badInput('The edited record is not a JSON object.', { where, todo: 'Write it as { "field": value, … }.' });
  return value;
}
