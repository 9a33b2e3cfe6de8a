import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { activeDefinitions } from '../../store/definitions.js';
import { latestQualityDays } from '../../store/quality-days.js';
import { recentQualityRuns } from '../../store/quality-runs.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { problem } from '../problem.js';

const query = z.strictObject({ days: z.coerce.number().int().min(1).max(400).default(14) });

/** getQualityDefinition answers `GET /api/quality/<name>?days=`: one quality definition with its newest run and the figures of its newest days, oldest first. */
export function getQualityDefinition(server: FastifyInstance, { database }: ApiDependencies): void {
  server.get<{ Params: { name: string } }>('/api/quality/:name', async (request, reply) => {
    const parsed = query.safeParse(request.query);
    if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
    const { name } = request.params;
    const found = (await activeDefinitions(database, 'quality')).find((definition) => definition.name === name);
    if (found === undefined) return reply.code(404).type('application/problem+json').send(problem(404, `There is no quality definition "${name.slice(0, 80)}".`));
    const days = (await latestQualityDays(database, parsed.data.days)).filter(({ quality }) => quality === name);
    const [run] = await recentQualityRuns(database, name, 1);
    return {
      quality: name, title: found.body.title, version: found.version, days,
      newestRun: run === undefined ? null : { id: run.id, state: run.state, message: run.message, workflowId: run.workflowId, startedAt: run.startedAt, finishedAt: run.finishedAt },
    };
  });
}
