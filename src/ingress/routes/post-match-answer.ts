import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { whyNotAtOnce } from '../../store/answered-matches.js';
import { EntityConflict } from '../../store/entity-merges.js';
import { acceptReview, findReviews, rejectReview, type Review } from '../../store/identity-reviews.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { person } from '../letter-input.js';
import { problem } from '../problem.js';

const note = z.string().trim().max(1_000).refine((text) => !text.includes('\0'), 'holds a NUL character');
const body = z.strictObject({ answer: z.enum(['accept', 'reject']), by: person, note: note.optional() });

/**
 * postMatchAnswer answers `POST /api/matches/<id>/answer`: links the two records of a question, or keeps them two, and has
 * the record read and written at once. `notAtOnce` says why where that has to wait for the next complete read. 409 where
 * the question is answered already, or its records have changed hands.
 */
export function postMatchAnswer(server: FastifyInstance, { database, client }: ApiDependencies): void {
  server.post<{ Params: { id: string } }>('/api/matches/:id/answer', async (request, reply) => {
    const refuse = (status: number, detail: string) => reply.code(status).type('application/problem+json').send(problem(status, detail));
    const parsed = body.safeParse(request.body);
    if (!parsed.success) return refuse(400, z.prettifyError(parsed.error));
    const [review] = z.guid().safeParse(request.params.id).success ? await findReviews(database, request.params.id) : [];
    if (review === undefined) return refuse(404, 'There is no such question.');
    const { answer, by, note: why = null } = parsed.data;
    try {
      await (answer === 'accept' ? acceptReview : rejectReview)(database, review.id, { by, note: why });
    } catch (error) {
      if (error instanceof EntityConflict) return refuse(409, error.message);
      throw error;
    }
    return { answered: review.id, answer, ...(await carriedOut({ database, client }, review, by)) };
  });
}

// The answer is stored by now, and stands whether or not Temporal can be reached.
async function carriedOut({ database, client }: Pick<ApiDependencies, 'database' | 'client'>, { id, sync }: Review, by: string): Promise<{ readonly workflowId: string | null; readonly notAtOnce: string | null }> {
  const why = await whyNotAtOnce(database, sync);
  if (why !== null) return { workflowId: null, notAtOnce: why };
  try {
    const { workflowId } = await client.redrive(sync, { letters: { kind: 'answered-match', id }, by });
    return { workflowId, notAtOnce: null };
  } catch {
    return { workflowId: null, notAtOnce: 'The Temporal server does not answer. The next complete read writes the record.' };
  }
}
