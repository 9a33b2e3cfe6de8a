import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../contracts/json.js';
import { compileGetter, type FieldGetter } from '../domain/json-pointer.js';
import { idSegment, readScalarText } from './record-id.js';

/** pathFunctions is what a value may be put through on its way into a path, by name. */
const pathFunctions: Readonly<Record<string, (text: string) => string>> = {
  text: (text) => text,
  trim: (text) => text.trim(),
  lower: (text) => text.toLowerCase(),
  // Mailchimp names a member by it (mailchimp.com/developer/marketing, "subscriber hash"); nothing is kept secret by it.
  md5: (text) => createHash('md5').update(text, 'utf8').digest('hex'),
};

/** PathFiller fills the fields of a record into a path; a text says which field is missing. */
export type PathFiller = (fields: JsonObject) => { readonly path: string } | { readonly missing: string };

/**
 * createPathFiller prepares a path with placeholders such as `{md5(lower(email_address))}`: a field, a name or a JSON
 * Pointer, within one or more functions. The value becomes one percent-encoded segment. Other placeholders stay.
 */
export function createPathFiller(template: string): PathFiller {
  const places = [...template.matchAll(/\{((?:\w+\()+)([^(){}]+)(\)+)\}/g)].map(([whole, calls = '', field = '']) => ({ whole, field, valueOf: compileValue(calls, field) }));
  if (places.length === 0) return () => ({ path: template });
  return (fields) => {
    let path = template;
    for (const { whole, field, valueOf } of places) {
      const value = valueOf(fields);
      const segment = value === undefined ? undefined : idSegment(value);
      if (segment === undefined) return { missing: field };
      path = path.replace(whole, () => segment);
    }
    return { path };
  };
}

function compileValue(calls: string, field: string): (fields: JsonObject) => string | undefined {
  const get: FieldGetter = compileGetter(field);
  const functions = calls.split('(').filter((name) => name !== '').toReversed().map((name) => pathFunctions[name]);
  return (fields) => {
    const read: Json | undefined = get(fields);
    const text = readScalarText(read);
    return text === undefined || text === '' ? undefined : functions.reduce((value, change) => change?.(value) ?? value, text);
  };
}
