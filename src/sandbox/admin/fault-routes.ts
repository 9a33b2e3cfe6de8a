import type { FastifyInstance } from 'fastify';
import { faultKinds, type FaultKind, type FaultRequest } from '../engine/faults.js';
import { AdminError, AdminInput } from './admin-input.js';
import { systemNamed, type SandboxParts } from './sandbox-parts.js';

const fields: readonly string[] = [
  'system', 'kind', 'method', 'path', 'times', 'skip', 'probability', 'seed', 'execute', 'status', 'retryAfter', 'body', 'ms', 'bytes',
  'item', 'items', 'error',
];
/** These would be no fault if the request were not executed. */
const executed: ReadonlySet<FaultKind> = new Set(['cut', 'reset-after', 'slow-drip', 'partial', 'delay']);
const never: ReadonlySet<FaultKind> = new Set(['reset-before']);

/** addFaultRoutes adds the registering, listing and removing of faults. */
export function addFaultRoutes(app: FastifyInstance, parts: SandboxParts): void {
  app.get('/faults', () => ({ faults: parts.faults.list() }));

  app.post('/faults', (request, reply) => {
    const fault = parts.faults.add(readFault(parts, new AdminInput(request.body, fields)));
    void reply.code(201).send({ id: fault.id });
  });

  app.delete('/faults', () => ({ removed: parts.faults.remove() }));

  app.delete('/faults/:id', (request) => ({ removed: parts.faults.remove((request.params as { id: string }).id) }));
}

function readFault(parts: SandboxParts, input: AdminInput): FaultRequest {
  const kind = faultKinds.find((known) => known === input.requiredText('kind'));
  if (kind === undefined) throw new AdminError(`kind: must be one of ${faultKinds.join(', ')}`);
  const times = input.integer('times', -1, 1_000_000) ?? 1;
  if (times === 0) throw new AdminError('times: must be at least 1, or -1 for ever');
  const method = input.text('method')?.toUpperCase();
  const path = input.text('path');
  const body = input.text('body');
  const error = input.text('error');
  const retryAfter = readRetryAfter(input);
  return {
    system: systemNamed(parts, input.requiredText('system')).name,
    kind,
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    times,
    skip: input.integer('skip', 0, 1_000_000) ?? 0,
    probability: input.number('probability', 0, 1) ?? 1,
    seed: input.integer('seed', 0, 2 ** 31) ?? 1,
    execute: executed.has(kind) || (!never.has(kind) && (input.boolean('execute') ?? false)),
    status: input.integer('status', 200, 599) ?? (kind === 'partial' ? 422 : 500),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(body === undefined ? {} : { body }),
    ms: input.integer('ms', 0, 3_600_000) ?? (kind === 'slow-drip' ? 100 : 1000),
    bytes: input.integer('bytes', 0, 100_000_000) ?? (kind === 'slow-drip' ? 1 : 20),
    items: readItems(input),
    ...(error === undefined ? {} : { error }),
  };
}

function readRetryAfter(input: AdminInput): string | undefined {
  const raw = input.value('retryAfter');
  if (raw === undefined) return undefined;
  const text = typeof raw === 'number' ? String(raw) : raw;
  if (typeof text !== 'string' || !/^[\x20-\x7e]{0,200}$/.test(text)) throw new AdminError('retryAfter: must be a number of seconds or a short ASCII text');
  return text;
}

function readItems(input: AdminInput): readonly number[] {
  const items = input.list('items') ?? [input.integer('item', 0, 1_000_000) ?? 0];
  if (!items.every((item) => typeof item === 'number' && Number.isInteger(item))) throw new AdminError('items: must be a list of positions');
  return items as readonly number[];
}
