import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { openLetter, redrivable } from '../../store/letter-work.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { answerLetter } from '../letter-answer.js';
import { definitionVersion, person, targetFinding } from '../letter-input.js';

const body = z.strictObject({ by: person, version: definitionVersion.optional(), finding: targetFinding.optional() });

/** postDeadLetterRedrive answers `POST /api/dead-letters/<id>/redrive`: starts a redrive of one letter, or names the one that is under way. */
export function postDeadLetterRedrive(server: FastifyInstance, { database, client }: ApiDependencies): void {
  server.post<{ Params: { id: string } }>('/api/dead-letters/:id/redrive', (request, reply) => answerLetter(reply, request, body, async (id, { by, version, finding }) => {
    const letter = await openLetter(database, id);
    redrivable(letter);
    const { workflowId, temporalRunId, started } = await client.redrive(letter.sync, {
      letters: { kind: 'letter', id: letter.id }, by, ...(version === undefined ? {} : { version }), ...(finding === undefined ? {} : { finding }),
    });
    return reply.code(started ? 202 : 200).send({ workflowId, temporalRunId, started });
  }));
}
