import type { FastifyReply } from 'fastify';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Fault } from './faults.js';

const loginPage = '<!doctype html><html><head><title>Please sign in</title></head><body><h1>Please sign in</h1></body></html>';

/**
 * playFault answers a request the way its fault says, past the web framework. The payload is the answer that the
 * request would have got, where it was executed.
 */
export function playFault(fault: Fault, reply: FastifyReply, payload: unknown): void {
  const { statusCode } = reply;
  const headers = reply.getHeaders() as OutgoingHttpHeaders;
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(typeof payload === 'string' ? payload : '');
  reply.hijack();
  const { raw } = reply;
  switch (fault.kind) {
    case 'status':
      answer(raw, fault.status, {
        'content-type': 'application/json',
        ...(fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }),
      }, fault.body ?? JSON.stringify({ error: { code: 'injected', message: `injected status ${fault.status}` } }));
      break;
    case 'html':
      answer(raw, 200, { 'content-type': 'text/html; charset=utf-8' }, fault.body ?? loginPage);
      break;
    case 'empty':
      answer(raw, 200, { 'content-type': 'application/json' }, '');
      break;
    case 'invalid-json':
      answer(raw, 200, { 'content-type': 'application/json' }, fault.body ?? '{"data": [{"id": "c-0');
      break;
    case 'reset-before':
    case 'reset-after':
      raw.socket?.resetAndDestroy();
      break;
    case 'cut':
      raw.writeHead(statusCode, { ...headers, 'content-length': Math.max(body.length, fault.bytes + 1) });
      raw.flushHeaders();
      // Half an answer has to reach the client before the connection ends.
      raw.write(body.subarray(0, fault.bytes), () => setImmediate(() => raw.socket?.destroy()));
      break;
    case 'slow-drip':
      raw.writeHead(statusCode, { ...headers, 'content-length': body.length });
      drip(raw, body, fault.bytes, fault.ms);
      break;
    case 'endless':
      raw.writeHead(200, { 'content-type': 'application/json' });
      pour(raw);
      break;
    case 'hang':
    case 'delay':
    case 'partial':
      break;
  }
}

function answer(raw: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  raw.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  raw.end(body);
}

function drip(raw: ServerResponse, body: Buffer, bytes: number, ms: number): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (raw.destroyed) clearInterval(timer);
    else if (sent >= body.length) {
      clearInterval(timer);
      raw.end();
    } else {
      raw.write(body.subarray(sent, sent + bytes));
      sent += bytes;
    }
  }, ms);
  raw.once('close', () => {
    clearInterval(timer);
  });
}

function pour(raw: ServerResponse): void {
  const piece = Buffer.from(`{"filler":"${'x'.repeat(16_000)}"},`);
  raw.write('{"data":[');
  const more = (): void => {
    while (!raw.destroyed && raw.write(piece)) {
      // The socket takes more: go on until it says it is full.
    }
    if (!raw.destroyed) raw.once('drain', more);
  };
  more();
}
