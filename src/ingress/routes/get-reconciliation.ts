import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { differenceGroups, differencesAfter } from '../../store/reconciliation-differences.js';
import { reconciliationView } from '../../store/reconciliation-view.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { findReconciliation } from '../find-reconciliation.js';
import { problem } from '../problem.js';

const query = z.strictObject({ after: z.coerce.number().int().min(0).max(2_147_483_647).default(0), limit: z.coerce.number().int().min(1).max(500).default(100) });

/** getReconciliation answers `GET /api/reconciliations/<id>?after=&limit=`: what one comparison found, counted by kind and cause, and its differences after the one of a number. */
export function getReconciliation(server: FastifyInstance, { database }: ApiDependencies): void {
  server.get<{ Params: { id: string } }>('/api/reconciliations/:id', async (request, reply) => {
    const parsed = query.safeParse(request.query);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    const reconciliation = await findReconciliation(database, request.params.id);
    if (reconciliation === undefined) return reply.code(404).type('application/problem+json').send(problem(404, 'There is no such reconciliation.'));
    const { after, limit } = parsed.data;
    const differences = await differencesAfter(database, reconciliation.id, after, limit);
    const last = differences.length < limit ? undefined : differences.at(-1);
    return { reconciliation: reconciliationView(reconciliation), groups: await differenceGroups(database, reconciliation.id), differences, next: last?.number ?? null };
  });
}
