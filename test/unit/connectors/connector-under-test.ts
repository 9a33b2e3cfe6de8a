import type { Connector, Page, PageToken, WriteItem, WriteKind } from '../../../src/contracts/connector.js';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { ObjectDefinition, Paginate } from '../../../src/contracts/system-definition.js';
import type { PagingLimits } from '../../../src/connectors/paging-guard.js';
import { createRestConnector } from '../../../src/connectors/rest-connector.js';
import type { HttpClientDependencies } from '../../../src/http/client.js';
import { clientOf, systemAt, type DefinitionOverrides } from '../http/system-under-test.js';

/** never is a signal that is never aborted. */
export const never: AbortSignal = new AbortController().signal;

/** objectWith makes an object whose list is at /contacts, records at /data, and single records at /contacts/{id}. */
export function objectWith(overrides: Partial<ObjectDefinition> = {}, paginate: Paginate = { type: 'none' }): ObjectDefinition {
  return {
    list: { method: 'GET', path: '/contacts', params: {}, records: '/data', paginate },
    get: { method: 'GET', path: '/contacts/{id}', record: '' },
    id: '/id',
    version: '/version',
    ...overrides,
  };
}

/** connectorAt makes a connector whose object `contact` is at a base URL. */
export function connectorAt(
  baseUrl: string,
  contact: ObjectDefinition = objectWith(),
  { pagingLimits, env, dependencies, ...overrides }: DefinitionOverrides & {
    readonly pagingLimits?: PagingLimits;
    readonly env?: Readonly<Record<string, string>>;
    readonly dependencies?: Partial<HttpClientDependencies>;
  } = {},
): Connector {
  const definition = systemAt(baseUrl, { objects: { contact }, ...overrides });
  const { client } = clientOf(definition, dependencies, env);
  return createRestConnector({ definition, client, ...(pagingLimits === undefined ? {} : { pagingLimits }) });
}

/** readAll reads a whole list; `from` and `sinceMs` as in a ListRequest. */
export async function readAll(connector: Connector, more: { readonly from?: PageToken; readonly sinceMs?: number } = {}): Promise<{ readonly ids: readonly string[]; readonly pages: readonly Page[] }> {
  const pages: Page[] = [];
  for await (const page of connector.list('contact', { signal: never, ...more })) pages.push(page);
  return { pages, ids: pages.flatMap((page) => page.records.map((record) => record.id)) };
}

/** item makes a write of a kind. */
export function item(kind: WriteKind, id: string | null, fields: JsonObject = {}, more: Partial<WriteItem> = {}): WriteItem {
  return { kind, id, fields, expectedVersion: null, idempotencyKey: `key-${id ?? JSON.stringify(fields)}`, ...more };
}

/** recordsFrom makes records with the ids from `first` to `last`. */
export function recordsFrom(first: number, last: number): readonly JsonObject[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => ({ id: first + at, version: `v${first + at}` }));
}

/** idsFrom is the ids of those records, as text. */
export function idsFrom(first: number, last: number): readonly string[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => String(first + at));
}
