import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxCredentials } from '../credentials.js';
import type { Collection } from '../engine/collection.js';
import { readCursor } from '../engine/cursor.js';
import { cursorPage } from '../engine/cursor-page.js';
import { checkFields, type FieldProblem } from '../engine/field-rules.js';
import { ifMatch } from '../engine/if-match.js';
import { queryInteger, queryText, queryTime } from '../engine/query.js';
import type { Row } from '../engine/record.js';
import { jsonBody, pathId } from '../engine/request-parts.js';
import { sendJson, type SimulatedSystem } from '../engine/simulated-system.js';
import { SystemLimits } from '../engine/system-limits.js';
import { apiWrite, SystemState } from '../engine/system-state.js';
import { isoMillis, parseIso } from '../engine/times.js';
import type { Webhooks } from '../engine/webhooks.js';
import type { AccessTokens } from './access-tokens.js';
import { crmObjects, type CrmObject } from './crm-objects.js';
import { addTokenRoute, tokenPath } from './crm-token-route.js';

/**
 * makeCrm makes the custom CRM: OAuth 2, cursor paging, `updated_since` in ISO milliseconds, soft deletes, signed
 * webhooks. Its version is `updated_at`, which `If-Match` may carry.
 */
export function makeCrm(credentials: SandboxCredentials['crm'], tokens: AccessTokens, webhooks: Webhooks): SimulatedSystem {
  const state = new SystemState('crm', crmObjects);
  announceChanges(state, webhooks);
  return {
    name: 'crm',
    state,
    limits: new SystemLimits({ requestsPerSecond: 200, concurrency: null, latencyMs: 0 }),
    authorise: (request, reply) => {
      if (request.routeOptions.url === `/crm${tokenPath}`) return true;
      const header = request.headers.authorization ?? '';
      if (header.startsWith('Bearer ') && tokens.valid(header.slice(7))) return true;
      void reply.header('www-authenticate', 'Bearer realm="crm", error="invalid_token"');
      refuse(reply, 401, 'token_expired', 'the access token is missing, unknown or expired');
      return false;
    },
    refuseForLimit: (reply, waitMs) => {
      void reply.header('retry-after', String(Math.max(1, Math.ceil((waitMs ?? 1000) / 1000))));
      refuse(reply, 429, 'rate_limited', 'too many requests');
    },
    refuse: (reply, status, message) => {
      refuse(reply, status, status === 404 ? 'not_found' : 'bad_request', message);
    },
    addRoutes: (app) => {
      addTokenRoute(app, tokens, credentials);
      for (const object of crmObjects) addObjectRoutes(app, state, object);
    },
  };
}

function announceChanges(state: SystemState, webhooks: Webhooks): void {
  const singulars = new Map(crmObjects.map(({ object, singular }) => [object, singular]));
  state.onChange(({ op, row, replayed }) => {
    // A purge takes a record away behind the API's back, so that nobody hears of it.
    if (replayed || op.fields === undefined) return;
    const object = singulars.get(op.object) ?? op.object;
    const verb = op.op === 'create' ? 'created' : row.value['status'] === 'deleted' ? 'deleted' : 'updated';
    webhooks.announce({ type: `${object}.${verb}`, object, object_id: row.id, at: op.at });
  });
}

function addObjectRoutes(app: FastifyInstance, state: SystemState, object: CrmObject): void {
  const collection = state.collection(object.object);
  const path = `/${object.object}`;

  app.get(path, (request, reply) => {
    const found = findByField(collection, request);
    if (found !== undefined) {
      sendJson(reply, 200, { data: found.map((row) => row.value), next: null });
      return;
    }
    const limit = queryInteger(request, 'limit', { min: 1, max: 500, otherwise: 100 });
    const sinceMs = queryTime(request, 'updated_since', parseIso, '2026-11-20T10:11:12.345Z');
    const token = queryText(request, 'cursor');
    const cursor = token === undefined ? undefined : readCursor(token);
    if (token !== undefined && cursor === undefined) {
      refuse(reply, 400, 'invalid_cursor', 'cursor: is none that this list gave');
      return;
    }
    const page = cursorPage(collection, limit, cursor, sinceMs);
    sendJson(reply, 200, { data: page.rows.map((row) => row.value), next: page.next ?? null });
  });

  app.get(`${path}/:id`, (request, reply) => {
    const row = rowOf(collection, request, reply);
    if (row !== undefined) sendJson(reply, 200, { data: row.value });
  });

  app.post(path, async (request, reply) => {
    const checked = checkFields(object.rules, jsonBody(request), 'create', 'store');
    if (refuseProblems(reply, checked.problems)) return;
    const row = state.create(collection, checked.fields, apiWrite);
    const body = { data: row.value };
    await state.settled();
    sendJson(reply, 201, body);
  });

  app.patch(`${path}/:id`, async (request, reply) => {
    const row = rowOf(collection, request, reply);
    if (row === undefined || refuseStale(request, reply, row)) return;
    const checked = checkFields(object.rules, jsonBody(request), 'update', 'store');
    if (refuseProblems(reply, checked.problems)) return;
    state.update(collection, row, checked.fields, apiWrite);
    const body = { data: row.value };
    await state.settled();
    sendJson(reply, 200, body);
  });

  app.delete(`${path}/:id`, async (request, reply) => {
    const row = rowOf(collection, request, reply);
    if (row === undefined || refuseStale(request, reply, row)) return;
    state.update(collection, row, { status: 'deleted' }, apiWrite, 'delete');
    const body = { data: row.value };
    await state.settled();
    sendJson(reply, 200, body);
  });
}

function findByField(collection: Collection, request: FastifyRequest): Row[] | undefined {
  for (const field of Object.keys(collection.options.lookups)) {
    const value = queryText(request, field);
    if (value !== undefined) return collection.find(field, value);
  }
  return undefined;
}

function rowOf(collection: Collection, request: FastifyRequest, reply: FastifyReply): Row | undefined {
  const id = pathId(request);
  const row = collection.get(id);
  if (row === undefined) refuse(reply, 404, 'not_found', `there is no record ${id.slice(0, 100)} of ${collection.options.object}`);
  return row;
}

function refuseStale(request: FastifyRequest, reply: FastifyReply, row: Row): boolean {
  const version = isoMillis(row.updatedMs);
  const stale = ifMatch(request, version) === 'differs';
  if (stale) refuse(reply, 412, 'stale_version', `the record was changed at ${version}`);
  return stale;
}

function refuseProblems(reply: FastifyReply, problems: readonly FieldProblem[]): boolean {
  if (problems.length === 0) return false;
  sendJson(reply, 422, { error: { code: 'invalid_fields', message: 'some fields are not valid', fields: problems } });
  return true;
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): void {
  sendJson(reply, status, { error: { code, message } });
}
