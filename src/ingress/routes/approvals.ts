import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { DecideResult } from '../../contracts/approval.js';
import { isRefused, refusalTexts, type RefusedVerdict } from '../../domain/approval/refusal-text.js';
import { approvalDetail, approvalView } from '../../store/approval-view.js';
import { findApproval, openApprovals, recentApprovals, storeComment } from '../../store/approvals.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { person } from '../letter-input.js';
import { problem } from '../problem.js';

const query = z.strictObject({ state: z.enum(['open', 'all']).default('open'), limit: z.coerce.number().int().min(1).max(200).default(20) });
const name = z.string().min(1).max(100).refine((text) => !text.includes('\0'), 'holds a NUL character');
const body = z.strictObject({
  decisionId: name, decision: z.enum(['approve', 'reject']), hash: z.string().regex(/^[0-9a-f]{64}$/, 'has to be the whole hash of what was shown'),
  by: person.refine((text) => !text.startsWith('team:'), 'has to be a person, not a team'), comment: z.string().max(2_000).refine((text) => !text.includes('\0'), 'holds a NUL character').optional(),
});

const refuse = (reply: FastifyReply, status: number, detail: string): FastifyReply => reply.code(status).type('application/problem+json').send(problem(status, detail));

/** approvalRoutes answers `GET /api/approvals?state=&limit=`, `GET /api/approvals/<id>` and `POST /api/approvals/<id>/decisions`. */
export function approvalRoutes(server: FastifyInstance, { database, client }: ApiDependencies): void {
  server.get('/api/approvals', async (request, reply) => {
    const parsed = query.safeParse(request.query);
    if (!parsed.success) return refuse(reply, 400, z.prettifyError(parsed.error));
    const { state, limit } = parsed.data;
    return { approvals: (await (state === 'open' ? openApprovals(database, limit) : recentApprovals(database, limit))).map(approvalView) };
  });
  server.get<{ Params: { id: string } }>('/api/approvals/:id', async (request, reply) => {
    const approval = await findApproval(database, request.params.id);
    return approval === undefined ? refuse(reply, 404, 'There is no such approval.') : approvalDetail(database, approval);
  });
  server.post<{ Params: { id: string } }>('/api/approvals/:id/decisions', async (request, reply) => {
    const parsed = body.safeParse(request.body);
    if (!parsed.success) return refuse(reply, 400, z.prettifyError(parsed.error));
    const approval = await findApproval(database, request.params.id);
    if (approval === undefined) return refuse(reply, 404, 'There is no such approval.');
    const { by, comment, ...given } = parsed.data;
    if (comment !== undefined) await storeComment(database, { approvalId: approval.id, decisionId: given.decisionId, text: comment });
    const result = await client.decideApproval(approval.id, { ...given, person: by });
    if (result === null) return refuse(reply, 409, approval.state === 'open' ? 'The question is not being put yet; try again shortly.' : `The approval has ended: it is ${approval.state}.`);
    return isRefused(result.verdict) ? refuse(reply, refusalStatus(result.verdict), refusalTexts[result.verdict]) : ({ approvalId: approval.id, ...result } satisfies DecideResult & { approvalId: string });
  });
}

/** refusalStatus is the status of a refused answer: 403 for a person who may not, 409 where the question has moved on. */
export function refusalStatus(verdict: RefusedVerdict): 403 | 409 {
  return verdict === 'own-request' || verdict === 'no-approver' ? 403 : 409;
}
