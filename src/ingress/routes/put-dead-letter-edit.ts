import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { findDeadLetters } from '../../store/dead-letter-lookup.js';
import { dropEdit, editLetter, MOST_PAYLOAD_BYTES } from '../../store/letter-work.js';
import type { JsonObject } from '../../contracts/json.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { answerLetter } from '../letter-answer.js';
import { person } from '../letter-input.js';

const body = z.strictObject({ by: person, payload: z.record(z.string(), z.unknown()).nullable() });

/** putDeadLetterEdit answers `PUT /api/dead-letters/<id>/edit`: keeps an edited copy of the record for its next redrive; the payload null drops it. */
export function putDeadLetterEdit(server: FastifyInstance, { database }: ApiDependencies): void {
  // Room for what stands around the payload.
  server.put<{ Params: { id: string } }>('/api/dead-letters/:id/edit', { bodyLimit: MOST_PAYLOAD_BYTES + 16 * 1024 }, (request, reply) => answerLetter(reply, request, body, async (id, { by, payload }) => {
    if (payload === null) await dropEdit(database, id, by);
    else await editLetter(database, id, payload as JsonObject, by);
    return { letter: (await findDeadLetters(database, id))[0] };
  }));
}
