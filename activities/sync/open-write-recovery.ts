import { setTimeout as sleep } from 'node:timers/promises';
import { sameJson } from '../../src/domain/json-equal.js';
import type { SourceRecord, WriteResult } from '../../src/contracts/connector.js';
import { SystemError, type SystemErrorDetail } from '../../src/contracts/system-error.js';
import { lostKeys } from './lost-keys.js';
import { lookedUpTooEarly, notYetKnown, type NotYetKnown } from './not-yet-found.js';
import { linkHolder } from '../../src/store/crosswalk.js';
import { park } from '../../src/store/dead-letters.js';
import { foundLater, openWrites, settle, type OpenWrite, type Settlement } from '../../src/store/ledger.js';
import type { RunContext } from './run-context.js';
import { errorFingerprint } from '../../src/domain/error-fingerprint.js';

/** How many probes are made at once; the system's own budget holds them back further. */
const PROBES_AT_ONCE = 16;

/**
 * recoverOpenWrites finds out what became of writes whose answer nobody recorded. Each is probed at the target, never
 * repeated: what was executed is acknowledged, what was not is closed as such and comes up again when its page is read
 * again, and what cannot be found out waits for a person. Throws SystemError, once all others are settled, for those that
 * the target's search may show later: they stay open. `close` settles them in the ledger. Returns the source records whose writes were not executed.
 */
export async function recoverOpenWrites(
  context: RunContext, signal: AbortSignal, onProgress: (done: number) => void, close?: (settlements: readonly Settlement[]) => Promise<void>,
): Promise<readonly string[]> {
  return settleByProbing(context, await openWrites(context.database, context.scope.syncNumber, context.run.id, context.scope.targetObject), signal, onProgress, close);
}

/** settleByProbing probes writes at the target and records what became of them; returns the source records of those that were not executed. */
export async function settleByProbing(
  context: RunContext,
  open: readonly OpenWrite[],
  signal: AbortSignal,
  onProgress: (done: number) => void,
  close: (settlements: readonly Settlement[]) => Promise<void> = (settlements) => settle(context.database, settlements),
): Promise<readonly string[]> {
  if (open.length === 0) return [];
  const notExecuted: string[] = [];
  let waitMs = 0;
  await letSettle(context, open, signal);
  for (let first = 0; first < open.length; first += PROBES_AT_ONCE) {
    const probed = await Promise.all(open.slice(first, first + PROBES_AT_ONCE).map(async (write) => ({ write, found: await probe(context, write, signal) })));
    const known = probed.flatMap(({ write, found }) => ('waitMs' in found ? [] : [{ write, settlement: found }]));
    // The letter first: a write that waits for a person is not looked at again, so nobody would be told of it later.
    await park(context.database, context.scope, known.flatMap(({ write, settlement }) => unknownLetter(settlement, write)));
    await close(known.map(({ settlement }) => settlement));
    notExecuted.push(...known.flatMap(({ write, settlement }) => (settlement.state === 'not-executed' ? [write.sourceId] : [])));
    waitMs = Math.max(waitMs, ...probed.map(({ found }) => ('waitMs' in found ? found.waitMs : 0)));
    onProgress(Math.min(open.length, first + PROBES_AT_ONCE));
  }
  if (waitMs > 0) throw lookedUpTooEarly(context.target.connector.system, context.target.objectName, waitMs);
  return notExecuted;
}

// A request whose answer was lost may still be on its way through the target; asking too early would be answered "not there".
async function letSettle(context: RunContext, open: readonly OpenWrite[], signal: AbortSignal): Promise<void> {
  const newest = Math.max(...open.map((write) => write.intendedAtMs));
  const waitMs = newest + context.target.system.limits.settleMs - Date.now();
  if (waitMs > 0) await sleep(Math.min(waitMs, context.target.system.limits.settleMs), undefined, { signal });
}

async function probe(context: RunContext, write: OpenWrite, signal: AbortSignal): Promise<Settlement | NotYetKnown> {
  if (write.kind === 'create') return probeCreate(context, write, signal);
  return probeById(context, write, signal);
}

async function probeCreate(context: RunContext, write: OpenWrite, signal: AbortSignal): Promise<Settlement | NotYetKnown> {
  const { connector, objectName, system, object } = context.target;
  if (connector.sendsIdempotencyKey(objectName, 'create')) {
    // The same key again is the probe: the system answers with the record it made, or makes it now.
    const [result] = await connector.write(objectName, [{ kind: 'create', id: null, fields: write.after, expectedVersion: null, idempotencyKey: write.id }], signal);
    if (result?.outcome === 'ok' && result.id !== null) return acknowledged(context, write, result.id, result.version);
    if (result?.outcome === 'park' || result?.outcome === 'exists') return closed(context, write, 'not-executed', result.message);
    // It may be under way by now: only the same key may be sent again, so the write stays open.
    if (result !== undefined && result.outcome !== 'ok') throw probeFailed(context, result, result.outcome);
  }
  const question = context.mapper.findBy(context.target.object, write.after);
  if (question === undefined) return closed(context, write, 'unknown', 'The answer was lost, and the target offers no way to look the record up.');
  const found = (await connector.find(objectName, question.field, question.value, signal)).filter((record) => context.mapper.answers(question, record.data));
  const [only] = found;
  if (only === undefined) return notYetKnown(system, object, write.intendedAtMs) ?? closed(context, write, 'not-executed', 'The answer was lost; the target does not have the record.');
  if (found.length > 1) return closed(context, write, 'unknown', `The answer was lost, and the target has ${found.length} records with the same ${question.field}.`);
  const holder = await linkHolder(context.database, context.scope, only.id);
  if (holder !== undefined && holder.otherSourceId !== null && holder.otherSourceId !== write.sourceId) {
    return closed(context, write, 'not-executed', `The target's record belongs to ${holder.otherSourceId}.`);
  }
  return acknowledged(context, write, only.id, only.version);
}

function probeFailed({ target }: RunContext, { message, status, retryAfterMs, excerpt }: WriteResult, outcome: SystemErrorDetail['outcome']): SystemError {
  const detail = { system: target.connector.system, outcome, code: status === null ? 'connection-lost' as const : 'status' as const, status, retryAfterMs, request: `create ${target.objectName}`, excerpt };
  return new SystemError(message, detail);
}

async function probeById(context: RunContext, write: OpenWrite, signal: AbortSignal): Promise<Settlement> {
  const { connector, objectName, object } = context.target;
  if (write.externalId === null) return closed(context, write, 'unknown', 'The write names no record.');
  // Without a way to read one record, an update by id may be sent again: it sets the same values.
  if (object.get === undefined) return closed(context, write, 'not-executed', 'The answer was lost; the same values will be set again.');
  const record = await connector.get(objectName, write.externalId, signal);
  if (wasExecuted(context, write, record)) return acknowledged(context, write, write.externalId, record?.version ?? null);
  return closed(context, write, 'not-executed', 'The answer was lost; the target does not show the change.');
}

function wasExecuted(context: RunContext, write: OpenWrite, record: SourceRecord | null): boolean {
  if (write.kind === 'delete') return record === null || record.deleted;
  if (record === null) return write.kind === 'archive';
  if (write.kind === 'archive') return record.deleted || record.inactive;
  const now = context.mapper.project(record.data);
  return Object.entries(write.after).every(([field, value]) => sameJson(now[field] ?? record.data[field] ?? null, value));
}

function acknowledged(context: RunContext, write: OpenWrite, externalId: string, version: string | null): Settlement {
  const { mapper } = context;
  const keys = write.kind === 'create' || write.kind === 'update' ? mapper.keys(write.after) : [];
  const droppedKeys = write.kind === 'update' ? lostKeys(mapper.keys(write.before ?? {}), keys) : [];
  return { ...subject(context, write), state: 'acknowledged', externalId, version, message: foundLater, keys, droppedKeys };
}

function closed(context: RunContext, write: OpenWrite, state: 'not-executed' | 'unknown', message: string): Settlement {
  return { ...subject(context, write), state, externalId: null, version: null, message, keys: [], droppedKeys: [] };
}

function subject({ scope }: RunContext, write: OpenWrite): Pick<Settlement, 'id' | 'entityId' | 'targetObject'> {
  return { id: write.id, entityId: write.entityId, targetObject: scope.targetObject };
}

function unknownLetter(settlement: Settlement, write: OpenWrite) {
  if (settlement.state !== 'unknown') return [];
  const message = settlement.message ?? 'The outcome is not known.';
  return [{
    sourceId: write.sourceId, sourceVersion: write.sourceVersion, stage: 'write' as const, code: 'unknown-outcome', errorFingerprint: errorFingerprint(`unknown-outcome ${message}`), message, problems: [],
    payload: write.after, request: { kind: write.kind, id: write.externalId, fields: write.after }, responseExcerpt: null,
  }];
}
