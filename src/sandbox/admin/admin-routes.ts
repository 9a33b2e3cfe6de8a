import type { FastifyInstance, FastifyRequest } from 'fastify';
import { addFaultRoutes } from './fault-routes.js';
import { addLimitRoutes } from './limit-routes.js';
import { addReadRoutes } from './read-routes.js';
import type { SandboxParts } from './sandbox-parts.js';
import { addWebhookRoutes } from './webhook-routes.js';
import { addWriteRoutes } from './write-routes.js';

const loopbackHost = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

/** addAdminRoutes adds the admin API under `/_admin`. It asks for no credentials, so it answers local programs only. */
export function addAdminRoutes(app: FastifyInstance, parts: SandboxParts): void {
  app.register(
    (scope, _options, registered) => {
      scope.addHook('onRequest', (request, reply, done) => {
        if (fromLocalProgram(request)) done();
        else void reply.code(403).send({ error: 'the admin API answers programs on this machine only' });
      });
      scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
        void reply.code(error.statusCode ?? 500).send({ error: error.message });
      });
      scope.setNotFoundHandler((request, reply) => {
        void reply.code(404).send({ error: `there is no ${request.method} ${request.url}` });
      });
      scope.get('/health', () => ({ ok: true }));
      addReadRoutes(scope, parts);
      addWriteRoutes(scope, parts);
      addLimitRoutes(scope, parts);
      addFaultRoutes(scope, parts);
      addWebhookRoutes(scope, parts);
      registered();
    },
    { prefix: '/_admin' },
  );
}

/** A page in a browser sends an Origin, and a name that somebody pointed at loopback is none of ours. */
function fromLocalProgram(request: FastifyRequest): boolean {
  return request.headers.origin === undefined && loopbackHost.test(request.headers.host ?? '');
}
