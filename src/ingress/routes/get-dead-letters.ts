import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { deadLetterGroups, openDeadLetters } from '../../store/dead-letters.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { problem } from '../problem.js';
import { queryText } from '../query-text.js';

const query = z.strictObject({ sync: queryText.optional(), group: queryText.optional(), limit: z.coerce.number().int().min(1).max(500).default(50) });

/** getDeadLetters answers `GET /api/dead-letters?sync=&group=&limit=`: the letters that wait, and how many share a cause. */
export function getDeadLetters(server: FastifyInstance, { database }: ApiDependencies): void {
  server.get('/api/dead-letters', async (request, reply) => {
    const parsed = query.safeParse(request.query);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    const { sync, group, limit } = parsed.data;
    const [groups, letters] = await Promise.all([deadLetterGroups(database), openDeadLetters(database, { limit, ...(sync === undefined ? {} : { sync }), ...(group === undefined ? {} : { group }) })]);
    return { groups, letters };
  });
}
