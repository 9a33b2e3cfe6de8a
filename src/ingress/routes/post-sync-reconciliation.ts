import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { activeDefinitions } from '../../store/definitions.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { problem } from '../problem.js';

const body = z.strictObject({ repair: z.boolean().default(false) });

/** postSyncReconciliation answers `POST /api/syncs/<name>/reconciliations`: compares both sides of a sync, with `repair` plans the repair too, or names the comparison that is under way. */
export function postSyncReconciliation(server: FastifyInstance, { database, client }: ApiDependencies): void {
  server.post<{ Params: { name: string } }>('/api/syncs/:name/reconciliations', async (request, reply) => {
    const parsed = body.safeParse(request.body);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    const { name } = request.params;
    if (!(await activeDefinitions(database, 'sync')).some((sync) => sync.name === name)) return reply.code(404).type('application/problem+json').send(problem(404, `There is no sync "${name.slice(0, 80)}".`));
    const { workflowId, temporalRunId, started } = await client.startReconciliation(name, parsed.data.repair ? { repair: true } : {});
    return reply.code(started ? 202 : 200).send({ workflowId, temporalRunId, started });
  });
}
