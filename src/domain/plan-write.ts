import type { Json, JsonObject } from '../contracts/json.js';
import type { InactiveRule, RemovalRule } from '../contracts/sync-definition.js';
import { sameJson } from './json-equal.js';
import { compileGetter } from './json-pointer.js';

/** WriteRules are the parts of a sync definition that decide what is done at the target. */
export interface WriteRules {
  /** Target fields that the sync maps: names or JSON Pointers. */
  readonly fields: readonly string[];
  readonly onDelete: RemovalRule;
  readonly onInactive: InactiveRule;
}

/** WriteSituation is what is known about one source record and its counterpart. */
export interface WriteSituation {
  /** Values in the target's shape; not looked at where the record is deleted, inactive or out of scope. */
  readonly values: JsonObject;
  readonly record: { readonly deleted: boolean; readonly inactive: boolean; readonly inScope: boolean };
  /** Fingerprint of `values`, compared with the link's where both are known. */
  readonly fingerprint?: string;
  /** Absent: the record has no counterpart at the target. */
  readonly link?: {
    /** Whether the counterpart was archived by this sync. */
    readonly archived: boolean;
    /** Values on which both sides last agreed; absent where they are not known, as after a first match. */
    readonly base?: JsonObject;
    /** Fingerprint of `base`. */
    readonly fingerprint?: string;
  };
}

/** FieldChange is one field of a write; `before` is null where nothing is known or there. */
export interface FieldChange {
  readonly field: string;
  readonly before: Json;
  readonly after: Json;
}

/** WriteReason says why a decision was taken; stable, for counts and explanations. */
export type WriteReason =
  | 'new' | 'changed' | 'base-unknown' | 'active-again' | 'unchanged'
  | 'deleted' | 'deleted-not-linked' | 'delete-ignored' | 'already-archived'
  | 'inactive' | 'inactive-not-linked' | 'inactive-ignored' | 'out-of-scope';

/** WriteDecision is what to do at the target for one source record. */
export type WriteDecision =
  | { readonly kind: 'create' | 'update'; readonly changes: readonly FieldChange[]; readonly reason: WriteReason }
  | { readonly kind: 'skip' | 'archive' | 'delete' | 'unlink'; readonly reason: WriteReason };

/**
 * compilePlanWrite makes the decision function of a sync. In this order: a deleted record follows `onDelete`; a record
 * out of scope is left as it is, linked or not; an inactive one follows `onInactive`; the rest are created where there is
 * no counterpart and updated where a field differs from the base. An archived counterpart whose record is active again is
 * sent all its fields, so that the archive does not go unnoticed. A create leaves empty fields out, an update sends them.
 * @throws FieldPathError where a field path is malformed.
 */
export function compilePlanWrite(rules: WriteRules): (situation: WriteSituation) => WriteDecision {
  const fields = rules.fields.map((field) => ({ field, get: compileGetter(field) }));
  const changesFrom = (base: JsonObject, values: JsonObject, all: boolean): FieldChange[] => {
    const changes: FieldChange[] = [];
    for (const { field, get } of fields) {
      const before = get(base) ?? null;
      const after = get(values) ?? null;
      if (all || !sameJson(before, after)) changes.push({ field, before, after });
    }
    return changes;
  };
  return ({ values, record, fingerprint, link }) => {
    if (record.deleted) return planRemoval(rules.onDelete, link);
    if (!record.inScope) return skip('out-of-scope');
    if (record.inactive && rules.onInactive !== 'sync') return planInactive(rules.onInactive, link);
    if (link === undefined) return { kind: 'create', changes: changesFrom({}, values, false), reason: 'new' };
    if (link.archived && !record.inactive) return { kind: 'update', changes: changesFrom(link.base ?? {}, values, true), reason: 'active-again' };
    if (link.base === undefined) return { kind: 'update', changes: changesFrom({}, values, true), reason: 'base-unknown' };
    if (fingerprint !== undefined && fingerprint === link.fingerprint) return skip('unchanged');
    const changes = changesFrom(link.base, values, false);
    return changes.length === 0 ? skip('unchanged') : { kind: 'update', changes, reason: 'changed' };
  };
}

function planRemoval(rule: RemovalRule, link: WriteSituation['link']): WriteDecision {
  if (link === undefined) return skip('deleted-not-linked');
  if (rule === 'ignore') return skip('delete-ignored');
  if (rule === 'archive' && link.archived) return skip('already-archived');
  return { kind: rule, reason: 'deleted' };
}

function planInactive(rule: Exclude<InactiveRule, 'sync'>, link: WriteSituation['link']): WriteDecision {
  if (rule === 'ignore') return skip('inactive-ignored');
  if (link === undefined) return skip('inactive-not-linked');
  return link.archived ? skip('already-archived') : { kind: 'archive', reason: 'inactive' };
}

function skip(reason: WriteReason): WriteDecision {
  return { kind: 'skip', reason };
}
