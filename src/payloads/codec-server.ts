import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';

/** CodecServerOptions says whom a codec server decodes for. */
export interface CodecServerOptions {
  readonly codec: PayloadCodec;
  /** Origins of web pages that may ask, such as that of the Temporal UI. */
  readonly origins: readonly string[];
  /** Host names, without the port, under which it may be asked; anything else is refused, so that no web page can reach it by DNS rebinding. */
  readonly hosts: readonly string[];
}

const MAX_BYTES = 8 * 1024 * 1024;

/**
 * createCodecServer decodes payloads for the Temporal UI and CLI (docs.temporal.io/codec-server): `POST /decode`. It
 * encodes nothing. It asks for no password, so it belongs on loopback; the caller listens and closes.
 */
export function createCodecServer(options: CodecServerOptions): Server {
  return createServer({ requestTimeout: 15_000, headersTimeout: 10_000 }, (request, response) => { void answer(options, request, response); });
}

async function answer({ codec, origins, hosts }: CodecServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { origin } = request.headers;
  const say = (status: number, body: object = {}): void => { response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', vary: 'Origin' }).end(JSON.stringify(body)); };
  try {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    if (!hosts.includes(host)) return say(403, { message: 'This codec server does not answer to that host name.' });
    if (origin !== undefined) {
      if (!origins.includes(origin)) return say(403, { message: 'This page may not have payloads decoded.' });
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-allow-headers', 'content-type, x-namespace');
      response.setHeader('access-control-allow-methods', 'POST');
    }
    if (request.method === 'OPTIONS') return say(200);
    if (request.method !== 'POST' || (request.url ?? '').split('?')[0] !== '/decode') return say(404, { message: 'There is POST /decode and nothing else.' });
    if (request.headers['content-type']?.startsWith('application/json') !== true) return say(415, { message: 'Send the request with the content type application/json.' });
    const payloads = payloadsIn(await bodyOf(request));
    if (payloads === undefined) return say(400, { message: 'The body has to be { "payloads": [ … ] }.' });
    return say(200, { payloads: (await codec.decode(payloads)).map(toJson) });
  } catch (error) {
    // The message of a missing key names its id; anything else could quote what was sent.
    return say(400, { message: error instanceof Error && error.name === 'SealingKeyError' ? error.message : 'The payloads cannot be read.' });
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error('too large');
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

// The JSON form of Protocol Buffers: bytes are base64.
function payloadsIn(body: unknown): Payload[] | undefined {
  if (typeof body !== 'object' || body === null || !('payloads' in body) || !Array.isArray(body.payloads)) return undefined;
  return body.payloads.map((payload: unknown): Payload => {
    const { metadata = {}, data = '' } = payload as { readonly metadata?: Readonly<Record<string, string>>; readonly data?: string };
    return { metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')])), data: Buffer.from(data, 'base64') };
  });
}

function toJson({ metadata, data }: Payload): object {
  return { metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')])), data: Buffer.from(data ?? new Uint8Array()).toString('base64') };
}
