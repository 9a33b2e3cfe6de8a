import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ApiDependencies } from '../api-dependencies.js';
import { findReconciliation } from '../find-reconciliation.js';
import { problem } from '../problem.js';

const body = z.strictObject({});

/** postRepairPlan answers `POST /api/reconciliations/<id>/repair-plan`: plans the repair of what was found and is still so; nothing is written. 409 where it did not succeed, or another comparison is under way. */
export function postRepairPlan(server: FastifyInstance, { database, client }: ApiDependencies): void {
  server.post<{ Params: { id: string } }>('/api/reconciliations/:id/repair-plan', async (request, reply) => {
    const refuse = (status: number, detail: string) => reply.code(status).type('application/problem+json').send(problem(status, detail));
    const parsed = body.safeParse(request.body);
    if (!parsed.success) return refuse(400, z.prettifyError(parsed.error));
    const reconciliation = await findReconciliation(database, request.params.id);
    if (reconciliation === undefined) return refuse(404, 'There is no such reconciliation.');
    const { id, sync, state } = reconciliation;
    if (state !== 'succeeded') return refuse(409, `This reconciliation is ${state}; only one that succeeded can be repaired.`);
    const { workflowId, temporalRunId, started } = await client.startReconciliation(sync, { repairOf: id });
    if (!started) return refuse(409, `A reconciliation of "${sync}" is under way, so the repair was not planned. Ask again when it has ended.`);
    return reply.code(202).send({ workflowId, temporalRunId, started });
  });
}
