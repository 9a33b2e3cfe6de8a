import type { DraftField, DraftObject, DraftWrite } from '../../contracts/system-draft.js';
import type { JsonObject } from '../../contracts/json.js';
import { idField, pagingNames, sinceParameter, updatedField } from './known-names.js';
import { environmentName, objectName, pointerOf } from './names.js';
import { answerHeaders, answerSchema, bodySchema, itemsOf, objectAt, parametersOf, propertiesOf, textAt, typeOf } from './openapi-access.js';
import { openApiPaging, unknownNext } from './openapi-paging.js';

/** ObjectsFound is the lists of a document that can be objects, and those that cannot with the reason. */
export interface ObjectsFound {
  readonly objects: readonly DraftObject[];
  readonly leftOut: readonly string[];
}

const MOST_OBJECTS = 40;
const MOST_FIELDS = 40;

/** Lists under these names are not records that are kept in step. */
const noRecords = /^(search|batch(es)?|counts?|show_many|sample|scroll|ping|test|me|events|exports?|imports?|incremental|autocomplete|recent|history|job_statuses|tag-search|.*_?fields|.*\.(?!list$)\w+)$/i;

/** openApiObjects finds the lists of records in a document whose references are resolved, with the operations on one record. */
export function openApiObjects(document: JsonObject, system: string): ObjectsFound {
  const paths = objectAt(document, 'paths');
  const objects: DraftObject[] = [];
  const leftOut: string[] = [];
  const taken = new Set<string>();
  // Lists at the top first: those within a record only where the same is not listed at the top.
  const byDepth = Object.keys(paths).toSorted((a, b) => placeholders(a).length - placeholders(b).length);
  for (const path of byDepth) {
    const segment = path.split('/').at(-1) ?? '';
    const operation = objectAt(paths, path, 'get');
    if (segment === '' || segment.includes('{') || Object.keys(operation).length === 0) continue;
    const list = listIn(answerSchema(operation) ?? {}, segment);
    if (list === undefined) continue;
    const name = objectName(segment);
    const why = noRecords.test(segment) || path.includes('/incremental/') ? 'its name says that it is no list of records'
      : placeholders(path).length > 1 ? 'it is within more than one record'
      : taken.has(name) ? `there is a list of ${name} already`
      : objects.length >= MOST_OBJECTS ? `only ${MOST_OBJECTS} objects are drafted` : undefined;
    if (why === undefined) {
      taken.add(name);
      objects.push(draftObject(paths, path, name, list, system));
    } else leftOut.push(`GET ${path}: ${why}`);
  }
  return { objects, leftOut };
}

interface RecordList {
  readonly records: string;
  readonly item: JsonObject;
  readonly answer: JsonObject;
}

function listIn(answer: JsonObject, segment: string): RecordList | undefined {
  const bare = itemsOf(answer);
  if (bare !== undefined) return { records: '', item: bare, answer };
  const lists = Object.entries(propertiesOf(answer)).flatMap(([name, schema]) => {
    const item = itemsOf(schema);
    return item === undefined ? [] : [{ name, item }];
  });
  const usual = lists.find(({ name }) => name.toLowerCase() === segment.replace(/\.\w+$/, '').toLowerCase()) ?? lists.find(({ name }) => /^(data|results?|items|records|values|value|list)$/i.test(name));
  // Errors and warnings come in lists too.
  const found = usual ?? lists.find(({ name }) => !/error|warning|link|message|included/i.test(name));
  return found === undefined ? undefined : { records: pointerOf(found.name), item: found.item, answer };
}

function draftObject(paths: JsonObject, path: string, name: string, { records, item, answer }: RecordList, system: string): DraftObject {
  const collection = objectAt(paths, path);
  const operation = objectAt(collection, 'get');
  const parameters = parametersOf(collection, operation);
  const single = Object.keys(paths).find((other) => other.startsWith(`${path}/`) && /^\/\{[^/{}]+\}$/.test(other.slice(path.length)) && 'get' in objectAt(paths, other))
    ?? Object.keys(paths).find((other) => other.startsWith(`${path}/`) && /^\/\{[^/{}]+\}$/.test(other.slice(path.length)));
  const one = single === undefined ? {} : objectAt(paths, single);
  const pathParameter = single === undefined ? undefined : placeholders(single).at(-1);
  const properties = propertiesOf(item);
  const names = Object.keys(properties);
  const id = idField(names, name, pathParameter);
  const updated = updatedField(names);
  const since = sinceParameter(parameters.filter(({ in: place }) => place === 'query').map(({ name: parameter }) => parameter));
  const paginate = openApiPaging(parameters, answer, answerHeaders(operation));
  const required = parameters.filter((parameter) => parameter.in === 'query' && parameter.required && !Object.values(pagingNames).some((pattern) => pattern.test(parameter.name)));
  const fill = (text: string): string => filled(text, system, single === text ? pathParameter : undefined);
  const sinceSchema = parameters.find(({ name: parameter }) => parameter === since)?.schema ?? {};
  const writes = writesOf(collection, one, path, single, fill, name);
  return {
    object: name,
    list: { path: fill(path), params: Object.fromEntries(required.map(({ name: parameter }) => [parameter, `\${${environmentName(system, parameter)}}`])), records, paginate },
    ...(single === undefined || !('get' in one) ? {} : { get: { path: fill(single), record: recordIn(answerSchema(objectAt(one, 'get')), name) ?? '' } }),
    ...(since === undefined || updated === undefined ? {} : { since: { param: since, field: pointerOf(updated), format: typeOf(sinceSchema) === 'integer' ? 'unix' as const : 'iso' as const } }),
    id: pointerOf(id ?? 'id'),
    ...(updated === undefined ? {} : { version: pointerOf(updated) }),
    ...writes.operations,
    fields: names.slice(0, MOST_FIELDS).map((field): DraftField => ({ name: field, type: fieldType(properties[field] ?? {}) })),
    checks: [
      ...(id === undefined ? ['The id was not found in the document: correct "id".'] : []),
      ...(paginate.type === 'none' ? ['No paging was found in the document: look whether the list really comes whole.'] : []),
      ...(paginate.next === unknownNext && !('next_cursor' in propertiesOf(answer)) ? ['Where the answer holds the token of the next page is not in the document: correct "next", or only the first page is read.'] : []),
      ...(since === undefined ? ['No filter for what changed was found: without "since" every run reads everything.'] : []),
      ...placeholders(path).map((parameter) => `The path needs ${parameter}: set the environment variable, or write the value.`),
      ...required.map(({ name: parameter }) => `The list wants the parameter ${parameter}: set the environment variable, or write the value.`),
      ...writes.checks,
    ],
  };
}

function writesOf(collection: JsonObject, one: JsonObject, path: string, single: string | undefined, fill: (text: string) => string, name: string): { operations: Pick<DraftObject, 'create' | 'update' | 'delete'>; checks: string[] } {
  const checks: string[] = [];
  const write = (kind: string, method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', at: string, operation: JsonObject): DraftWrite | undefined => {
    const body = bodySchema(operation);
    const envelope = envelopeOf(body, name);
    if (envelope === undefined) {
      checks.push(`${kind} (${method} ${at}) takes a list of records, so it was left out: write it as "batch" if it is needed.`);
      return undefined;
    }
    return { method, path: fill(at), envelope, record: method === 'DELETE' ? null : recordIn(answerSchema(operation), name) ?? null };
  };
  const create = 'post' in collection ? write('create', 'POST', path, objectAt(collection, 'post')) : undefined;
  const [method, operation] = (['patch', 'put', 'post'] as const).flatMap((verb) => (verb in one ? [[verb, objectAt(one, verb)] as const] : []))[0] ?? [];
  const update = single === undefined || method === undefined ? undefined : write('update', method === 'patch' ? 'PATCH' : method === 'put' ? 'PUT' : 'POST', single, operation ?? {});
  const remove = single !== undefined && 'delete' in one ? write('delete', 'DELETE', single, objectAt(one, 'delete')) : undefined;
  return { operations: { ...(create === undefined ? {} : { create }), ...(update === undefined ? {} : { update }), ...(remove === undefined ? {} : { delete: remove }) }, checks };
}

/** Where the fields go in a body; undefined where it wants a list of records. */
function envelopeOf(body: JsonObject | undefined, name: string): string | undefined {
  if (body === undefined) return '';
  if (typeOf(body) === 'array') return undefined;
  const properties = Object.entries(propertiesOf(body));
  const [only] = properties;
  // HubSpot keeps the fields of a record under this name, beside what links it.
  if (properties.some(([key]) => key === 'properties')) return '/properties';
  if (only === undefined || (properties.length > 1 && objectName(only[0]) !== name)) return properties.some(([key, schema]) => itemsOf(schema) !== undefined && objectName(key) === name) ? undefined : '';
  const [key, schema] = only;
  if (itemsOf(schema) !== undefined) return undefined;
  return Object.keys(propertiesOf(schema)).length > 0 || /^(data|properties)$/i.test(key) ? pointerOf(key) : '';
}

/** Where an answer holds the record: under its name, under `data`, or the answer itself; undefined without an answer. */
function recordIn(answer: JsonObject | undefined, name: string): string | undefined {
  if (answer === undefined) return undefined;
  const properties = Object.entries(propertiesOf(answer));
  const inner = properties.find(([key, schema]) => (objectName(key) === name || /^(data|result|item|record)$/i.test(key)) && typeOf(schema) !== 'array' && Object.keys(propertiesOf(schema)).length > 0);
  return inner === undefined ? '' : pointerOf(inner[0]);
}

function placeholders(path: string): string[] {
  return [...path.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1] ?? '');
}

/** `{id}` for the record itself; everything else in a path becomes a variable that a person sets. */
function filled(path: string, system: string, idParameter: string | undefined): string {
  return path.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => (name === idParameter && path.endsWith(whole) ? '{id}' : `\${${environmentName(system, name)}}`));
}

function fieldType(schema: JsonObject): string {
  const type = typeOf(schema);
  const format = textAt(schema, 'format') ?? '';
  if (format === 'date' || format === 'email') return format;
  if (format === 'date-time') return 'datetime';
  if (type === 'array') return 'list';
  if (type === 'number') return 'decimal';
  return type === 'string' || type === '' ? ('enum' in schema ? 'enum' : 'text') : type === 'object' ? 'json' : type;
}
