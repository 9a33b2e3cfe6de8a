import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxCredentials } from '../credentials.js';
import type { Collection } from '../engine/collection.js';
import { makeBearerCheck } from '../engine/credential-check.js';
import { checkFields, type CheckedFields } from '../engine/field-rules.js';
import { ifMatch } from '../engine/if-match.js';
import { queryInteger, queryText, queryTime } from '../engine/query.js';
import type { Row } from '../engine/record.js';
import { bodyFields, pathId } from '../engine/request-parts.js';
import { sendJson, type SimulatedSystem } from '../engine/simulated-system.js';
import { SystemLimits } from '../engine/system-limits.js';
import { apiWrite, SystemState } from '../engine/system-state.js';
import { parseIso } from '../engine/times.js';
import { deskObjects, type DeskObject } from './desk-objects.js';

const largestPage = 100;

/**
 * makeDesk makes the support desk: a fixed Bearer token, offset paging with pages that are silently capped, records
 * wrapped in their name, ETags, a unique `external_id`, hard deletes, and `Retry-After` as a date. Fields that it does
 * not know are silently left out.
 */
export function makeDesk(credentials: SandboxCredentials['desk']): SimulatedSystem {
  const state = new SystemState('desk', deskObjects);
  const known = makeBearerCheck(credentials.token);
  return {
    name: 'desk',
    state,
    limits: new SystemLimits({ requestsPerSecond: 50, concurrency: null, latencyMs: 0 }),
    authorise: (request, reply) => {
      if (known(request.headers.authorization)) return true;
      refuse(reply, 401, 'unauthorized', 'the Bearer token is missing or wrong');
      return false;
    },
    refuseForLimit: (reply, waitMs) => {
      const atMs = Math.ceil((Date.now() + (waitMs ?? 1000)) / 1000) * 1000;
      void reply.header('retry-after', new Date(atMs).toUTCString());
      refuse(reply, 429, 'too_many_requests', 'too many requests');
    },
    refuse: (reply, status, message) => {
      refuse(reply, status, status === 404 ? 'not_found' : 'bad_request', message);
    },
    addRoutes: (app) => {
      for (const object of deskObjects) addObjectRoutes(app, state, object);
    },
  };
}

function addObjectRoutes(app: FastifyInstance, state: SystemState, object: DeskObject): void {
  const collection = state.collection(object.object);
  const path = `/${object.object}`;

  app.get(path, (request, reply) => {
    const { rows, count } = readSlice(collection, request);
    sendJson(reply, 200, { [object.object]: rows.map((row) => row.value), count });
  });

  app.get(`${path}/:id`, (request, reply) => {
    const row = rowOf(collection, request, reply);
    if (row !== undefined) sendRecord(reply, 200, object, row);
  });

  app.post(path, async (request, reply) => {
    const checked = checkFields(object.rules, bodyFields(request)[object.singular], 'create', 'drop');
    if (refuseProblems(reply, checked) || refuseDuplicate(reply, collection, checked)) return;
    const row = state.create(collection, checked.fields, apiWrite);
    const written = { ...row };
    await state.settled();
    sendRecord(reply, 201, object, written);
  });

  app.put(`${path}/:id`, async (request, reply) => {
    const row = rowOf(collection, request, reply);
    if (row === undefined || refuseStale(request, reply, row)) return;
    const checked = checkFields(object.rules, bodyFields(request)[object.singular], 'update', 'drop');
    if (refuseProblems(reply, checked) || refuseDuplicate(reply, collection, checked, row)) return;
    state.update(collection, row, checked.fields, apiWrite);
    const written = { ...row };
    await state.settled();
    sendRecord(reply, 200, object, written);
  });

  app.delete(`${path}/:id`, async (request, reply) => {
    const row = rowOf(collection, request, reply);
    if (row === undefined || refuseStale(request, reply, row)) return;
    state.remove(collection, row, apiWrite);
    await state.settled();
    void reply.code(204).send();
  });
}

function readSlice(collection: Collection, request: FastifyRequest): { readonly rows: readonly Row[]; readonly count: number } {
  const offset = queryInteger(request, 'offset', { min: 0, max: 100_000_000, otherwise: 0 });
  const asked = queryInteger(request, 'limit', { min: 1, max: 1_000_000, otherwise: 25 });
  const limit = Math.min(asked, largestPage);
  for (const field of Object.keys(collection.options.lookups)) {
    const value = queryText(request, field);
    if (value === undefined) continue;
    const found = collection.find(field, value);
    return { rows: found.slice(offset, offset + limit), count: found.length };
  }
  const sinceMs = queryTime(request, 'updated_since', parseIso, '2026-11-20T10:11:12Z');
  const list = sinceMs === undefined ? collection.byAge : collection.byChange;
  const first = sinceMs === undefined ? 0 : collection.byChange.rank({ updatedMs: sinceMs, ordinal: 0 });
  return { rows: list.slice(first + offset, limit), count: list.size - first };
}

function rowOf(collection: Collection, request: FastifyRequest, reply: FastifyReply): Row | undefined {
  const id = pathId(request);
  const row = collection.get(id);
  if (row === undefined) refuse(reply, 404, 'not_found', `there is no ${id.slice(0, 100)} among ${collection.options.object}`);
  return row;
}

function refuseStale(request: FastifyRequest, reply: FastifyReply, row: Row): boolean {
  const stale = ifMatch(request, String(row.revision)) === 'differs';
  if (stale) refuse(reply, 412, 'precondition_failed', `the record is at revision ${row.revision}`);
  return stale;
}

function refuseProblems(reply: FastifyReply, { problems }: CheckedFields): boolean {
  if (problems.length === 0) return false;
  const details = Object.fromEntries(problems.map(({ field, message }) => [field === '' ? 'base' : field, [message]]));
  sendJson(reply, 422, { error: { code: 'invalid', message: 'some fields are not valid', details } });
  return true;
}

function refuseDuplicate(reply: FastifyReply, collection: Collection, { fields }: CheckedFields, self?: Row): boolean {
  const conflict = collection.conflict(fields, self);
  if (conflict === undefined) return false;
  const message = `${conflict.field} is taken`;
  sendJson(reply, 409, { error: { code: 'duplicate', message, existing_id: conflict.row.value['id'] } });
  return true;
}

function sendRecord(reply: FastifyReply, status: number, object: DeskObject, row: Row): void {
  void reply.header('etag', `"${row.revision}"`);
  sendJson(reply, status, { [object.singular]: row.value });
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): void {
  sendJson(reply, status, { error: { code, message } });
}
