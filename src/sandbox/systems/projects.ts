import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxCredentials } from '../credentials.js';
import type { Collection } from '../engine/collection.js';
import { makeBasicCheck } from '../engine/credential-check.js';
import { checkFields, type CheckedFields } from '../engine/field-rules.js';
import { queryInteger, queryText, queryTime } from '../engine/query.js';
import type { Row } from '../engine/record.js';
import { bodyFields, pathId } from '../engine/request-parts.js';
import { sendJson, type SimulatedSystem } from '../engine/simulated-system.js';
import { SystemLimits } from '../engine/system-limits.js';
import { apiWrite, SystemState } from '../engine/system-state.js';
import { parseBlank } from '../engine/times.js';
import { projectsObjects, type ProjectsObject } from './projects-objects.js';

/**
 * makeProjects makes the project system: Basic authentication, keyset paging by (updated, id), times in whole seconds
 * with a blank and no zone (UTC is meant), updates that answer 204 without a body. It keeps no versions.
 */
export function makeProjects(credentials: SandboxCredentials['projects']): SimulatedSystem {
  const state = new SystemState('projects', projectsObjects);
  const known = makeBasicCheck(credentials.username, credentials.password);
  return {
    name: 'projects',
    state,
    limits: new SystemLimits({ requestsPerSecond: 50, concurrency: null, latencyMs: 0 }),
    authorise: (request, reply) => {
      if (known(request.headers.authorization)) return true;
      void reply.header('www-authenticate', 'Basic realm="projects"');
      refuse(reply, 401, 'user name or password is wrong');
      return false;
    },
    refuseForLimit: (reply, waitMs) => {
      void reply.header('retry-after', String(Math.max(1, Math.ceil((waitMs ?? 1000) / 1000))));
      refuse(reply, 429, 'too many requests');
    },
    refuse,
    addRoutes: (app) => {
      for (const object of projectsObjects) addObjectRoutes(app, state, object);
    },
  };
}

function addObjectRoutes(app: FastifyInstance, state: SystemState, object: ProjectsObject): void {
  const collection = state.collection(object.object);
  const path = `/${object.object}`;

  app.get(path, (request, reply) => {
    const rows = readKeyset(collection, request);
    sendJson(reply, 200, { [object.object]: rows.map((row) => row.value), total_count: collection.size });
  });

  app.get(`${path}/:id`, (request, reply) => {
    const row = rowOf(collection, request, reply);
    if (row !== undefined) sendJson(reply, 200, { [object.singular]: row.value });
  });

  app.post(path, async (request, reply) => {
    const checked = checkFields(object.rules, bodyFields(request)[object.singular], 'create', 'drop');
    if (refuseProblems(reply, state, checked)) return;
    const row = state.create(collection, checked.fields, apiWrite);
    const { value } = row;
    await state.settled();
    void reply.header('location', `/projects/${object.object}/${row.id}`);
    sendJson(reply, 201, { [object.singular]: value });
  });

  app.put(`${path}/:id`, async (request, reply) => {
    const row = rowOf(collection, request, reply);
    if (row === undefined) return;
    const checked = checkFields(object.rules, bodyFields(request)[object.singular], 'update', 'drop');
    if (refuseProblems(reply, state, checked)) return;
    state.update(collection, row, checked.fields, apiWrite, checked.fields['status'] === 'archived' ? 'archive' : 'update');
    await state.settled();
    void reply.code(204).send();
  });

  app.delete(`${path}/:id`, async (request, reply) => {
    const row = rowOf(collection, request, reply);
    if (row === undefined) return;
    state.remove(collection, row, apiWrite);
    await state.settled();
    void reply.code(204).send();
  });
}

/** Reads the rows after (`after_updated`, `after_id`); without the id, those changed at that second or later. */
function readKeyset(collection: Collection, request: FastifyRequest): readonly Row[] {
  for (const field of Object.keys(collection.options.lookups)) {
    const value = queryText(request, field);
    if (value !== undefined) return collection.find(field, value);
  }
  const limit = queryInteger(request, 'limit', { min: 1, max: 200, otherwise: 50 });
  const updatedMs = queryTime(request, 'after_updated', parseBlank, '2026-11-20 10:11:12') ?? 0;
  const id = queryText(request, 'after_id');
  // Ids count up, so that the number in one gives its place even when its record is gone.
  const ordinal = id === undefined ? 0 : Number(/-(\d{1,12})$/.exec(id)?.[1] ?? 0);
  return collection.byChange.slice(collection.byChange.rank({ updatedMs, ordinal: ordinal + 1 }), limit);
}

function rowOf(collection: Collection, request: FastifyRequest, reply: FastifyReply): Row | undefined {
  const id = pathId(request);
  const row = collection.get(id);
  if (row === undefined) refuse(reply, 404, `there is no ${id.slice(0, 100)} among ${collection.options.object}`);
  return row;
}

function refuseProblems(reply: FastifyReply, state: SystemState, checked: CheckedFields): boolean {
  const errors = checked.problems.map(({ field, message }) => `${field} ${message}`.trim());
  const projectId = checked.fields['project_id'];
  if (typeof projectId === 'string' && state.collection('projects').get(projectId) === undefined) errors.push('project_id is no project');
  if (errors.length === 0) return false;
  sendJson(reply, 422, { errors });
  return true;
}

function refuse(reply: FastifyReply, status: number, message: string): void {
  sendJson(reply, status, { errors: [message] });
}
