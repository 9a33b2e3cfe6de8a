import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { listConflicts } from '../../store/conflicts.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { problem } from '../problem.js';
import { queryText } from '../query-text.js';

const query = z.strictObject({ sync: queryText.optional(), limit: z.coerce.number().int().min(1).max(1000).default(100) });

/** getConflicts answers `GET /api/conflicts?sync=&limit=`: the conflicts that wait for a person, oldest first. */
export function getConflicts(server: FastifyInstance, { database }: ApiDependencies): void {
  server.get('/api/conflicts', async (request, reply) => {
    const parsed = query.safeParse(request.query);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    return { conflicts: await listConflicts(database, parsed.data.limit, parsed.data.sync) };
  });
}
