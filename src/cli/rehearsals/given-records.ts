import { readFile, stat } from 'node:fs/promises';
import { parseObjectReference } from '../../config/object-name.js';
import type { JsonObject } from '../../contracts/json.js';
import type { ObjectReference } from '../../contracts/sync-definition.js';
import type { SystemDefinition } from '../../contracts/system-definition.js';
import { compileGetter, isJsonObject } from '../../domain/json-pointer.js';
import { textOf } from '../../domain/handoff/values.js';
import { badInput } from '../command-error.js';

/** A record is never larger; a file that is, is another file. */
const MOST_BYTES = 5_000_000;

/** GivenRecord is a record that a file stands for. */
export interface GivenRecord extends ObjectReference {
  readonly id: string;
  readonly data: JsonObject;
}

/** givenRecord reads a record of an object from a JSON file; throws CommandError. */
export async function givenRecord(file: string, reference: ObjectReference, system: SystemDefinition): Promise<GivenRecord> {
  const object = system.objects[reference.object];
  if (object === undefined) throw badInput(`The system "${reference.system}" has no object "${reference.object}".`);
  const data = await readRecord(file);
  const id = textOf({ id: compileGetter(object.id)(data) ?? data['id'] ?? null }, '/id');
  if (id === undefined) throw badInput('The record has no id.', { where: file, todo: `Give it one at ${object.id}; an invented one will do.` });
  return { ...reference, id, data };
}

/** objectFile takes `crm.account=account.json` apart; throws CommandError. */
export function objectFile(text: string): { readonly reference: ObjectReference; readonly file: string } {
  const [, object = '', file = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  const reference = parseObjectReference(object);
  if (reference === undefined) throw badInput(`"${text.slice(0, 80)}" names no record.`, { todo: 'Write it as SYSTEM.OBJECT=FILE, for example crm.account=account.json.' });
  return { reference, file };
}

async function readRecord(file: string): Promise<JsonObject> {
  let text: string;
  try {
    if ((await stat(file)).size > MOST_BYTES) throw badInput('The file is too large for a record.', { where: file });
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw badInput(`The file cannot be read (${String(error.code)}).`, { where: file });
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value as JsonObject)) return value as JsonObject;
  } catch {
    throw badInput('The file is not JSON.', { where: file });
  }
  throw badInput('The file holds no JSON object.', { where: file, todo: 'A record is an object such as {"id": "d-1", "stage": "won"}.' });
}
