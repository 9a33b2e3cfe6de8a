import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Json } from '../../contracts/json.js';
import { storeDecision } from '../../store/conflict-decisions.js';
import { readConflict } from '../../store/conflicts.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { person } from '../letter-input.js';
import { problem } from '../problem.js';

const shown = z.strictObject({ source: z.json(), target: z.json() });
const body = z.discriminatedUnion('choice', [
  z.strictObject({ decisionId: z.guid(), choice: z.literal('source'), by: person, shown }),
  z.strictObject({ decisionId: z.guid(), choice: z.literal('target'), by: person, shown }),
  z.strictObject({ decisionId: z.guid(), choice: z.literal('value'), value: z.json(), by: person, shown }),
]);

/**
 * postConflictResolution answers `POST /api/conflicts/<id>/resolution`: decides a conflict for the values that were shown.
 * 409 where it is decided already or its values have changed; the same decision id again gives the same answer.
 */
export function postConflictResolution(server: FastifyInstance, { database, client }: ApiDependencies): void {
  server.post<{ Params: { id: string } }>('/api/conflicts/:id/resolution', async (request, reply) => {
    const refuse = (status: number, detail: string) => reply.code(status).type('application/problem+json').send(problem(status, detail));
    const parsed = body.safeParse(request.body);
    if (!parsed.success) return refuse(400, z.prettifyError(parsed.error));
    const conflict = z.guid().safeParse(request.params.id).success ? await readConflict(database, request.params.id) : undefined;
    if (conflict === undefined) return refuse(404, 'There is no such conflict.');
    const { data } = parsed;
    const value: Json = data.choice === 'value' ? data.value : data.shown[data.choice];
    await storeDecision(database, { id: data.decisionId, conflictId: conflict.id, choice: data.choice, value, by: data.by, shown: data.shown });
    const { workflowId, outcome } = await client.resolveConflict({ conflictId: conflict.id, sync: conflict.sync, decisionId: data.decisionId });
    if (outcome === 'outdated') return refuse(409, 'The conflict has been decided, or its values have changed since they were shown.');
    return reply.code(202).send({ conflictId: conflict.id, outcome, workflowId });
  });
}
