import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cacheFolder } from '../../../src/local/cache-folder.js';
import type { RequestChecker } from './request-checker.js';

const version = 'v0.203.0';

/** startStripeChecker runs Stripe's own mock server, which is built with Go into the cache; throws where that is not possible. */
export async function startStripeChecker(): Promise<RequestChecker> {
  const folder = join(cacheFolder(), `stripe-mock-${version}`);
  const program = join(folder, 'stripe-mock');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    await promisify(execFile)('go', ['install', `github.com/stripe/stripe-mock@${version}`], { env: { ...process.env, GOBIN: folder }, timeout: 300_000 });
  }
  const port = await freePort();
  const child = spawn(program, ['-http-port', String(port)], { stdio: 'ignore' });
  const origin = `http://127.0.0.1:${port}`;
  await untilAnswers(origin, () => child.exitCode);
  return {
    async check({ method, path, headers, body }) {
      const { host: _host, connection: _connection, 'content-length': _length, 'accept-encoding': _encoding, ...kept } = headers;
      // It knows test keys by their beginning only.
      const answer = await fetch(origin + path, { method, headers: { ...kept, authorization: 'Bearer sk_test_123' }, ...(body === undefined ? {} : { body }) });
      const text = await answer.text();
      return { violations: answer.ok ? [] : [`${answer.status}: ${text.slice(0, 300)}`], status: answer.status, contentType: answer.headers.get('content-type') ?? '', body: text };
    },
    async close() {
      child.kill();
    },
  };
}

async function untilAnswers(origin: string, exitCode: () => number | null): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (exitCode() !== null) throw new Error(`stripe-mock ended with code ${exitCode()}`);
    const answer = await fetch(origin).catch(() => undefined);
    if (answer !== undefined) return;
    await delay(100);
  }
  throw new Error('stripe-mock does not answer');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
