import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { listReviews } from '../../store/identity-reviews.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { problem } from '../problem.js';
import { queryText } from '../query-text.js';

const query = z.strictObject({ sync: queryText.optional(), all: z.stringbool().default(false), limit: z.coerce.number().int().min(1).max(500).default(50) });

/** getMatches answers `GET /api/matches?sync=&all=&limit=`: the questions which record is which, with both records and the reasons, and how many there are. */
export function getMatches(server: FastifyInstance, { database }: ApiDependencies): void {
  server.get('/api/matches', async (request, reply) => {
    const parsed = query.safeParse(request.query);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    const { sync, all, limit } = parsed.data;
    const { reviews, total } = await listReviews(database, { all, limit, ...(sync === undefined ? {} : { sync }) });
    return { total, matches: reviews };
  });
}
