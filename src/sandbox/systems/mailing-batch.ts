import type { FastifyInstance } from 'fastify';
import type { Json, JsonObject } from '../../contracts/json.js';
import type { Fault } from '../engine/faults.js';
import { bodyFields } from '../engine/request-parts.js';
import { sendJson } from '../engine/simulated-system.js';
import type { SystemState } from '../engine/system-state.js';
import { mailingMembers } from './mailing-objects.js';
import { writeMailing } from './mailing-write.js';

const maxItems = 100;

/**
 * addBatchRoute adds `POST /members/batch {items: [...]}`: an item with an `id` is an update, one without a create.
 * The answer has one result for each item, in the same order: `{status, id?, member?, error?, errors?, existing_id?}`.
 */
export function addBatchRoute(app: FastifyInstance, state: SystemState): void {
  app.post('/members/batch', async (request, reply) => {
    const items: Json | undefined = bodyFields(request)['items'];
    if (!Array.isArray(items)) {
      sendJson(reply, 422, { title: 'Invalid Resource', errors: [{ field: 'items', message: 'must be a list' }] });
      return;
    }
    if (items.length > maxItems) {
      sendJson(reply, 413, { title: 'Batch Too Large', detail: `a batch has at most ${maxItems} items, this one has ${items.length}` });
      return;
    }
    const results = items.map((item: Json, position) => failedByFault(request.fault, position) ?? writeItem(state, item));
    await state.settled();
    sendJson(reply, 200, { results });
  });
}

function writeItem(state: SystemState, item: Json): object {
  const id = item !== null && typeof item === 'object' && !Array.isArray(item) ? (item as JsonObject)['id'] : undefined;
  if (id !== undefined && id !== null && typeof id !== 'string') {
    return { status: 422, error: 'Invalid Resource', errors: [{ field: 'id', message: 'must be a text' }] };
  }
  const result = writeMailing(state, mailingMembers, id ?? undefined, item);
  if (result.status === 404) return { status: 404, error: result.title };
  if (result.status === 409) return { status: 409, error: result.title, existing_id: result.existingId };
  if (result.status === 422) {
    const reasons = result.errors.map(({ field, message }) => `${field} ${message}`).join('; ');
    return { status: 422, error: `${result.title}: ${reasons}`, errors: result.errors };
  }
  return { status: result.status, id: result.row.id, member: result.row.value };
}

function failedByFault(fault: Fault | undefined, position: number): object | undefined {
  if (fault?.kind !== 'partial' || !fault.items.includes(position)) return undefined;
  return { status: fault.status, error: fault.error ?? `injected status ${fault.status}` };
}
