import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { answerLinkDecision, readAnswerToken, type AnswerGrant } from '../../config/answer-links.js';
import type { DecideResult, Decision } from '../../contracts/approval.js';
import { isRefused, refusalTexts } from '../../domain/approval/refusal-text.js';
import { answersOf, findApproval, storeComment, type StoredApproval } from '../../store/approvals.js';
import { answerHeaders, askingPage, messagePage } from '../answer-html.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { refusalStatus } from './approvals.js';

const form = z.object({ decision: z.enum(['approve', 'reject']), comment: z.string().max(2_000).default('') });

const pastTense: Readonly<Record<Decision, string>> = { approve: 'approved', reject: 'rejected' };

/**
 * answerPage answers `/answer/<token>`, the signed link of a notification: GET shows the question and changes nothing, POST
 * decides. 404 for a link that nobody signed, 410 for one that is over, 409 where something else is asked by now.
 */
export function answerPage(server: FastifyInstance, { database, client, linkKeys = [] }: ApiDependencies): void {
  const grantOf = async (token: string): Promise<{ readonly grant: AnswerGrant; readonly approval: StoredApproval } | undefined> => {
    const grant = readAnswerToken(linkKeys, token);
    const approval = grant === undefined ? undefined : await findApproval(database, grant.approvalId);
    return grant === undefined || approval === undefined ? undefined : { grant, approval };
  };
  const decided = async ({ id }: StoredApproval, grant: AnswerGrant) => (await answersOf(database, id)).find(({ decisionId, verdict }) => verdict === 'accepted' && decisionId === answerLinkDecision(grant));

  // What keeps a link from being used; undefined where it can be.
  const obstacle = async (found: Awaited<ReturnType<typeof grantOf>>): Promise<readonly [status: number, title: string, text: string] | undefined> => {
    if (found === undefined) return [404, 'This link is not valid', 'It may have been cut off on its way. Open it from the message again, or ask for a new one.'];
    const { grant, approval } = found;
    const before = await decided(approval, grant);
    if (before !== undefined) return [200, `You have ${pastTense[before.decision]} this`, standingText(approval)];
    if (approval.state !== 'open') return [410, 'This question has been settled', standingText(approval)];
    if (grant.expiresAt.getTime() <= Date.now()) return [410, 'This link is out of date', 'The time to answer is over.'];
    if (grant.hash !== approval.hash) return [409, 'Something else is asked by now', 'What was shown has changed since this link was sent. Use the link of the newer message.'];
    return undefined;
  };

  void server.register((scope, _options, done) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 16 * 1024 }, (_request, text, parsed) => { parsed(null, Object.fromEntries(new URLSearchParams(String(text)))); });
    scope.setErrorHandler((error: { readonly statusCode?: number }, _request, reply) => {
      const isTheirs = error.statusCode !== undefined && error.statusCode < 500;
      return isTheirs ? show(reply, [error.statusCode ?? 400, 'This could not be read', 'Open the link again and use its buttons.']) : show(reply.header('retry-after', '5'), [503, 'Please try again shortly', 'A part of Crosswalk does not answer. Nothing was decided unless this page says so when you open it again.']);
    });
    // A parameter with a name may have 100 characters only.
    scope.get<{ Params: { '*': string } }>('/answer/*', { exposeHeadRoute: true }, async (request, reply) => {
      const found = await grantOf(request.params['*']);
      const problem = await obstacle(found);
      return problem !== undefined || found === undefined ? show(reply, problem ?? [404, '', '']) : reply.headers(answerHeaders).send(askingPage(found.approval, found.grant.person));
    });
    scope.post<{ Params: { '*': string } }>('/answer/*', async (request, reply) => {
      const found = await grantOf(request.params['*']);
      const problem = await obstacle(found);
      if (problem !== undefined || found === undefined) return show(reply, problem ?? [404, '', '']);
      const parsed = form.safeParse(request.body);
      if (!parsed.success) return show(reply, [400, 'This could not be read', 'Open the link again and use its buttons.']);
      const { grant, approval } = found;
      const { decision, comment } = parsed.data;
      const decisionId = answerLinkDecision(grant);
      if (comment.trim() !== '') await storeComment(database, { approvalId: approval.id, decisionId, text: comment.replaceAll('\0', '\ufffd') });
      const result = await client.decideApproval(approval.id, { decisionId, decision, person: grant.person, hash: grant.hash });
      if (result === null) return show(reply, [409, 'Not now', 'The question is not being put at this moment. Open the link again shortly.']);
      if (isRefused(result.verdict)) return show(reply, [refusalStatus(result.verdict), 'Your answer does not count', refusalTexts[result.verdict]]);
      // Of two uses at the same moment, the first has decided.
      const made = (await decided(approval, grant))?.decision ?? decision;
      return show(reply, [200, `You have ${pastTense[made]} this`, resultText(result)]);
    });
    done();
  });
}

function show(reply: FastifyReply, [status, title, text]: readonly [number, string, string]): FastifyReply {
  return reply.code(status).headers(answerHeaders).send(messagePage(title, text));
}

function standingText({ state, title }: StoredApproval): string {
  return state === 'open' ? `“${title}” waits for more approvals.` : `“${title}” is ${state}.`;
}

function resultText({ state, missing }: DecideResult): string {
  return state === 'open' ? `It counts; ${missing} more must approve.` : `The question is ${state}.`;
}
