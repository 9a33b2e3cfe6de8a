import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { planView } from '../../store/plan-page.js';
import { recentPlans } from '../../store/plans.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { problem } from '../problem.js';
import { queryText } from '../query-text.js';

const query = z.strictObject({ sync: queryText.optional(), limit: z.coerce.number().int().min(1).max(200).default(20) });

/** getPlans answers `GET /api/plans?sync=&limit=`: the newest plans. */
export function getPlans(server: FastifyInstance, { database }: ApiDependencies): void {
  server.get('/api/plans', async (request, reply) => {
    const parsed = query.safeParse(request.query);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    return { plans: (await recentPlans(database, parsed.data.limit, parsed.data.sync)).map(planView) };
  });
}
