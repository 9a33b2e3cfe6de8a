import type { FastifyInstance } from 'fastify';
import type { ApiDependencies } from '../api-dependencies.js';

/** getHealth answers `GET /api/health`: 200 when the database answers, 503 when it does not. */
export function getHealth(server: FastifyInstance, { database }: ApiDependencies): void {
  server.get('/api/health', async (_request, reply) => {
    const healthy = await database.pool.query('select 1').then(() => true, () => false);
    return reply.code(healthy ? 200 : 503).send({ database: healthy ? 'ok' : 'does not answer' });
  });
}
