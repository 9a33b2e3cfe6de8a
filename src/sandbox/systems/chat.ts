import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxCredentials } from '../credentials.js';
import { makeBearerCheck } from '../engine/credential-check.js';
import { queryInteger, queryText } from '../engine/query.js';
import { bodyFields } from '../engine/request-parts.js';
import { sendJson, type SimulatedSystem } from '../engine/simulated-system.js';
import { SystemLimits } from '../engine/system-limits.js';
import { apiWrite, SystemState, type ObjectDescription } from '../engine/system-state.js';

const maxTextLength = 40_000;
const channelPattern = /^[#@]?[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}$/u;

const messages: ObjectDescription = {
  object: 'messages',
  idOf: (ordinal) => `msg-${String(ordinal).padStart(6, '0')}`,
  defaults: { client_msg_id: null },
  stamp: (row) => {
    row.value['ts'] = `${Math.floor(row.createdMs / 1000)}.${String(row.ordinal).padStart(6, '0')}`;
  },
  granularityMs: 1,
  lookups: { channel: { unique: false }, client_msg_id: { unique: true } },
};

/**
 * makeChat makes the chat: everything but a reached limit is answered with 200, and `ok` says whether it worked. A
 * channel takes one message a second and five at once; a repeated `client_msg_id` is the same message.
 */
export function makeChat(credentials: SandboxCredentials['chat']): SimulatedSystem {
  const state = new SystemState('chat', [messages]);
  const limits = new SystemLimits({ requestsPerSecond: 1, burst: 5, concurrency: null, latencyMs: 0 }, false);
  const known = makeBearerCheck(credentials.token);
  return {
    name: 'chat',
    state,
    limits,
    authorise: (request, reply) => {
      const { authorization } = request.headers;
      if (known(authorization)) return true;
      fail(reply, authorization === undefined ? 'not_authed' : 'invalid_auth');
      return false;
    },
    refuseForLimit,
    refuse: (reply, status) => {
      fail(reply, status === 404 ? 'unknown_method' : status >= 500 ? 'internal_error' : 'invalid_request');
    },
    addRoutes: (app) => {
      addMessageRoutes(app, state, limits);
    },
  };
}

function addMessageRoutes(app: FastifyInstance, state: SystemState, limits: SystemLimits): void {
  const collection = state.collection('messages');

  app.post('/messages', async (request, reply) => {
    const { channel, text, client_msg_id: clientId } = bodyFields(request);
    const fields = messageFields(channel, text, clientId);
    if (typeof fields === 'string') {
      fail(reply, fields);
      return;
    }
    const waitMs = limits.take(fields.channel);
    if (waitMs > 0) {
      refuseForLimit(reply, waitMs);
      return;
    }
    const row = collection.conflict({ ...fields })?.row ?? state.create(collection, { ...fields }, apiWrite);
    await state.settled();
    sendJson(reply, 200, { ok: true, channel: row.value['channel'], ts: row.value['ts'], message: row.value });
  });

  app.get('/messages', (request, reply) => {
    const channel = queryText(request, 'channel');
    const clientId = queryText(request, 'client_msg_id');
    const limit = queryInteger(request, 'limit', { min: 1, max: 999, otherwise: 100 });
    const cursor = readPlace(request);
    if (channel === undefined && clientId === undefined) {
      fail(reply, 'channel_not_found');
      return;
    }
    if (cursor === undefined) {
      fail(reply, 'invalid_cursor');
      return;
    }
    const all = clientId === undefined ? collection.findIds('channel', channel) : collection.findIds('client_msg_id', clientId);
    const page = all.slice(cursor, cursor + limit).map((id) => collection.get(id)?.value);
    const next = cursor + limit < all.length ? writePlace(cursor + limit) : '';
    sendJson(reply, 200, { ok: true, messages: page, has_more: next !== '', response_metadata: { next_cursor: next } });
  });
}

interface MessageFields {
  readonly channel: string;
  readonly text: string;
  readonly client_msg_id: string | null;
}

/** Returns the fields of a message, or the code of what is wrong with them. */
function messageFields(channel: unknown, text: unknown, clientId: unknown): MessageFields | string {
  if (typeof channel !== 'string' || !channelPattern.test(channel)) return 'channel_not_found';
  if (typeof text !== 'string' || text === '') return 'no_text';
  if (text.length > maxTextLength) return 'msg_too_long';
  const id = clientId ?? null;
  if (id !== null && (typeof id !== 'string' || id.length > 255)) return 'invalid_arguments';
  return { channel, text, client_msg_id: id };
}

// Messages are only ever added at the end of a channel, so that a place in it stays good.
function writePlace(index: number): string {
  return Buffer.from(`next:${index}`).toString('base64url');
}

function readPlace(request: FastifyRequest): number | undefined {
  const cursor = queryText(request, 'cursor');
  if (cursor === undefined) return 0;
  const match = /^next:(\d{1,12})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  return match === null ? undefined : Number(match[1]);
}

function refuseForLimit(reply: FastifyReply, waitMs: number | undefined): void {
  void reply.header('retry-after', String(Math.max(1, Math.ceil((waitMs ?? 1000) / 1000))));
  sendJson(reply, 429, { ok: false, error: 'ratelimited' });
}

function fail(reply: FastifyReply, error: string): void {
  sendJson(reply, 200, { ok: false, error });
}
