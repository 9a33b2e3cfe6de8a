import type { WriteTrial } from '../contracts/audit.js';
import type { Connector, SourceRecord, WriteKind, WriteResult } from '../contracts/connector.js';
import type { JsonObject } from '../contracts/json.js';
import type { ObjectDefinition } from '../contracts/system-definition.js';

/** TrialLedger records each write of a trial before it is sent, and what came of it. */
export interface TrialLedger {
  /** intend gives the id under which a write is recorded; false where it must not be sent. */
  readonly intend: (object: string, write: TrialWrite) => Promise<boolean>;
  readonly settle: (write: TrialWrite, result: WriteResult) => Promise<void>;
}

/** TrialWrite is one write of a trial. */
export interface TrialWrite {
  /** UUID; its idempotency key too. */
  readonly id: string;
  readonly kind: WriteKind;
  readonly externalId: string | null;
  readonly fields: JsonObject;
  readonly expectedVersion: string | null;
}

/** WriteTrialOptions says what is made, and where it is recorded. */
export interface WriteTrialOptions {
  readonly connector: Connector;
  readonly object: string;
  readonly definition: ObjectDefinition;
  readonly fields: JsonObject;
  readonly ledger: TrialLedger;
  readonly newId: () => string;
  readonly signal: AbortSignal;
}

/** How far back the list is asked for changes: clocks may differ. */
const CHANGES_MS = 60_000;

/** tryWrites makes one record of an object, changes it and takes it away again, and says how each showed. */
export async function tryWrites(options: WriteTrialOptions): Promise<WriteTrial> {
  const { object, definition, fields } = options;
  const nothing: WriteTrial = {
    object, id: null, created: 'not tried', createdMs: null, readBack: 'not tried', inChanges: null, updated: 'not tried', staleVersion: 'not checked', removedBy: null, afterwards: 'not tried', removalInChanges: null, messages: [],
  };
  const messages: string[] = [];
  const startedAt = performance.now();
  const created = await write(options, 'create', null, fields, null, messages);
  const id = created.id;
  const made = { ...nothing, created: created.outcome, createdMs: Math.round(performance.now() - startedAt), id, messages };
  if (created.outcome !== 'ok' || id === null) return made;
  const record = await read(options, id);
  const updated = definition.update === undefined ? undefined : await write(options, 'update', id, fields, record?.version ?? created.version, messages);
  const stale = definition.update?.versionHeader === undefined || record?.version == null ? undefined : await write(options, 'update', id, fields, staleOf(record.version), []);
  const inChanges = await isInChanges(options, id);
  const now = await read(options, id);
  const removedBy = definition.delete !== undefined ? 'delete' : definition.archive !== undefined ? 'archive' : null;
  const removed = removedBy === null ? undefined : await write(options, removedBy, id, {}, now?.version ?? null, messages);
  return {
    ...made,
    readBack: definition.get === undefined ? 'not tried' : record === null ? 'no' : 'yes',
    updated: updated?.outcome ?? 'not tried',
    staleVersion: stale === undefined ? 'not checked' : stale.outcome === 'ok' ? 'accepted' : 'refused',
    inChanges, removedBy,
    afterwards: removed === undefined || definition.get === undefined ? 'not tried' : removed.outcome === 'ok' ? stateOf(await read(options, id)) : 'still there',
    removalInChanges: removed?.outcome === 'ok' ? await isInChanges(options, id) : null,
  };
}

async function write({ connector, object, ledger, newId, signal }: WriteTrialOptions, kind: WriteKind, externalId: string | null, fields: JsonObject, expectedVersion: string | null, messages: string[]): Promise<WriteResult> {
  const trial: TrialWrite = { id: newId(), kind, externalId, fields, expectedVersion };
  const [result] = await connector.write(object, [{ kind, id: externalId, fields, expectedVersion, idempotencyKey: trial.id }], signal, () => ledger.intend(object, trial));
  if (result === undefined) throw new Error(`${object} ${kind} has no result`);
  await ledger.settle(trial, result);
  if (result.outcome !== 'ok') messages.push(`${kind}: ${result.message}`);
  return result;
}

async function read({ connector, object, definition, signal }: WriteTrialOptions, id: string): Promise<SourceRecord | null> {
  return definition.get === undefined ? null : connector.get(object, id, signal);
}

/** Null where the list cannot be asked for changes. Only the first pages are looked at: a test system is not busy. */
async function isInChanges({ connector, object, definition, signal }: WriteTrialOptions, id: string): Promise<boolean | null> {
  if (definition.since === undefined) return null;
  let pages = 0;
  for await (const page of connector.list(object, { sinceMs: Date.now() - CHANGES_MS, signal })) {
    if (page.records.some((record) => record.id === id)) return true;
    if ((pages += 1) >= 3) return false;
  }
  return false;
}

function stateOf(record: SourceRecord | null): WriteTrial['afterwards'] {
  if (record === null) return 'gone';
  return record.deleted || record.inactive ? 'marked' : 'still there';
}

/** A version that was never that of the record: one lower where it counts, otherwise a time long ago. */
function staleOf(version: string): string {
  return /^\d+$/.test(version) ? String(Math.max(0, Number(version) - 1)) : '2000-01-01T00:00:00.000Z';
}
