import type { Server } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** How long requests that have begun may go on once the server is asked to end, milliseconds. A webhook is answered within less. */
const GRACE_MS = 10_000;

/** How often connections are looked for that have nothing under way any more, milliseconds. */
const LOOK_EVERY_MS = 100;

/** How long connections that have been made but not taken yet are still taken, milliseconds. A storm would make new ones without end. */
const TAKE_MS = 1_000;

/**
 * closeInOrder takes the connections that have been made, stops accepting further ones, lets the requests under way come to their end, and cuts off those that
 * have not after `graceMs`.
 */
export async function closeInOrder(api: FastifyInstance, graceMs = GRACE_MS): Promise<void> {
  await takeWaiting(api.server);
  // Node closes the connections that are idle at this moment. One that is kept alive after its answer would hold up the end
  // for as long as it is kept, and one whose request never ends for ever: Node stops looking for those that take too long.
  const idle = setInterval(() => { api.server.closeIdleConnections(); }, LOOK_EVERY_MS);
  const late = setTimeout(() => { api.server.closeAllConnections(); }, graceMs);
  try {
    await api.close();
  } finally {
    clearInterval(idle);
    clearTimeout(late);
  }
}

// The system makes a connection before the process has taken it, and resets those that wait when the process stops listening:
// their senders would hear no answer. Node takes one in each turn of its event loop, so the turn without one was the last.
async function takeWaiting(server: Server): Promise<void> {
  let taken = 0;
  const count = (): void => { taken += 1; };
  server.on('connection', count);
  const until = Date.now() + TAKE_MS;
  for (let before = -1; before !== taken && Date.now() < until;) {
    before = taken;
    // The first ends with the turn under way, the second after one whole turn.
    await turn();
    await turn();
  }
  server.off('connection', count);
}
