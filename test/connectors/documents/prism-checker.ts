import { installPrism } from './install-prism.js';
import type { RequestChecker } from './request-checker.js';

interface PrismServer {
  listen(port: number, host: string): Promise<string>;
  close(): Promise<void>;
}

interface Violation {
  readonly location: readonly string[];
  readonly severity: string;
  readonly message: string;
}

/**
 * startPrismChecker serves an OpenAPI document with Prism within this process. The header `sl-violations` tells what a
 * request breaks, also where the answer is a success; what an answer breaks is the vendor's own example and left out.
 */
export async function startPrismChecker(document: string): Promise<RequestChecker> {
  const require = await installPrism();
  const { createServer } = require('@stoplight/prism-http-server') as { createServer: (operations: unknown, options: object) => PrismServer };
  const { getHttpOperationsFromSpec } = require('@stoplight/prism-http') as { getHttpOperationsFromSpec: (document: string) => Promise<unknown> };
  const { createLogger } = require('@stoplight/prism-core') as { createLogger: (name: string, options: object) => unknown };
  const server = createServer(await getHttpOperationsFromSpec(document), {
    cors: false,
    config: { isProxy: false, validateRequest: true, validateResponse: true, checkSecurity: true, errors: false, mock: { dynamic: false } },
    components: { logger: createLogger('prism', { level: 'silent' }) },
  });
  const origin = await server.listen(0, '127.0.0.1');
  return {
    async check({ method, path, headers, body }) {
      const { host: _host, connection: _connection, 'content-length': _length, 'accept-encoding': _encoding, ...kept } = headers;
      const answer = await fetch(origin + path, { method, headers: kept, ...(body === undefined ? {} : { body }) });
      const text = await answer.text();
      const violations = listed(answer.headers.get('sl-violations')).filter(({ location, severity }) => location[0] === 'request' && severity === 'Error').map(({ location, message }) => `${location.slice(1).join('.')}: ${message}`);
      const unknown = answer.headers.get('content-type')?.includes('problem+json') === true ? [`${answer.status}: ${text.slice(0, 200)}`] : [];
      return { violations: violations.length > 0 ? violations : unknown, status: answer.status, contentType: answer.headers.get('content-type') ?? '', body: text };
    },
    close: () => server.close(),
  };
}

/** What the header lists; where that was too long for a header, it says so in words. */
function listed(header: string | null): readonly Violation[] {
  if (header === null) return [];
  try {
    return JSON.parse(header) as readonly Violation[];
  } catch {
    return [{ location: ['request'], severity: 'Error', message: header }];
  }
}
