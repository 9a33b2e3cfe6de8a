import type { SystemDraft } from '../contracts/system-draft.js';
import type { JsonObject } from '../contracts/json.js';
import { documentName, environmentName, hostName, systemName } from '../domain/draft/names.js';
import { listAt, objectAt, textAt } from '../domain/draft/openapi-access.js';
import { openApiAuth } from '../domain/draft/openapi-auth.js';
import { openApiObjects } from '../domain/draft/openapi-objects.js';

/** OpenApiSource is a document whose references are resolved, and what is known besides. */
export interface OpenApiSource {
  readonly document: JsonObject;
  /** Name of the system; undefined: made of the title. */
  readonly system: string | undefined;
  /** URL that the document came from; undefined: from a file. */
  readonly from: string | undefined;
  /** Name of the file, which often is that of the product. */
  readonly file?: string;
}

/** draftOfOpenApi drafts a system from an OpenAPI document (2.0, 3.0 or 3.1). */
export function draftOfOpenApi({ document, system: given, from, file }: OpenApiSource): SystemDraft {
  const title = (textAt(objectAt(document, 'info'), 'title') ?? '').replaceAll(/[\s\p{C}]+/gu, ' ').trim().slice(0, 100).trim() || 'API';
  const system = given ?? (file === undefined ? undefined : documentName(file)) ?? hostOf(document) ?? systemName(title);
  const { baseUrl, checks } = serverOf(document, system, from);
  const { objects, leftOut } = openApiObjects(document, system);
  return { system, title, baseUrl, auth: openApiAuth(document, system), objects, checks, leftOut };
}

/** openApiActions lists every action of a document, as in `GET /contacts: List contacts`. */
export function openApiActions(document: JsonObject): string[] {
  return Object.entries(objectAt(document, 'paths')).flatMap(([path, item]) =>
    ['get', 'post', 'put', 'patch', 'delete'].flatMap((verb) => {
      const operation = objectAt(item, verb);
      if (Object.keys(operation).length === 0) return [];
      const summary = (textAt(operation, 'summary') ?? textAt(operation, 'operationId') ?? '').replaceAll(/\s+/g, ' ').slice(0, 120);
      return [`${verb.toUpperCase()} ${path}${summary === '' ? '' : `: ${summary}`}`];
    }));
}

function hostOf(document: JsonObject): string | undefined {
  const written = textAt(document, 'host') ?? textAt(objectAt(listAt(document, 'servers')[0]), 'url') ?? '';
  const url = URL.canParse(written) ? new URL(written).hostname : written.split('/')[0] ?? '';
  return url === '' || url.includes('{') || url.includes('%7B') ? undefined : hostName(url);
}

function serverOf(document: JsonObject, system: string, from: string | undefined): { readonly baseUrl: string; readonly checks: string[] } {
  const placeholder = `\${${environmentName(system, 'url')}}`;
  const first = objectAt(listAt(document, 'servers')[0]);
  const host = textAt(document, 'host');
  const scheme = listAt(document, 'schemes').includes('http') && !listAt(document, 'schemes').includes('https') ? 'http' : 'https';
  const written = host === undefined ? textAt(first, 'url') : `${scheme}://${host}${textAt(document, 'basePath') ?? ''}`;
  if (written === undefined) return { baseUrl: placeholder, checks: ['The document names no server: set the environment variable of baseUrl.'] };
  if (written.includes('{')) return { baseUrl: placeholder, checks: [`The server is ${written}: set the environment variable of baseUrl.`] };
  const url = URL.canParse(written) ? new URL(written) : from !== undefined && URL.canParse(written, from) ? new URL(written, from) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return { baseUrl: placeholder, checks: [`The server is ${written}: set the environment variable of baseUrl.`] };
  const several = listAt(document, 'servers').length > 1 ? ['The document names several servers: look whether the first is yours.'] : [];
  return { baseUrl: `${url.origin}${url.pathname}`.replace(/\/+$/, ''), checks: several };
}
