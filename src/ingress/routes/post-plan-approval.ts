import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { planView } from '../../store/plan-page.js';
import { approvePlan, PlanRefusedError } from '../../store/plans.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { findPlan } from '../find-plan.js';
import { problem } from '../problem.js';

const body = z.strictObject({ hash: z.string().min(1).max(64), by: z.string().trim().min(1).max(100).refine((text) => !/\p{Cc}/u.test(text), 'holds a control character') });

/** postPlanApproval answers `POST /api/plans/<id>/approval`: records who approves of the plan with this hash; 409 where it has another one. */
export function postPlanApproval(server: FastifyInstance, { database }: ApiDependencies): void {
  server.post<{ Params: { id: string } }>('/api/plans/:id/approval', async (request, reply) => {
    const parsed = body.safeParse(request.body);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    const plan = await findPlan(database, request.params.id);
    if (plan === undefined) return reply.code(404).type('application/problem+json').send(problem(404, 'There is no such plan.'));
    try {
      return planView(await approvePlan(database, plan.id, parsed.data));
    } catch (error) {
      if (!(error instanceof PlanRefusedError)) throw error;
      return reply.code(409).type('application/problem+json').send(problem(409, error.message));
    }
  });
}
