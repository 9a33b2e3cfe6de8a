import { isJsonObject } from '../json-pointer.js';
import type { Json, JsonObject } from '../../contracts/json.js';
import { isPlainName } from './names.js';

/** OpenApiParameter is a parameter of an operation, of version 2.0 or 3.x. */
export interface OpenApiParameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: JsonObject;
}

/** objectAt reads a member that should be an object; empty where it is none. */
export function objectAt(value: Json | undefined, ...names: readonly string[]): JsonObject {
  let found: Json | undefined = value;
  for (const name of names) found = found !== undefined && isJsonObject(found) ? found[name] : undefined;
  return found !== undefined && isJsonObject(found) ? found : {};
}

/** textAt reads a member that should be text; undefined where it is none. */
export function textAt(value: JsonObject, name: string): string | undefined {
  const found = value[name];
  return typeof found === 'string' ? found : undefined;
}

/** listAt reads a member that should be a list; empty where it is none. */
export function listAt(value: JsonObject, name: string): readonly Json[] {
  const found = value[name];
  return Array.isArray(found) ? found : [];
}

/** parametersOf gives the parameters of an operation and of its path. */
export function parametersOf(path: JsonObject, operation: JsonObject): OpenApiParameter[] {
  return [...listAt(path, 'parameters'), ...listAt(operation, 'parameters')].flatMap((given): OpenApiParameter[] => {
    const parameter = objectAt(given);
    const name = textAt(parameter, 'name');
    const place = textAt(parameter, 'in');
    if (name === undefined || place === undefined) return [];
    // Version 2.0 has the type in the parameter itself.
    return [{ name, in: place, required: parameter['required'] === true, schema: 'schema' in parameter ? objectAt(parameter, 'schema') : parameter }];
  });
}

/** answerSchema gives the schema of a successful answer; undefined where none is described. */
export function answerSchema(operation: JsonObject): JsonObject | undefined {
  const answers = objectAt(operation, 'responses');
  const status = Object.keys(answers).find((key) => /^2(\d\d|XX)$/i.test(key)) ?? 'default';
  return schemaIn(objectAt(answers, status));
}

/** answerHeaders gives the names of the headers of a successful answer. */
export function answerHeaders(operation: JsonObject): readonly string[] {
  return Object.keys(objectAt(operation, 'responses', '200', 'headers'));
}

/** bodySchema gives the schema of the body that an operation takes; undefined where none is described. */
export function bodySchema(operation: JsonObject): JsonObject | undefined {
  const body = listAt(operation, 'parameters').map((parameter) => objectAt(parameter)).find((parameter) => parameter['in'] === 'body');
  return body === undefined ? schemaIn(objectAt(operation, 'requestBody')) : objectAt(body, 'schema');
}

function schemaIn(part: JsonObject): JsonObject | undefined {
  if ('schema' in part) return objectAt(part, 'schema');
  const content = objectAt(part, 'content');
  const type = Object.keys(content).find((name) => /json/i.test(name));
  return type === undefined ? undefined : objectAt(content, type, 'schema');
}

const DEPTH = 8;

/** propertiesOf gives the properties of a schema, with those of the schemas that it is put together of. */
export function propertiesOf(schema: JsonObject, depth = 0): Readonly<Record<string, JsonObject>> {
  if (depth > DEPTH) return {};
  const parts = [...listAt(schema, 'allOf'), ...listAt(schema, 'oneOf').slice(0, 1), ...listAt(schema, 'anyOf').slice(0, 1)];
  const own = Object.entries(objectAt(schema, 'properties')).filter(([name]) => isPlainName(name)).map(([name, property]) => [name, objectAt(property)] as const);
  return Object.assign({}, ...parts.map((part) => propertiesOf(objectAt(part), depth + 1)), Object.fromEntries(own)) as Readonly<Record<string, JsonObject>>;
}

/** itemsOf gives the schema of the items of a list of objects; undefined for anything else. */
export function itemsOf(schema: JsonObject): JsonObject | undefined {
  const items = objectAt(schema, 'items');
  // Slack's document lists the kinds of an item as a list within a list.
  const kinds = listAt(items, 'items').map((kind) => objectAt(kind));
  const [item = items] = kinds.filter((kind) => Object.keys(propertiesOf(kind)).length > 0);
  return 'items' in schema && (Object.keys(propertiesOf(item)).length > 0 || item['type'] === 'object') ? item : undefined;
}

/** typeOf gives the type of a schema; the first that is not null where there are several (3.1). */
export function typeOf(schema: JsonObject): string {
  const type = schema['type'];
  if (typeof type === 'string') return type;
  const [first] = Array.isArray(type) ? type.filter((one) => one !== 'null') : [];
  if (typeof first === 'string') return first;
  return Object.keys(propertiesOf(schema)).length > 0 ? 'object' : 'items' in schema ? 'array' : '';
}
