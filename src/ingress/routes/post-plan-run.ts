import type { FastifyInstance } from 'fastify';
import { whyNotApplicable } from '../../store/plans.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { findPlan } from '../find-plan.js';
import { problem } from '../problem.js';

/** postPlanRun answers `POST /api/plans/<id>/runs`: starts the applying of an approved plan; 409 where it cannot be applied. */
export function postPlanRun(server: FastifyInstance, { database, client }: ApiDependencies): void {
  server.post<{ Params: { id: string } }>('/api/plans/:id/runs', async (request, reply) => {
    const plan = await findPlan(database, request.params.id);
    if (plan === undefined) return reply.code(404).type('application/problem+json').send(problem(404, 'There is no such plan.'));
    const why = whyNotApplicable(plan);
    if (why !== null) return reply.code(409).type('application/problem+json').send(problem(409, why));
    const { planId, workflowId, started } = await client.applyPlan(plan.id);
    return reply.code(started ? 202 : 200).send({ planId, workflowId, started });
  });
}
