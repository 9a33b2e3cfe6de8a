import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { deadLetterGroups } from '../../store/dead-letters.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { definitionVersion, person } from '../letter-input.js';
import { problem } from '../problem.js';
import { queryText } from '../query-text.js';

const body = z.strictObject({ by: person, sync: queryText, group: queryText.optional(), version: definitionVersion.optional() });

/** postDeadLettersRedrive answers `POST /api/dead-letters/redrive`: starts a redrive of all open letters of a sync, or of those that share a cause. */
export function postDeadLettersRedrive(server: FastifyInstance, { database, client }: ApiDependencies): void {
  server.post('/api/dead-letters/redrive', async (request, reply) => {
    const refuse = (status: number, detail: string) => reply.code(status).type('application/problem+json').send(problem(status, detail));
    const parsed = body.safeParse(request.body);
    if (!parsed.success) return refuse(400, z.prettifyError(parsed.error));
    const { by, sync, group, version } = parsed.data;
    const groups = await deadLetterGroups(database, sync);
    if (!groups.some((candidate) => group === undefined || candidate.group === group)) return refuse(404, 'There are no such open dead letters.');
    const { workflowId, temporalRunId, started } = await client.redrive(sync, {
      letters: group === undefined ? { kind: 'all' } : { kind: 'group', group }, by, ...(version === undefined ? {} : { version }),
    });
    return reply.code(started ? 202 : 200).send({ workflowId, temporalRunId, started });
  });
}
