import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { reconciliationView } from '../../store/reconciliation-view.js';
import { recentReconciliations } from '../../store/reconciliations.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { problem } from '../problem.js';
import { queryText } from '../query-text.js';

const query = z.strictObject({ sync: queryText.optional(), limit: z.coerce.number().int().min(1).max(200).default(20) });

/** getReconciliations answers `GET /api/reconciliations?sync=&limit=`: the newest comparisons of both sides, with what they found. */
export function getReconciliations(server: FastifyInstance, { database }: ApiDependencies): void {
  server.get('/api/reconciliations', async (request, reply) => {
    const parsed = query.safeParse(request.query);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    return { reconciliations: (await recentReconciliations(database, parsed.data.limit, parsed.data.sync)).map(reconciliationView) };
  });
}
