import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { openLetter, redrivable } from '../../store/letter-work.js';
import { readPreview } from '../../store/letter-previews.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { answerLetter } from '../letter-answer.js';
import { definitionVersion, person } from '../letter-input.js';
import { problem } from '../problem.js';

const body = z.strictObject({ by: person, version: definitionVersion.optional() });

/** A preview reads one record; after so long there may be no worker, and the caller should ask again. Milliseconds. */
const ANSWER_WITHIN_MS = 15_000;

/** postDeadLetterPreview answers `POST /api/dead-letters/<id>/preview`: what a redrive would write; nothing is sent. */
export function postDeadLetterPreview(server: FastifyInstance, { database, client }: ApiDependencies): void {
  server.post<{ Params: { id: string } }>('/api/dead-letters/:id/preview', (request, reply) => answerLetter(reply, request, body, async (id, { by, version }) => {
    const letter = await openLetter(database, id);
    redrivable(letter);
    const handle = await client.previewRedrive(letter.sync, { letters: { kind: 'letter', id: letter.id }, by, ...(version === undefined ? {} : { version }) });
    const late = new AbortController();
    const ended = await Promise.race([
      handle.result().then(({ runId }) => ({ runId }), () => 'failed' as const),
      sleep(ANSWER_WITHIN_MS, 'late' as const, { signal: late.signal }).catch(() => 'late' as const),
    ]);
    late.abort();
    if (ended === 'late') return reply.code(202).header('retry-after', '5').send({ workflowId: handle.workflowId });
    if (ended === 'failed') return reply.code(502).type('application/problem+json').send(problem(502, `The preview failed; the workflow ${handle.workflowId} says why.`));
    return { preview: await readPreview(database, ended.runId) };
  }));
}
