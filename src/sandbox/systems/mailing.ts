import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxCredentials } from '../credentials.js';
import { makeCredentialCheck } from '../engine/credential-check.js';
import { cursorPage } from '../engine/cursor-page.js';
import { readCursor } from '../engine/cursor.js';
import { queryInteger, queryText, queryTime, queryValue } from '../engine/query.js';
import { jsonBody, pathId } from '../engine/request-parts.js';
import { sendJson, type SimulatedSystem } from '../engine/simulated-system.js';
import { SystemLimits } from '../engine/system-limits.js';
import { SystemState } from '../engine/system-state.js';
import { parseIso } from '../engine/times.js';
import { addBatchRoute } from './mailing-batch.js';
import { mailingCampaigns, mailingMembers, type MailingObject } from './mailing-objects.js';
import { archiveMailing, writeMailing, type MailingResult } from './mailing-write.js';

/**
 * makeMailing makes the marketing system: an API key in the query, bare arrays with `Link` headers (RFC 8288), a unique
 * e-mail address, batches with one result an item, archiving instead of deleting. Its 429 answers say nothing of when
 * to come back.
 */
export function makeMailing(credentials: SandboxCredentials['mailing']): SimulatedSystem {
  const state = new SystemState('mailing', [mailingMembers, mailingCampaigns]);
  const known = makeCredentialCheck(credentials.apiKey);
  return {
    name: 'mailing',
    state,
    limits: new SystemLimits({ requestsPerSecond: 100, concurrency: 10, latencyMs: 0 }),
    authorise: (request, reply) => {
      const key = queryValue(request, 'api_key');
      if (typeof key === 'string' && known(key)) return true;
      sendJson(reply, 401, { title: 'API Key Invalid', detail: 'the query parameter api_key is missing or wrong' });
      return false;
    },
    refuseForLimit: (reply, waitMs) => {
      const detail = waitMs === undefined ? 'too many simultaneous requests' : 'too many requests';
      sendJson(reply, 429, { title: 'Too Many Requests', detail });
    },
    refuse: (reply, status, message) => {
      sendJson(reply, status, { title: status === 404 ? 'Resource Not Found' : 'Bad Request', detail: message });
    },
    addRoutes: (app) => {
      addBatchRoute(app, state);
      addObjectRoutes(app, state, mailingMembers);
      addObjectRoutes(app, state, mailingCampaigns);
    },
  };
}

function addObjectRoutes(app: FastifyInstance, state: SystemState, object: MailingObject): void {
  const collection = state.collection(object.object);
  const path = `/${object.object}`;

  app.get(path, (request, reply) => {
    const email = object === mailingMembers ? (queryText(request, 'email') ?? queryText(request, 'email_address')) : undefined;
    const externalId = object === mailingMembers ? queryText(request, 'external_id') : undefined;
    if (email !== undefined || externalId !== undefined) {
      const found = email === undefined ? collection.find('external_id', externalId) : collection.find('email_address', email);
      sendJson(reply, 200, found.map((row) => row.value));
      return;
    }
    const perPage = queryInteger(request, 'per_page', { min: 1, max: 1000, otherwise: 100 });
    const sinceMs = queryTime(request, 'changed_since', parseIso, '2026-11-20T10:11:12Z');
    const token = queryText(request, 'after');
    const cursor = token === undefined ? undefined : readCursor(token);
    if (token !== undefined && cursor === undefined) {
      sendJson(reply, 400, { title: 'Bad Request', detail: 'after: is none that this list gave' });
      return;
    }
    const page = cursorPage(collection, perPage, cursor, sinceMs);
    if (page.next !== undefined) void reply.header('link', `<${nextUrl(request, page.next)}>; rel="next"`);
    sendJson(reply, 200, page.rows.map((row) => row.value));
  });

  app.get(`${path}/:id`, (request, reply) => {
    const row = collection.get(pathId(request));
    if (row === undefined) sendResult(reply, { status: 404, title: 'Resource Not Found' });
    else sendJson(reply, 200, row.value);
  });

  app.post(path, async (request, reply) => {
    const result = writeMailing(state, object, undefined, jsonBody(request));
    await state.settled();
    sendResult(reply, result);
  });

  app.patch(`${path}/:id`, async (request, reply) => {
    const result = writeMailing(state, object, pathId(request), jsonBody(request));
    await state.settled();
    sendResult(reply, result);
  });

  app.post(`${path}/:id/archive`, async (request, reply) => {
    const result = archiveMailing(state, collection, pathId(request));
    await state.settled();
    sendResult(reply, result);
  });
}

/** The link repeats the request's parameters except the key, which does not belong into logs. */
function nextUrl(request: FastifyRequest, after: string): string {
  const url = new URL(request.url, `http://${request.headers.host ?? 'localhost'}`);
  url.searchParams.delete('api_key');
  url.searchParams.set('after', after);
  return url.href;
}

function sendResult(reply: FastifyReply, result: MailingResult): void {
  switch (result.status) {
    case 200:
    case 201:
      sendJson(reply, result.status, result.row.value);
      break;
    case 404:
      sendJson(reply, 404, { title: result.title });
      break;
    case 409:
      sendJson(reply, 409, { title: result.title, existing_id: result.existingId });
      break;
    case 422:
      sendJson(reply, 422, { title: result.title, errors: result.errors });
      break;
  }
}
