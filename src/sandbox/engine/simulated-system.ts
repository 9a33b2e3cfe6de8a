import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SystemLimits } from './system-limits.js';
import type { SystemState } from './system-state.js';

/** SimulatedSystem is one of the sandbox's systems: its records, its limits and its habits. */
export interface SimulatedSystem {
  readonly name: string;
  readonly state: SystemState;
  readonly limits: SystemLimits;
  /** authorise sends the system's refusal and returns false where a request has no valid credentials. */
  readonly authorise: (request: FastifyRequest, reply: FastifyReply) => boolean;
  /** refuseForLimit answers a request that is over a limit; no wait is known where concurrency is the limit. */
  readonly refuseForLimit: (reply: FastifyReply, waitMs: number | undefined) => void;
  /** refuse answers a request that failed before it reached a route: unknown path, broken JSON, too large. */
  readonly refuse: (reply: FastifyReply, status: number, message: string) => void;
  /** forget drops what the system remembers besides its records, at a reset. */
  readonly forget?: () => void;
  readonly addRoutes: (app: FastifyInstance) => void;
}

/** Above this many characters, encoding at once is cheaper than letting the socket encode the text while it writes. */
const longText = 4096;
const bytesPerCharacter = 3;

/** sendJson answers with a status and a JSON body. */
export function sendJson(reply: FastifyReply, status: number, body: object): void {
  const text = JSON.stringify(body);
  void reply.code(status).header('content-type', 'application/json; charset=utf-8').send(text.length < longText ? text : encode(text));
}

function encode(text: string): Buffer {
  const buffer = Buffer.allocUnsafe(text.length * bytesPerCharacter);
  return buffer.subarray(0, buffer.write(text));
}
