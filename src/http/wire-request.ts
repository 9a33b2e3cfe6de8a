import type { SystemDefinition } from '../contracts/system-definition.js';
import { SystemError } from '../contracts/system-error.js';
import type { Credentials, OutgoingRequest } from './auth/token-source.js';
import type { HttpRequest } from './client-types.js';
import type { RawRequest } from './exchange.js';
import type { FailureMaker } from './failure.js';
import { encodeForm, encodeFormWithJson } from './form-body.js';
import { acceptedEncodings } from './read-body.js';
import { joinPath, parseBaseUrl, type BaseUrl } from './request-url.js';

/** WireRequests turns requests to a system into what goes on the wire. */
export interface WireRequests {
  /** open gives the headers and parameters of a request, for credentials to be put on. */
  open(request: HttpRequest): OutgoingRequest;
  /** close gives the whole request. */
  close(request: HttpRequest, outgoing: OutgoingRequest): RawRequest;
  /** locate resolves a URL of the definition that may be absolute or below the base URL. */
  locate(url: string): { readonly origin: string; readonly path: string };
}

/** createWireRequests reads the base URL and the headers of a definition at the moment of use; all of it throws SystemError. */
export function createWireRequests(definition: SystemDefinition, credentials: Credentials, fail: FailureMaker): WireRequests {
  const ownHeaders = Object.entries(definition.headers).map(([name, value]) => [name.toLowerCase(), value] as const);

  const encode = definition.encoding === 'form-json' ? encodeFormWithJson : encodeForm;
  const asForm = (request: HttpRequest): boolean => definition.encoding !== undefined && request.operation !== 'list' && request.operation !== 'read';

  const readUrl = <T>(what: string, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      if (error instanceof SystemError) throw error;
      throw fail({ outcome: 'fail', code: 'missing-secret', what: `cannot be sent: ${error instanceof TypeError ? error.message : `the ${what} cannot be read`}`, request: 'requests' });
    }
  };
  const base = (): BaseUrl => readUrl('base URL', () => parseBaseUrl(credentials.plain(definition.baseUrl)));

  return {
    open(request) {
      const headers: Record<string, string> = { accept: 'application/json', 'accept-encoding': acceptedEncodings };
      if (request.body !== undefined) headers['content-type'] = asForm(request) ? 'application/x-www-form-urlencoded' : 'application/json';
      for (const [name, value] of ownHeaders) headers[name] = credentials.read(value);
      return { headers: Object.assign(headers, request.headers), query: { ...request.query } };
    },
    close(request, outgoing) {
      const { origin, prefix } = base();
      const path = request.fromRoot === undefined ? joinPath(prefix, request.path, outgoing.query) : joinPath('', request.fromRoot, outgoing.query);
      return { origin, path, method: request.method, headers: outgoing.headers, body: request.body === undefined ? null : asForm(request) ? encode(request.body) : JSON.stringify(request.body) };
    },
    locate(url) {
      const text = credentials.plain(url);
      if (!/^https?:\/\//i.test(text)) return { origin: base().origin, path: joinPath(base().prefix, text, {}) };
      return readUrl('token URL', () => {
        const { origin, prefix, query } = parseTokenUrl(text);
        return { origin, path: prefix + query };
      });
    },
  };
}

function parseTokenUrl(text: string): BaseUrl & { readonly query: string } {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw new TypeError('the token URL holds a user name or a password');
  return { origin: url.origin, prefix: url.pathname, query: url.search };
}
