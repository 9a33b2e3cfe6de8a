import type { FastifyInstance } from 'fastify';
import { AdminInput } from './admin-input.js';
import { pathNames, systemNamed, type SandboxParts } from './sandbox-parts.js';

/** addLimitRoutes adds the reading and the changing of a system's limits, which last until a reset or a restart. */
export function addLimitRoutes(app: FastifyInstance, parts: SandboxParts): void {
  app.get('/:system/limits', (request) => systemNamed(parts, pathNames(request).system).limits.current);

  app.put('/:system/limits', (request) => {
    const { limits } = systemNamed(parts, pathNames(request).system);
    const input = new AdminInput(request.body, ['requestsPerSecond', 'burst', 'concurrency', 'latencyMs']);
    const requestsPerSecond = input.isNull('requestsPerSecond') ? null : input.number('requestsPerSecond', 0.001, 1_000_000);
    const concurrency = input.isNull('concurrency') ? null : input.integer('concurrency', 1, 100_000);
    const burst = input.integer('burst', 1, 1_000_000);
    const latencyMs = input.integer('latencyMs', 0, 600_000);
    limits.set({
      ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
      ...(burst === undefined ? {} : { burst }),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(latencyMs === undefined ? {} : { latencyMs }),
    });
    return limits.current;
  });
}
