import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxCredentials } from '../credentials.js';
import type { Collection } from '../engine/collection.js';
import { makeCredentialCheck } from '../engine/credential-check.js';
import { checkFields, type CheckedFields } from '../engine/field-rules.js';
import { ifMatch } from '../engine/if-match.js';
import { queryInteger, queryText } from '../engine/query.js';
import type { Row } from '../engine/record.js';
import { jsonBody, pathId } from '../engine/request-parts.js';
import { sendJson, type SimulatedSystem } from '../engine/simulated-system.js';
import { SystemLimits } from '../engine/system-limits.js';
import { apiWrite, SystemState } from '../engine/system-state.js';
import { booksObjects, invoiceLinesProblem, type BooksObject } from './books-objects.js';
import { hashRequest, IdempotentCreates } from './idempotent-creates.js';

const maxKeyLength = 255;

/**
 * makeBooks makes the accounting system: an API key in a header, page numbers, times in Unix seconds, whole-number
 * versions that every PUT must name, idempotency keys, one record a request, money in minor units.
 */
export function makeBooks(credentials: SandboxCredentials['books']): SimulatedSystem {
  const state = new SystemState('books', booksObjects);
  const creates = new IdempotentCreates(state);
  const known = makeCredentialCheck(credentials.apiKey);
  return {
    name: 'books',
    state,
    limits: new SystemLimits({ requestsPerSecond: 20, concurrency: null, latencyMs: 0 }),
    authorise: (request, reply) => {
      const key = request.headers['x-api-key'];
      if (typeof key === 'string' && known(key)) return true;
      refuse(reply, 401, 'Unauthorized', 'the header X-Api-Key is missing or wrong');
      return false;
    },
    refuseForLimit: (reply, waitMs) => {
      void reply.header('retry-after', String(Math.max(1, Math.ceil((waitMs ?? 1000) / 1000))));
      refuse(reply, 429, 'RateLimited', 'too many requests');
    },
    refuse: (reply, status, message) => {
      refuse(reply, status, status === 404 ? 'NotFound' : 'BadRequest', message);
    },
    forget: () => {
      creates.clear();
    },
    addRoutes: (app) => {
      for (const object of booksObjects) addObjectRoutes(app, state, object, creates);
    },
  };
}

function addObjectRoutes(app: FastifyInstance, state: SystemState, object: BooksObject, creates: IdempotentCreates): void {
  const collection = state.collection(object.object);
  const path = `/${object.object}`;

  app.get(path, (request, reply) => {
    sendJson(reply, 200, readPage(collection, request));
  });

  app.get(`${path}/:id`, (request, reply) => {
    const row = rowOf(collection, request, reply);
    if (row !== undefined) sendRecord(reply, 200, row);
  });

  app.post(path, async (request, reply) => {
    const key = request.headers['idempotency-key'];
    const idempotencyKey = typeof key === 'string' && key !== '' ? key : undefined;
    if (idempotencyKey !== undefined && idempotencyKey.length > maxKeyLength) {
      refuse(reply, 400, 'BadRequest', `Idempotency-Key is longer than ${maxKeyLength} characters`);
      return;
    }
    const requestHash = idempotencyKey === undefined ? undefined : hashRequest(path, request.body);
    if (idempotencyKey !== undefined && requestHash !== undefined) {
      const answered = creates.recall(idempotencyKey, requestHash);
      if (answered === 'other-request') {
        refuse(reply, 422, 'IdempotencyKeyReused', 'this Idempotency-Key came with another request before');
        return;
      }
      if (answered !== undefined) {
        // The first request may still be waiting for its line in the log.
        await state.settled();
        void reply.header('idempotent-replayed', 'true');
        void reply.code(201).header('content-type', 'application/json; charset=utf-8').send(answered.body);
        return;
      }
    }
    const checked = checkFields(object.rules, jsonBody(request), 'create', 'refuse');
    if (refuseProblems(reply, state, checked)) return;
    const row = state.create(collection, checked.fields, { by: 'api', idempotencyKey, requestHash });
    const written = { ...row };
    await state.settled();
    sendRecord(reply, 201, written);
  });

  app.put(`${path}/:id`, async (request, reply) => {
    const row = rowOf(collection, request, reply);
    if (row === undefined || refuseVersion(request, reply, row)) return;
    const checked = checkFields(object.rules, jsonBody(request), 'update', 'refuse');
    if (refuseProblems(reply, state, checked)) return;
    state.update(collection, row, checked.fields, apiWrite, checked.fields['state'] === 'ARCHIVED' ? 'archive' : 'update');
    const written = { ...row };
    await state.settled();
    sendRecord(reply, 200, written);
  });
}

function readPage(collection: Collection, request: FastifyRequest): object {
  const page = queryInteger(request, 'page', { min: 1, max: 1_000_000, otherwise: 1 });
  const pageSize = queryInteger(request, 'pageSize', { min: 1, max: 100, otherwise: 50 });
  const start = (page - 1) * pageSize;
  const found = findByField(collection, request);
  let itemCount: number;
  let rows: readonly Row[];
  if (found === undefined) {
    const after = queryInteger(request, 'modifiedAfter', { min: 0, max: 99_999_999_999, otherwise: -1 });
    const list = after < 0 ? collection.byAge : collection.byChange;
    // "After" is meant strictly, and seconds are all there is: what changes again within the second is not seen.
    const first = after < 0 ? 0 : collection.byChange.rank({ updatedMs: after * 1000 + 1, ordinal: 0 });
    itemCount = list.size - first;
    rows = list.slice(first + start, pageSize);
  } else {
    itemCount = found.length;
    rows = found.slice(start, start + pageSize);
  }
  const pagination = { page, pageSize, pageCount: Math.ceil(itemCount / pageSize), itemCount };
  return { items: rows.map((row) => row.value), pagination };
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
  if (row === undefined) refuse(reply, 404, 'NotFound', `there is no ${id.slice(0, 100)} among ${collection.options.object}`);
  return row;
}

function refuseVersion(request: FastifyRequest, reply: FastifyReply, row: Row): boolean {
  const verdict = ifMatch(request, String(row.revision));
  if (verdict === 'absent') refuse(reply, 428, 'VersionRequired', 'name the version to change in the header If-Match');
  else if (verdict === 'differs') refuse(reply, 412, 'VersionConflict', `the record is at version ${row.revision}`);
  return verdict !== 'matches';
}

function refuseProblems(reply: FastifyReply, state: SystemState, checked: CheckedFields): boolean {
  const problems = [...checked.problems];
  const linesProblem = invoiceLinesProblem(checked.fields);
  if (linesProblem !== undefined) problems.push({ field: 'lines', message: linesProblem });
  const customerId = checked.fields['customerId'];
  if (typeof customerId === 'string' && state.collection('customers').get(customerId) === undefined) {
    problems.push({ field: 'customerId', message: 'is no customer' });
  }
  if (problems.length === 0) return false;
  sendJson(reply, 400, { code: 'ValidationFailed', message: 'some fields are not valid', errors: problems });
  return true;
}

function sendRecord(reply: FastifyReply, status: number, row: Row): void {
  void reply.header('etag', `"${row.revision}"`);
  sendJson(reply, status, row.value);
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): void {
  sendJson(reply, status, { code, message });
}
