import type { JsonObject } from '../../src/contracts/json.js';
import { sameJson } from '../../src/domain/json-equal.js';
import type { Intent } from '../../src/store/ledger.js';
import { newId } from '../../src/store/new-id.js';
import type { NewDifference } from '../../src/store/reconciliation-differences.js';
import type { StoredFacts } from '../../src/store/reconciliation-facts.js';
import { duplicateSource } from './duplicate-source.js';
import type { PairNow, SideNow } from './live-pair.js';
import type { ReconcileContext } from './reconcile-context.js';

/** Repair is the write that mends a difference, or why a person has to; `lostTarget` is a linked record that is gone at the target. */
export type Repair = { readonly intent: Intent; readonly lostTarget: string | null } | { readonly left: string };

type Rules = Pick<ReconcileContext, 'sync' | 'target'>;

/** planRepairWrite decides which write brings the target back to what the source says, by the sync's own rules. */
export function planRepairWrite(rules: Rules, difference: Pick<NewDifference, 'kind' | 'duplicateSide' | 'duplicateOf'>, facts: StoredFacts, now: PairNow): Repair {
  if (difference.kind === 'duplicate') return archiveDuplicate(rules, difference, facts, now);
  const { source, target } = now;
  if (difference.kind === 'only-target') return removal(rules, facts, source, target);
  if (source === null || source.values === null || source.fingerprint === null) return { left: 'The values of the source cannot be mapped.' };
  const known = { ...source, values: source.values, fingerprint: source.fingerprint };
  return target === null ? creation(rules, facts, known) : change(rules, facts, known, target);
}

type Mapped = SideNow & { readonly values: JsonObject; readonly fingerprint: string };

function creation({ target: { object } }: Rules, facts: StoredFacts, source: Mapped): Repair {
  if (object.create === undefined) return { left: 'The target cannot make records.' };
  // Many systems refuse an explicit null in a new record; a field that is left out is as empty.
  const after = Object.fromEntries(Object.entries(source.values).filter(([, value]) => value !== null));
  return { intent: intentOf(facts, source, { kind: 'create', externalId: null, before: null, after, reason: 'repair: missing at the target', expectedVersion: null }), lostTarget: facts.linkedTargetId };
}

function change({ target: { object } }: Rules, facts: StoredFacts, source: Mapped, target: SideNow): Repair {
  if (object.update === undefined) return { left: 'The target cannot change records.' };
  const now = target.values ?? {};
  const base = facts.base?.values;
  // Members are sent whole, and besides what differs also what the base does not know yet, so that it is complete afterwards.
  const members = Object.keys(source.values).filter((member) => base === undefined || target.status === 'inactive'
    || !sameJson(source.values[member], now[member] ?? null) || !sameJson(source.values[member], base[member] ?? null));
  const pick = (values: JsonObject): JsonObject => Object.fromEntries(members.map((member) => [member, values[member] ?? null]));
  const reason = target.status === 'inactive' ? 'repair: archived at the target' : 'repair: differs from the source';
  return { intent: intentOf(facts, source, { kind: 'update', externalId: target.id, before: pick(target.held ?? now), after: pick(source.values), reason, expectedVersion: target.version }), lostTarget: null };
}

function removal({ sync, target: { object } }: Rules, facts: StoredFacts, source: SideNow | null, target: SideNow | null): Repair {
  const sourceId = facts.linkedSourceId;
  if (target === null || sourceId === null || facts.entityId === null) return { left: 'No record of the source stands for it, so no rule says what is to become of it.' };
  const rule = source === null ? sync.onDelete : 'archive';
  if (rule !== 'archive' && rule !== 'delete') return { left: 'The sync leaves it at the target.' };
  if (object[rule] === undefined) return { left: `The target cannot ${rule} records.` };
  return {
    lostTarget: null,
    intent: {
      id: newId(), entityId: facts.entityId, sourceId, sourceVersion: source?.version ?? null, externalId: target.id, kind: rule, before: target.held ?? target.values, after: {},
      reason: source === null ? 'repair: gone at the source' : 'repair: inactive at the source', fingerprint: null, expectedVersion: target.version,
    },
  };
}

function archiveDuplicate({ sync, target: { object } }: Rules, { duplicateSide, duplicateOf }: Pick<NewDifference, 'duplicateSide' | 'duplicateOf'>, facts: StoredFacts, { target }: PairNow): Repair {
  if (duplicateSide !== 'target' || target === null) return { left: 'The source is never written to: merge the two there.' };
  if (facts.linkedSourceId !== null) return { left: 'Each of the two is linked with a record of its own: a person has to say which one stands.' };
  if ((sync.onDelete !== 'archive' && sync.onDelete !== 'delete') || object.archive === undefined) return { left: 'The sync takes no records away at the target.' };
  return {
    lostTarget: null,
    intent: {
      id: newId(), entityId: facts.entityId ?? newId(), sourceId: duplicateSource(target.id), sourceVersion: null, externalId: target.id, kind: 'archive', before: target.held ?? target.values, after: {},
      reason: `repair: repeats ${duplicateOf ?? 'another record'}`, fingerprint: null, expectedVersion: target.version,
    },
  };
}

function intentOf(facts: StoredFacts, source: Mapped, parts: Pick<Intent, 'kind' | 'externalId' | 'before' | 'after' | 'reason' | 'expectedVersion'>): Intent {
  return { id: newId(), entityId: facts.entityId ?? newId(), sourceId: source.id, sourceVersion: source.version, fingerprint: source.fingerprint, ...parts };
}
