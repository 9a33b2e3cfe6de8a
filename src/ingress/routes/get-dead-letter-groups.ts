import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { deadLetterGroups } from '../../store/dead-letters.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { problem } from '../problem.js';
import { queryText } from '../query-text.js';

const query = z.strictObject({ sync: queryText.optional() });

/** getDeadLetterGroups answers `GET /api/dead-letters/groups?sync=`: the open letters by cause, most first. */
export function getDeadLetterGroups(server: FastifyInstance, { database }: ApiDependencies): void {
  server.get('/api/dead-letters/groups', async (request, reply) => {
    const parsed = query.safeParse(request.query);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    return { groups: await deadLetterGroups(database, parsed.data.sync) };
  });
}
