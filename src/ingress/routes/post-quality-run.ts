import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { activeDefinitions } from '../../store/definitions.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { problem } from '../problem.js';

const body = z.strictObject({});

/** postQualityRun answers `POST /api/quality/<name>/runs`: checks the records now, or names the run that is under way. */
export function postQualityRun(server: FastifyInstance, { database, client }: ApiDependencies): void {
  server.post<{ Params: { name: string } }>('/api/quality/:name/runs', async (request, reply) => {
    const parsed = body.safeParse(request.body);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    const { name } = request.params;
    if (!(await activeDefinitions(database, 'quality')).some((definition) => definition.name === name)) return reply.code(404).type('application/problem+json').send(problem(404, `There is no quality definition "${name.slice(0, 80)}".`));
    const { workflowId, temporalRunId, started } = await client.startQuality(name);
    return reply.code(started ? 202 : 200).send({ workflowId, temporalRunId, started });
  });
}
