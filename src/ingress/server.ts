import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { ApiDependencies } from './api-dependencies.js';
import { problem } from './problem.js';
import { answerPage } from './routes/answer-page.js';
import { approvalRoutes } from './routes/approvals.js';
import { getConflicts } from './routes/get-conflicts.js';
import { getDeadLetterGroups } from './routes/get-dead-letter-groups.js';
import { getDeadLetter } from './routes/get-dead-letter.js';
import { getDeadLetters } from './routes/get-dead-letters.js';
import { getHealth } from './routes/get-health.js';
import { getMatches } from './routes/get-matches.js';
import { getPlan } from './routes/get-plan.js';
import { getPlans } from './routes/get-plans.js';
import { getQualityDefinition } from './routes/get-quality-definition.js';
import { getQuality } from './routes/get-quality.js';
import { getReconciliation } from './routes/get-reconciliation.js';
import { getReconciliations } from './routes/get-reconciliations.js';
import { getRuns } from './routes/get-runs.js';
import { getSyncs } from './routes/get-syncs.js';
import { postConflictResolution } from './routes/post-conflict-resolution.js';
import { postDeadLetterDiscard } from './routes/post-dead-letter-discard.js';
import { postDeadLetterPreview } from './routes/post-dead-letter-preview.js';
import { postDeadLetterRedrive } from './routes/post-dead-letter-redrive.js';
import { postDeadLettersRedrive } from './routes/post-dead-letters-redrive.js';
import { oauth, type OAuthRoute } from './routes/oauth.js';
import { postHook, type HookRoute } from './routes/post-hook.js';
import { postMatchAnswer } from './routes/post-match-answer.js';
import { postPlanApproval } from './routes/post-plan-approval.js';
import { postPlanRun } from './routes/post-plan-run.js';
import { postQualityRun } from './routes/post-quality-run.js';
import { postRepairPlan } from './routes/post-repair-plan.js';
import { postSyncReconciliation } from './routes/post-sync-reconciliation.js';
import { postSyncRun } from './routes/post-sync-run.js';
import { postUndo } from './routes/post-undo.js';
import { schedules } from './routes/schedules.js';
import { putDeadLetterEdit } from './routes/put-dead-letter-edit.js';

/** ServerLimits keep senders that are slow, or many, from holding up the others. */
export interface ServerLimits {
  /** Total time that a request may take to come in, body included; milliseconds. */
  readonly requestMs: number;
  readonly headersMs: number;
  /** Connections that may be open at the same time; further ones are closed. */
  readonly connections: number;
}

const usualLimits: ServerLimits = { requestMs: 30_000, headersMs: 15_000, connections: 2_000 };

/** createApi makes the API server, with `hooks` the way in for webhooks and with `accounts` the way back from authorization servers; the caller listens and closes. */
export function createApi(dependencies: ApiDependencies, hooks?: HookRoute, limits: ServerLimits = usualLimits, accounts?: OAuthRoute): FastifyInstance {
  const server = Fastify({
    bodyLimit: 64 * 1024, requestTimeout: limits.requestMs, logger: false,
    // Node looks for requests that take too long every 30 seconds, unless it is told to look more often.
    http: { headersTimeout: Math.min(limits.headersMs, limits.requestMs), connectionsCheckingInterval: Math.min(5_000, limits.requestMs) },
    // For addresses that cannot be read, which come to no hook and no route.
    frameworkErrors: ({ statusCode = 400, message }, _request, reply: FastifyReply) => { void reply.code(statusCode).type('application/problem+json').send(problem(statusCode, message.slice(0, 200))); },
  });
  server.server.maxConnections = limits.connections;
  const hosts = new Set(dependencies.hosts.map((name) => name.toLowerCase()));
  server.addHook('onRequest', async (request, reply) => {
    // Webhooks come from other machines under any name, and show by their signature where they come from.
    if (hooks !== undefined && request.url.startsWith('/hooks/')) return undefined;
    // A link to answer by is a secret in itself, opened under the public name and sent as a form.
    if (request.url.startsWith('/answer/')) return undefined;
    // Links and answers here are good once, and bound to the browser that began.
    if (accounts !== undefined && request.url.startsWith('/oauth/')) return undefined;
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    if (!hosts.has(host)) return reply.code(403).type('application/problem+json').send(problem(403, `The API does not answer to the host name "${host.slice(0, 80)}".`));
    // A page of another origin can send a simple request without asking; it cannot set this content type on one.
    if (request.method !== 'GET' && request.headers['content-type']?.startsWith('application/json') !== true) {
      return reply.code(415).type('application/problem+json').send(problem(415, 'Send the request with the content type application/json.'));
    }
    return undefined;
  });
  server.setErrorHandler((error: { readonly statusCode?: number; readonly message: string }, _request, reply) => {
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 503;
    const detail = status < 500 ? error.message : 'A part of Crosswalk does not answer; try again shortly.';
    if (status === 503) void reply.header('retry-after', '5');
    return reply.code(status).type('application/problem+json').send(problem(status, detail));
  });
  server.setNotFoundHandler((_request, reply) => reply.code(404).type('application/problem+json').send(problem(404, 'There is nothing at this address.')));
  const letters = [getDeadLetters, getDeadLetterGroups, getDeadLetter, putDeadLetterEdit, postDeadLetterPreview, postDeadLetterRedrive, postDeadLettersRedrive, postDeadLetterDiscard];
  const plans = [getPlans, getPlan, postPlanApproval, postPlanRun, postUndo];
  const matches = [getMatches, postMatchAnswer];
  const reconciliations = [getReconciliations, getReconciliation, postSyncReconciliation, postRepairPlan];
  const quality = [getQuality, getQualityDefinition, postQualityRun];
  getHealth(server, { ...dependencies, hookProblems: hooks?.problems ?? (() => []) });
  for (const route of [getSyncs, getRuns, ...letters, postSyncRun, ...plans, getConflicts, postConflictResolution, ...matches, ...reconciliations, ...quality, schedules, approvalRoutes, answerPage]) route(server, dependencies);
  if (hooks !== undefined) postHook(server, hooks);
  if (accounts !== undefined) oauth(server, accounts);
  return server;
}
