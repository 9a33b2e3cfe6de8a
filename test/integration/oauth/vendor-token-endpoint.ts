import { createServer, type IncomingMessage, type Server } from 'node:http';

/** TokenRequest is a request that came to a vendor's endpoint. */
export interface TokenRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly authorization: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** VendorAnswer is what it answers. */
export interface VendorAnswer {
  readonly status?: number;
  readonly body: unknown;
}

/** VendorTokenEndpoint is an authorization server on 127.0.0.1 that answers as a test says, and keeps what it was asked. */
export class VendorTokenEndpoint {
  readonly asked: TokenRequest[] = [];

  private constructor(private readonly server: Server, readonly url: string) {}

  static async start(answer: (request: TokenRequest) => VendorAnswer): Promise<VendorTokenEndpoint> {
    const server = createServer((request, response) => {
      void (async () => {
        const asked = await read(request);
        endpoint.asked.push(asked);
        const { status = 200, body } = answer(asked);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      })();
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const address = server.address();
    const endpoint = new VendorTokenEndpoint(server, `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
    return endpoint;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => { this.server.close(resolve); });
  }
}

async function read(request: IncomingMessage): Promise<TokenRequest> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  const contentType = request.headers['content-type'] ?? '';
  const fields = contentType.startsWith('application/json') ? JSON.parse(text) as Record<string, unknown> : Object.fromEntries(new URLSearchParams(text));
  return { method: request.method ?? '', path: request.url ?? '', contentType, authorization: request.headers.authorization, fields };
}
