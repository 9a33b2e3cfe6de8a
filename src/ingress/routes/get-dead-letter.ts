import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { findDeadLetters } from '../../store/dead-letter-lookup.js';
import { letterEvents, LetterRefusal } from '../../store/letter-work.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { answerLetter } from '../letter-answer.js';

/** getDeadLetter answers `GET /api/dead-letters/<id>`: all that is known of one letter, open or closed, with its history. */
export function getDeadLetter(server: FastifyInstance, { database }: ApiDependencies): void {
  server.get<{ Params: { id: string } }>('/api/dead-letters/:id', (request, reply) => answerLetter(reply, request, z.unknown(), async (id) => {
    const [letter] = await findDeadLetters(database, id);
    if (letter === undefined) throw new LetterRefusal(`There is no dead letter "${id}".`, 'unknown');
    return { letter, events: await letterEvents(database, id) };
  }));
}
