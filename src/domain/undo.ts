import type { Json, JsonObject } from '../contracts/json.js';
import { holds } from './holds.js';

/** PastWrite is one acknowledged write to a record. */
export interface PastWrite {
  readonly kind: 'create' | 'update' | 'archive' | 'delete';
  readonly before: JsonObject | null;
  readonly after: JsonObject;
}

/** PresentRecord is a record as its system holds it now. */
export interface PresentRecord {
  /** Archived, deleted or inactive by the system's own account. */
  readonly putAway: boolean;
  readonly data: JsonObject;
}

/** TargetAbilities is what a system can do with the records of an object. */
export interface TargetAbilities {
  readonly update: boolean;
  readonly archive: boolean;
  readonly delete: boolean;
  /** What an update sets to bring an archived record back; undefined where nobody knows. */
  readonly restore: JsonObject | undefined;
}

/** ChangedSince is a field that no longer holds what was written, and so stays as it is. */
export interface ChangedSince {
  readonly field: string;
  readonly wrote: Json;
  readonly before: Json;
  readonly now: Json;
}

/** UndoRefusal is why a record's writes cannot be taken back. */
export type UndoRefusal = 'gone' | 'deleted-for-good' | 'cannot-restore' | 'cannot-remove' | 'cannot-update';

/** UndoDecision is what takes a record's writes back, as far as it can be done without overwriting anybody. */
export interface UndoDecision {
  /** Undefined where there is nothing to write. */
  readonly write: UndoWrite | undefined;
  readonly changed: readonly ChangedSince[];
  readonly refusal: UndoRefusal | undefined;
}

/** UndoWrite is the write that takes others back. */
export interface UndoWrite {
  readonly kind: 'update' | 'archive' | 'delete';
  readonly before: JsonObject;
  readonly after: JsonObject;
  /** Whether it brings an archived record back. */
  readonly revives: boolean;
}

interface NetEffect {
  created: boolean;
  removed: 'archive' | 'delete' | undefined;
  revived: boolean;
  readonly fields: Map<string, { readonly before: Json; readonly wrote: Json }>;
}

/**
 * decideUndo compares what writes to one record came to together with what the record holds now, and gives back only
 * what still is as it was written. `writes` are in their order; `now` is null where the record is not there.
 */
export function decideUndo(writes: readonly PastWrite[], now: PresentRecord | null, abilities: TargetAbilities): UndoDecision {
  const net = netEffect(writes, abilities.restore);
  if (net.created || net.revived) return undoCreate(net, now, abilities);
  if (net.removed === 'delete') return refused('deleted-for-good');
  if (now === null) return net.fields.size === 0 && net.removed === undefined ? nothing : refused('gone');
  return undoChanges(net, now, abilities);
}

const nothing: UndoDecision = { write: undefined, changed: [], refusal: undefined };

function refused(refusal: UndoRefusal, changed: readonly ChangedSince[] = []): UndoDecision {
  return { write: undefined, changed, refusal };
}

function netEffect(writes: readonly PastWrite[], restore: JsonObject | undefined): NetEffect {
  const net: NetEffect = { created: false, removed: undefined, revived: false, fields: new Map() };
  for (const write of writes) {
    if (write.kind === 'archive' || write.kind === 'delete') {
      // Where it was brought back before, the two of them came to nothing.
      net.removed = net.revived && write.kind === 'archive' ? undefined : write.kind;
      net.revived = false;
      continue;
    }
    const revives = write.kind === 'update' && restore !== undefined && Object.entries(restore).every(([field, value]) => Object.hasOwn(write.after, field) && holds(value, write.after[field]));
    if (write.kind === 'create') net.created = true;
    if (revives) net.revived = net.removed !== 'archive' && !net.created;
    if (write.kind === 'create' || revives) net.removed = undefined;
    for (const [field, wrote] of Object.entries(write.after)) {
      if (revives && Object.hasOwn(restore ?? {}, field)) continue;
      net.fields.set(field, { before: net.fields.has(field) ? net.fields.get(field)?.before ?? null : write.before?.[field] ?? null, wrote });
    }
  }
  return net;
}

function undoCreate(net: NetEffect, now: PresentRecord | null, abilities: TargetAbilities): UndoDecision {
  if (net.removed !== undefined || now === null || now.putAway) return nothing;
  const changed = changedSince(net, now);
  return changed.length > 0 ? { write: undefined, changed, refusal: undefined } : removal(net, abilities);
}

function removal(net: NetEffect, { archive, delete: deletes }: TargetAbilities): UndoDecision {
  if (!archive && !deletes) return refused('cannot-remove');
  const before = Object.fromEntries([...net.fields].map(([field, { wrote }]) => [field, wrote]));
  return { write: { kind: archive ? 'archive' : 'delete', before, after: {}, revives: false }, changed: [], refusal: undefined };
}

function undoChanges(net: NetEffect, now: PresentRecord, abilities: TargetAbilities): UndoDecision {
  const changed = changedSince(net, now);
  const before: Record<string, Json> = {};
  const after: Record<string, Json> = {};
  for (const [field, value] of net.fields) {
    if (!holds(value.wrote, now.data[field]) || holds(value.before, now.data[field])) continue;
    before[field] = value.wrote;
    after[field] = value.before;
  }
  const revives = net.removed === 'archive' && now.putAway;
  if (now.putAway && !revives) return refused('gone', changed);
  if (revives && abilities.restore === undefined) return refused('cannot-restore', changed);
  if (revives) {
    for (const [field, value] of Object.entries(abilities.restore ?? {})) {
      before[field] = now.data[field] ?? null;
      after[field] = value;
    }
  }
  if (Object.keys(after).length === 0) return { write: undefined, changed, refusal: undefined };
  if (!abilities.update) return refused('cannot-update', changed);
  return { write: { kind: 'update', before, after, revives }, changed, refusal: undefined };
}

// A field that holds again what it held before was given back by somebody already.
function changedSince({ created, fields }: NetEffect, { data }: PresentRecord): readonly ChangedSince[] {
  return [...fields].flatMap(([field, { before, wrote }]) => {
    const now = data[field] ?? null;
    return holds(wrote, now) || (!created && holds(before, now)) ? [] : [{ field, wrote, before, now }];
  });
}
