import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { closeInOrder } from '../../../src/ingress/close-in-order.js';

const ask = (port: number): Promise<number | string> => new Promise((resolve) => {
  request({ port, host: '127.0.0.1', agent: false }, (answer) => { answer.resume(); resolve(answer.statusCode ?? 0); })
    .on('error', (error: NodeJS.ErrnoException) => { resolve(error.code ?? 'error'); })
    .end();
});

test('connections that wait to be taken when the server is asked to end are answered, and none is taken after it has ended', async () => {
  const api = fastify();
  api.get('/', () => 'here');
  await api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.server.address() as AddressInfo;
  let taken = 0;
  api.server.on('connection', () => { taken += 1; });
  const answers = Promise.all(Array.from({ length: 30 }, () => ask(port)));
  // The clients have asked the system for their connections; the server has had no turn in which to take them all.
  await turn();
  expect(taken).toBeLessThan(30);
  await closeInOrder(api);
  // Fastify answers 503 once it closes: to be sent again, to another server.
  expect((await answers).filter((answer) => answer !== 200 && answer !== 503)).toEqual([]);
  expect(await ask(port)).toBe('ECONNREFUSED');
});
