import type { SourceRecord, WriteKind } from '../contracts/connector.js';
import type { Json, JsonObject } from '../contracts/json.js';
import type { SyncDefinition } from '../contracts/sync-definition.js';
import type { ObjectCapabilities } from '../contracts/system-definition.js';
import { compileCondition } from '../domain/condition.js';
import { compileGetter, compileSetter, type MutableJsonObject } from '../domain/json-pointer.js';
import { compileMapping, type FieldProblem, type FieldRepair } from '../domain/mapping.js';
import { compilePlanWrite, type WriteReason, type WriteSituation } from '../domain/plan-write.js';
import { strongKeys } from '../domain/strong-keys.js';
import { scalarText } from '../domain/text-value.js';
import type { PlanningConnector } from './planning-connector.js';

/** KnownCounterpart is what the crosswalk knows of a record's counterpart at the target. */
export interface KnownCounterpart {
  readonly id: string;
  readonly archived: boolean;
  /** Values on which both sides last agreed; absent where they are not known. */
  readonly base?: JsonObject;
}

/** SyncSurroundings is what a sync is tested with. */
export interface SyncSurroundings {
  readonly sync: SyncDefinition;
  readonly record: Pick<SourceRecord, 'id' | 'data' | 'deleted' | 'inactive'>;
  /** Zone of the source's date-times that carry none. */
  readonly timeZone: string;
  readonly known: KnownCounterpart | undefined;
  /** holderOf is the other source record that a target record is linked with; undefined where there is none. */
  readonly holderOf: (targetId: string) => Promise<string | undefined>;
  readonly target: PlanningConnector;
  readonly targetObject: ObjectCapabilities;
  readonly signal: AbortSignal;
}

/** RehearsedChange is a field that would be written. */
export interface RehearsedChange {
  readonly field: string;
  /** What the target holds now; null where nothing is there. */
  readonly now: Json;
  readonly after: Json;
  /** Whether the target has changed the field since both sides agreed. */
  readonly changedThere: boolean;
}

/** RehearsedSync is what a sync would do for one record. */
export interface RehearsedSync {
  readonly does: WriteKind | 'skip' | 'unlink' | 'park';
  readonly reason: WriteReason | 'not-mapped' | 'several-counterparts' | 'duplicate';
  readonly inScope: boolean;
  /** Why it cannot be mapped. */
  readonly problems: readonly FieldProblem[];
  readonly repairs: readonly FieldRepair[];
  /** The record at the target, and how it was found; null where there is none. */
  readonly counterpart: { readonly id: string; readonly by: 'link' | 'key'; readonly field?: string } | null;
  readonly changes: readonly RehearsedChange[];
  readonly notes: readonly string[];
}

/** rehearseSync says what a sync would do for one record, by the same mapping, scope and rules as its runs; it reads, plans and sends nothing. */
export async function rehearseSync(around: SyncSurroundings): Promise<RehearsedSync> {
  const { sync, record, signal, target } = around;
  const inScope = [sync.scope, sync.rollout.cohort].every((condition) => condition === undefined || compileCondition(condition)(record.data));
  const notes = sync.rollout.mode === 'live' ? [] : [`The sync is ${sync.rollout.mode === 'paused' ? 'paused: it does not run' : 'on trial: its runs write nothing'}.`];
  const nothing = { inScope, problems: [], repairs: [], counterpart: null, changes: [], notes };
  const isCarried = !record.deleted && inScope && !(record.inactive && sync.onInactive !== 'sync');
  const mapped = isCarried ? compileMapping(sync.fields, { timeZone: around.timeZone })(record.data) : { ok: true as const, values: {}, repairs: [] };
  if (!mapped.ok) return { ...nothing, does: 'park', reason: 'not-mapped', problems: mapped.problems };
  const found = around.known === undefined && isCarried ? await findByKeys(around, mapped.values) : [];
  if (found.length > 1) return { ...nothing, does: 'park', reason: 'several-counterparts', repairs: mapped.repairs, notes: [...notes, `The target has ${found.length} records with the same key: ${found.map(({ id }) => id).join(', ')}.`] };
  const holder = found[0] === undefined ? undefined : await around.holderOf(found[0].id);
  if (holder !== undefined) return { ...nothing, does: 'park', reason: 'duplicate', repairs: mapped.repairs, notes: [...notes, `${sync.to.system}.${sync.to.object} ${found[0]?.id ?? ''} has the same ${found[0]?.field ?? 'key'}, and is linked with ${holder}.`] };
  const live = around.known === undefined ? (found[0]?.data ?? null) : ((await target.get(sync.to.object, around.known.id, signal))?.data ?? null);
  const link = linkOf(around, found, live);
  const decision = compilePlanWrite({ fields: sync.fields.map(({ to }) => to), onDelete: sync.onDelete, onInactive: sync.onInactive })({ values: mapped.values, record: { deleted: record.deleted, inactive: record.inactive, inScope }, ...(link === undefined ? {} : { link }) });
  const counterpart = around.known !== undefined ? { id: around.known.id, by: 'link' as const } : found[0] === undefined ? null : { id: found[0].id, by: 'key' as const, field: found[0].field };
  const changes = 'changes' in decision ? decision.changes.map(({ field, before, after }) => {
    const now = live === null ? null : (compileGetter(field)(live) ?? null);
    return { field, now, after, changedThere: around.known?.base !== undefined && live !== null && JSON.stringify(now) !== JSON.stringify(before) };
  }) : [];
  if (decision.kind !== 'skip' && decision.kind !== 'unlink') {
    const fields: MutableJsonObject = {};
    for (const { field, after } of changes) compileSetter(field)(fields, after);
    await target.write(sync.to.object, [{ kind: decision.kind, id: counterpart?.id ?? null, fields, expectedVersion: null, idempotencyKey: record.id }], signal);
  }
  const missing = around.known !== undefined && live === null ? ['The linked record is not at the target any more.'] : [];
  return { ...nothing, does: decision.kind, reason: decision.reason, repairs: mapped.repairs, counterpart, changes, notes: [...notes, ...missing, ...unasked(around, counterpart !== null, isCarried)] };
}

interface FoundByKey {
  readonly id: string;
  readonly data: JsonObject;
  readonly field: string;
}

async function findByKeys({ sync, target, targetObject, signal }: SyncSurroundings, values: JsonObject): Promise<readonly FoundByKey[]> {
  for (const { field, value } of strongKeys(sync.match, values)) {
    if (targetObject.find?.by[field] === undefined) continue;
    const asked = scalarText(compileGetter(field)(values) ?? null);
    const records = await target.find(sync.to.object, field, typeof asked === 'string' ? asked : value, signal);
    // Some systems ignore a filter that they do not know.
    const same = records.filter((record) => !record.deleted && strongKeys(sync.match, record.data).some((key) => key.field === field && key.value === value));
    if (same.length > 0) return same.map(({ id, data }) => ({ id, data, field }));
  }
  return [];
}

// What was found by a key has no base: it is compared with what it holds now.
function linkOf({ sync, known }: SyncSurroundings, found: readonly FoundByKey[], live: JsonObject | null): WriteSituation['link'] {
  if (known !== undefined) return { archived: known.archived, ...(known.base === undefined ? {} : { base: known.base }) };
  if (found.length === 0 || live === null) return undefined;
  const base: MutableJsonObject = {};
  for (const { to } of sync.fields) compileSetter(to)(base, compileGetter(to)(live) ?? null);
  return { archived: false, base };
}

function unasked({ sync, targetObject }: SyncSurroundings, hasCounterpart: boolean, isCarried: boolean): readonly string[] {
  if (hasCounterpart || !isCarried) return [];
  const silent = sync.match.filter(({ field }) => targetObject.find?.by[field] === undefined).map(({ field }) => field);
  return [
    ...(silent.length === 0 ? [] : [`The target cannot be asked for ${silent.join(', ')}; a run knows its records by its own index.`]),
    ...(sync.score === undefined ? [] : ['A run would compare it with the records of the target by their scores as well.']),
  ];
}
