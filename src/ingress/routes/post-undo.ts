import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ApiDependencies } from '../api-dependencies.js';
import { problem } from '../problem.js';
import { queryText } from '../query-text.js';

const body = z.strictObject({
  runId: z.guid().optional(), sync: queryText.min(1).optional(), sinceMs: z.number().int().min(0).max(8.64e15).optional(),
  record: z.strictObject({ system: queryText.min(1), object: queryText.min(1), id: queryText.min(1) }).optional(),
}).refine(({ runId, record, sync, sinceMs }) => runId !== undefined || record !== undefined || (sync !== undefined && sinceMs !== undefined), 'needs runId, record, or sync with sinceMs');

/** postUndo answers `POST /api/undos`: starts the making of a plan that takes writes back. */
export function postUndo(server: FastifyInstance, { client }: ApiDependencies): void {
  server.post('/api/undos', async (request, reply) => {
    const parsed = body.safeParse(request.body);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    const { runId, sync, sinceMs, record } = parsed.data;
    const scope = { ...(runId === undefined ? {} : { runId }), ...(sync === undefined ? {} : { sync }), ...(sinceMs === undefined ? {} : { sinceMs }), ...(record === undefined ? {} : { record }) };
    const { planId, workflowId, started } = await client.planUndo(scope);
    return reply.code(202).send({ planId, workflowId, started });
  });
}
