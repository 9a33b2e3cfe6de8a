import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { discardLetter } from '../../store/letter-work.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { answerLetter } from '../letter-answer.js';
import { person } from '../letter-input.js';

const body = z.strictObject({ by: person, reason: z.string().trim().min(1).max(1_000).refine((text) => !text.includes('\0'), 'holds a NUL character') });

/** postDeadLetterDiscard answers `POST /api/dead-letters/<id>/discard`: closes a letter for good, with the reason. */
export function postDeadLetterDiscard(server: FastifyInstance, { database }: ApiDependencies): void {
  server.post<{ Params: { id: string } }>('/api/dead-letters/:id/discard', (request, reply) => answerLetter(reply, request, body, async (id, { by, reason }) => {
    await discardLetter(database, id, by, reason);
    return { id, state: 'discarded' };
  }));
}
