import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { LetterRefusal } from '../store/letter-work.js';
import { letterId } from './letter-input.js';
import { problem } from './problem.js';

/** answerLetter answers a request about one dead letter: 400 for an input that cannot be read, 404 where there is no such letter, 409 where it cannot be done. */
export async function answerLetter<Input>(
  reply: FastifyReply, request: { readonly params: { readonly id: string }; readonly body?: unknown }, schema: z.ZodType<Input>, task: (id: string, input: Input) => Promise<unknown>,
): Promise<unknown> {
  const refuse = (status: number, detail: string) => reply.code(status).type('application/problem+json').send(problem(status, detail));
  const id = letterId.safeParse(request.params.id);
  if (!id.success) return refuse(404, `There is no dead letter "${request.params.id.slice(0, 60)}".`);
  const input = schema.safeParse(request.body);
  if (!input.success) return refuse(400, z.prettifyError(input.error));
  try {
    return await task(id.data, input.data);
  } catch (error) {
    if (error instanceof LetterRefusal) return refuse(error.why === 'unknown' ? 404 : 409, error.message);
    throw error;
  }
}
