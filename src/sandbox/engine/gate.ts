import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { playFault } from './fault-effects.js';
import type { Fault, FaultBook } from './faults.js';
import type { SimulatedSystem } from './simulated-system.js';
import type { RequestStats } from './stats.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The fault that this request meets. */
    fault: Fault | undefined;
  }
}

/** addSystem puts a system's routes behind its gate: counting, limits, latency, credentials and faults, in this order. */
export function addSystem(app: FastifyInstance, system: SimulatedSystem, faults: FaultBook, stats: RequestStats): void {
  app.register(
    (scope, _options, registered) => {
      scope.addHook('onRequest', (request, reply, done) => {
        const within = enter(system, stats, request, reply);
        const { latencyMs } = system.limits.current;
        const proceed = (): void => {
          if (within) admit(system, faults, request, reply, done);
          else system.refuseForLimit(reply, undefined);
        };
        if (latencyMs > 0) setTimeout(proceed, latencyMs);
        else proceed();
      });
      scope.addHook('onSend', (request, reply, payload, done) => {
        const { fault } = request;
        if (fault === undefined || !replacesAnswer(fault)) done(null, payload);
        else playFault(fault, reply, payload);
      });
      scope.setNotFoundHandler((request, reply) => {
        system.refuse(reply, 404, `there is no ${request.method} ${pathOf(request)}`);
      });
      scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
        system.refuse(reply, error.statusCode ?? 500, error.message);
      });
      system.addRoutes(scope);
      registered();
    },
    { prefix: `/${system.name}` },
  );
}

/** Counts a request in and, at its end, out; false when too many run already. */
function enter(system: SimulatedSystem, stats: RequestStats, request: FastifyRequest, reply: FastifyReply): boolean {
  reply.raw.once('close', () => {
    system.limits.leave();
    const status = reply.raw.writableFinished ? String(reply.raw.statusCode) : 'aborted';
    stats.count(system.name, `${request.method} ${request.routeOptions.url ?? '(unknown)'}`, status);
  });
  return system.limits.enter();
}

function admit(system: SimulatedSystem, faults: FaultBook, request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const waitMs = system.limits.perSystem ? system.limits.take() : 0;
  if (waitMs > 0) {
    system.refuseForLimit(reply, waitMs);
    return;
  }
  if (!system.authorise(request, reply)) return;
  const fault = faults.meet(system.name, request.method, pathOf(request));
  request.fault = fault;
  if (fault === undefined) done();
  else if (fault.kind === 'delay') setTimeout(done, fault.ms);
  else if (fault.execute) done();
  else playFault(fault, reply, undefined);
}

function replacesAnswer(fault: Fault): boolean {
  return fault.kind !== 'delay' && fault.kind !== 'partial';
}

function pathOf(request: FastifyRequest): string {
  const end = request.url.indexOf('?');
  return end < 0 ? request.url : request.url.slice(0, end);
}
