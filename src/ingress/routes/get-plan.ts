import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { planPage } from '../../store/plan-page.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { findPlan } from '../find-plan.js';
import { problem } from '../problem.js';

const query = z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100), afterWrite: z.guid().optional(), afterRefusal: z.guid().optional() });

/** getPlan answers `GET /api/plans/<id>?limit=&afterWrite=&afterRefusal=`: a plan with a part of its writes and refusals. */
export function getPlan(server: FastifyInstance, { database }: ApiDependencies): void {
  server.get<{ Params: { id: string } }>('/api/plans/:id', async (request, reply) => {
    const parsed = query.safeParse(request.query);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    const plan = await findPlan(database, request.params.id);
    if (plan === undefined) return reply.code(404).type('application/problem+json').send(problem(404, 'There is no such plan.'));
    return planPage(database, plan, parsed.data);
  });
}
