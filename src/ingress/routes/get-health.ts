import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { ApiDependencies } from '../api-dependencies.js';
import type { HookProblem } from '../webhooks/hook-definitions.js';

/** Whoever asks for health waits no longer, however busy the database is. */
const ANSWERED_WITHIN_MS = 2_000;

/** getHealth answers `GET /api/health` within two seconds: 200 when the database answers, 503 when it does not; with the systems whose webhooks are turned away. */
export function getHealth(server: FastifyInstance, { database, hookProblems }: ApiDependencies & { readonly hookProblems: () => readonly HookProblem[] }): void {
  server.get('/api/health', async (_request, reply) => {
    const asked = database.pool.query('select 1').then(() => true, () => false);
    const healthy = await Promise.race([asked, sleep(ANSWERED_WITHIN_MS, false, { ref: false })]);
    const problems = hookProblems();
    return reply.code(healthy ? 200 : 503).send({ database: healthy ? 'ok' : 'does not answer', ...(problems.length === 0 ? {} : { webhooks: problems }) });
  });
}
