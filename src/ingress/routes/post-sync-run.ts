import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { syncOverview } from '../../store/sync-overview.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { problem } from '../problem.js';

const body = z.strictObject({
  mode: z.enum(['incremental', 'full', 'backfill', 'plan']).default('incremental'),
  allowChanges: z.boolean().default(false),
  allowShrink: z.boolean().default(false),
});

/** postSyncRun answers `POST /api/syncs/<name>/runs`: starts a run, or names the one that is under way. */
export function postSyncRun(server: FastifyInstance, { database, client }: ApiDependencies): void {
  server.post<{ Params: { name: string } }>('/api/syncs/:name/runs', async (request, reply) => {
    const parsed = body.safeParse(request.body);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    const { name } = request.params;
    if (!(await syncOverview(database)).some((sync) => sync.sync === name)) return reply.code(404).type('application/problem+json').send(problem(404, `There is no sync "${name.slice(0, 80)}".`));
    const { workflowId, temporalRunId, started } = await client.startSync(name, parsed.data);
    return reply.code(started ? 202 : 200).send({ workflowId, temporalRunId, started });
  });
}
