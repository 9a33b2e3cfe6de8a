import type { FastifyInstance } from 'fastify';

/** How long requests that have begun may go on once the server is asked to end, milliseconds. A webhook is answered within less. */
const GRACE_MS = 10_000;

/** How often connections are looked for that have nothing under way any more, milliseconds. */
const LOOK_EVERY_MS = 100;

/**
 * closeInOrder stops accepting connections at once, lets the requests under way come to their end, and cuts off those that
 * have not after `graceMs`.
 */
export async function closeInOrder(api: FastifyInstance, graceMs = GRACE_MS): Promise<void> {
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
