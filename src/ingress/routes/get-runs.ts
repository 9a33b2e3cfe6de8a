import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { recentRuns } from '../../store/runs.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { problem } from '../problem.js';
import { queryText } from '../query-text.js';

const query = z.strictObject({ sync: queryText.optional(), limit: z.coerce.number().int().min(1).max(200).default(20) });

/** getRuns answers `GET /api/runs?sync=&limit=`: the newest runs. */
export function getRuns(server: FastifyInstance, { database }: ApiDependencies): void {
  server.get('/api/runs', async (request, reply) => {
    const parsed = query.safeParse(request.query);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    return { runs: await recentRuns(database, parsed.data.limit, parsed.data.sync) };
  });
}
