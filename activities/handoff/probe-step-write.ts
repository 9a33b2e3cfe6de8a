import type { SourceRecord, WriteResult } from '../../src/contracts/connector.js';
import { SystemError } from '../../src/contracts/system-error.js';
import type { WantedWrite } from '../../src/domain/handoff/perform-action.js';
import { compileGetter } from '../../src/domain/json-pointer.js';
import { sameJson } from '../../src/domain/json-equal.js';
import { scalarText } from '../../src/domain/text-value.js';
import type { StepWrite } from '../../src/store/handoff-writes.js';
import type { Settlement } from '../../src/store/ledger.js';
import { lookedUpTooEarly, notYetKnown } from '../sync/not-yet-found.js';
import type { StepTarget } from './send-once.js';

type Found = Pick<Settlement, 'state' | 'externalId' | 'version' | 'message'>;

/**
 * probeStepWrite finds out what became of a write whose answer was lost: by the same idempotency key again where the
 * system takes one, by looking the record up, or by reading it. What cannot be found out is `unknown`. Throws SystemError
 * where the system's search may show the record later.
 */
export async function probeStepWrite(target: StepTarget, wanted: WantedWrite, write: StepWrite, idempotencyKey: string, signal: AbortSignal): Promise<Found> {
  return write.kind === 'create' ? probeCreate(target, wanted, write, idempotencyKey, signal) : probeById(target, write, signal);
}

async function probeCreate({ connector, objectName, object, system }: StepTarget, { by }: WantedWrite, write: StepWrite, idempotencyKey: string, signal: AbortSignal): Promise<Found> {
  if (connector.sendsIdempotencyKey(objectName, 'create')) {
    // The same key again is the probe: the system answers with the record it made, or makes it now.
    const [result] = await connector.write(objectName, [{ kind: 'create', id: null, fields: write.after, expectedVersion: null, idempotencyKey }], signal);
    if (result?.outcome === 'ok' && result.id !== null) return found(result.id, result.version);
    if (result?.outcome === 'park' || result?.outcome === 'exists') return { state: 'not-executed', externalId: null, version: null, message: result.message };
    if (result !== undefined && result.outcome !== 'ok') throw probeFailed(connector.system, objectName, result);
  }
  const value = by === undefined ? undefined : scalarText(compileGetter(by)(write.after) ?? null);
  if (by === undefined || typeof value !== 'string' || value === '') return unknown('The answer was lost, and the system offers no way to look the record up.');
  const records = (await connector.find(objectName, by, value, signal)).filter((record) => scalarText(compileGetter(by)(record.data) ?? null) === value);
  const [only] = records;
  if (only === undefined) {
    const early = notYetKnown(system, object, write.intendedAtMs);
    if (early !== undefined) throw lookedUpTooEarly(connector.system, objectName, early.waitMs);
    return { state: 'not-executed', externalId: null, version: null, message: 'The answer was lost; the system does not have the record.' };
  }
  return records.length > 1 ? unknown(`The answer was lost, and the system has ${records.length} records with this ${by}.`) : found(only.id, only.version);
}

async function probeById({ connector, objectName, object }: StepTarget, write: StepWrite, signal: AbortSignal): Promise<Found> {
  if (write.externalId === null) return unknown('The write names no record.');
  // Without a way to read one record, the change may be sent again: it sets the same values.
  if (object.get === undefined) return { state: 'not-executed', externalId: null, version: null, message: 'The answer was lost; the same values will be set again.' };
  const record = await connector.get(objectName, write.externalId, signal);
  if (wasExecuted(write, record)) return found(write.externalId, record?.version ?? null);
  return { state: 'not-executed', externalId: null, version: null, message: 'The answer was lost; the system does not show the change.' };
}

function wasExecuted(write: StepWrite, record: SourceRecord | null): boolean {
  if (write.kind === 'delete') return record === null || record.deleted;
  if (record === null) return write.kind === 'archive';
  if (write.kind === 'archive') return record.deleted || record.inactive;
  return Object.entries(write.after).every(([field, value]) => sameJson(record.data[field] ?? null, value));
}

function found(id: string, version: string | null): Found {
  return { state: 'acknowledged', externalId: id, version, message: 'Found at the target after its answer was lost.' };
}

function unknown(message: string): Found {
  return { state: 'unknown', externalId: null, version: null, message };
}

function probeFailed(system: string, object: string, { message, status, retryAfterMs, excerpt, outcome }: WriteResult): SystemError {
  return new SystemError(message, { system, outcome: outcome === 'ok' ? 'unknown' : outcome, code: status === null ? 'connection-lost' : 'status', status, retryAfterMs, request: `create ${object}`, excerpt });
}
