import type { Purpose } from '../contracts/budget.js';
import type { HttpMethod } from '../contracts/system-definition.js';
import type { HttpClient, HttpRequest } from '../http/client-types.js';
import { idSegment } from './record-id.js';

/** OperationTarget is the method and the path template that every operation has. */
export interface OperationTarget {
  readonly method: HttpMethod;
  readonly path: string;
}

/** Requester turns operations of a definition into requests; references in their texts are resolved at that moment. */
export interface Requester {
  readonly client: HttpClient;
  /** request fills `{id}` in the path and adds the rest; throws SystemError for an id that no path can carry. */
  request(target: OperationTarget, id: string | null, rest: Omit<HttpRequest, 'method' | 'path' | 'purpose'>): HttpRequest;
  /** resolveAll resolves the references in the values of parameters. */
  resolveAll(parameters: Readonly<Record<string, string>>): Record<string, string>;
}

/** createRequester makes the requester of a client; `purpose` says on whose behalf it asks. */
export function createRequester(client: HttpClient, purpose: Purpose): Requester {
  const fillId = (template: string, id: string | null, name: string): string => {
    if (!template.includes('{id}')) return template;
    const segment = id === null ? undefined : idSegment(id);
    if (segment !== undefined) return template.replaceAll('{id}', () => segment);
    throw client.failed({
      outcome: 'park',
      code: 'unexpected-shape',
      what: id === null ? 'needs an id, and there is none' : "was not sent: the id is empty, '.' or '..', too long, or holds control characters",
      request: name,
    });
  };
  return {
    client,
    request: (target, id, rest) => ({
      ...rest,
      method: target.method,
      path: fillId(resolvedPath(client, target), id, `${target.method} ${target.path}`),
      purpose,
    }),
    resolveAll: (parameters) => Object.fromEntries(Object.entries(parameters).map(([name, text]) => [name, client.resolve(text)])),
  };
}

/** The check of definitions sees a path before its references are resolved; what they stand for must not lead elsewhere either. */
function resolvedPath(client: HttpClient, { method, path }: OperationTarget): string {
  const resolved = client.resolve(path);
  if (resolved === path || !leadsElsewhere.test(resolved)) return resolved;
  throw client.failed({
    outcome: 'fail', code: 'unexpected-shape', request: `${method} ${path}`,
    what: "was not sent: a variable in its path stands for something with '..', '//', '#', '@', a backslash, a blank or a control character",
  });
}

const leadsElsewhere = /^(?!\/)|^\/\/|(?:^|\/)(?:\.|%2e){1,2}(?=\/|\?|$)|[#@\\\s\p{Cc}]/iu;
