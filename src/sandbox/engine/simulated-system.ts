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

/** sendJson answers with a status and a JSON body. */
export function sendJson(reply: FastifyReply, status: number, body: object): void {
  void reply.code(status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
}
