import type { Json } from '../../contracts/json.js';
import type { FieldMapping, ObjectReference, SyncDefinition } from '../../contracts/sync-definition.js';
import { sameJson } from '../../domain/json-equal.js';
import { compileGetter, parseFieldPath } from '../../domain/json-pointer.js';
import type { FieldLineage, FieldWrite } from '../../store/lineage.js';
import type { LiveValue } from '../records/read-live.js';
import { mappingRule } from './mapping-rule.js';

/** WhyEntry is one value that a field was given, and everything that led to it. */
export interface WhyEntry extends FieldWrite {
  /** Source fields that the value was made of; null where the definition of that version is not stored. */
  readonly from: readonly string[] | null;
  readonly rule: string | null;
}

/** WhyNow is what the field holds at this moment, and how that fits what was written last. */
export interface WhyNow {
  readonly verdict: 'as written' | 'as agreed' | 'changed outside since' | 'not there' | 'marked as deleted' | 'not known' | 'nothing to compare with';
  readonly value: Json;
  /** What was last written or agreed on. */
  readonly expected: Json;
  /** Why it is not known; null where the system answered. */
  readonly problem: string | null;
}

/** WhyView is all that is shown of a field. */
export interface WhyView {
  readonly record: ObjectReference & { readonly id: string };
  readonly field: string;
  readonly entries: readonly WhyEntry[];
  /** The value on which both sides of each sync last agreed. */
  readonly agreed: readonly { readonly sync: string; readonly value: Json }[];
  /** Null where the system was not asked. */
  readonly now: WhyNow | null;
}

/** DefinitionOf gives a version of a sync's definition; undefined where it is not stored. */
export type DefinitionOf = (sync: string, version: number) => SyncDefinition | undefined;

/** whyView puts together what the ledger, the definitions and the system say of a field. */
export function whyView(record: WhyView['record'], field: string, lineage: FieldLineage, definitionOf: DefinitionOf, live: LiveValue | undefined): WhyView {
  const entries = lineage.writes.map((write): WhyEntry => {
    const mapping = write.kind === 'archive' || write.kind === 'delete' ? undefined : mappingOf(definitionOf(write.sync, write.definitionVersion), field);
    return { ...write, from: mapping?.from ?? null, rule: mapping === undefined ? null : mappingRule(mapping) };
  });
  const get = compileGetter(field);
  const agreed = lineage.bases.flatMap(({ sync, state, values }) => {
    const value = state === 'live' ? get(values) : undefined;
    return value === undefined ? [] : [{ sync, value }];
  });
  return { record, field, entries, agreed, now: live === undefined ? null : compareNow(live, get, entries, agreed) };
}

/** mappingOf finds the mapping that makes a field, however its path is written. */
export function mappingOf(sync: SyncDefinition | undefined, field: string): FieldMapping | undefined {
  const path = JSON.stringify(parseFieldPath(field));
  return sync?.fields.find(({ to }) => JSON.stringify(parseFieldPath(to)) === path);
}

function compareNow(live: LiveValue, get: ReturnType<typeof compileGetter>, entries: readonly WhyEntry[], agreed: WhyView['agreed']): WhyNow {
  const last = entries.find(({ state, kind }) => state === 'acknowledged' && (kind === 'create' || kind === 'update'));
  const basis = last?.after ?? agreed[0]?.value ?? null;
  if (live.problem !== null) return { verdict: 'not known', value: null, expected: basis, problem: live.problem };
  if (live.record === null) return { verdict: 'not there', value: null, expected: basis, problem: null };
  const value = get(live.record.data) ?? null;
  if (live.record.deleted) return { verdict: 'marked as deleted', value, expected: basis, problem: null };
  if (last === undefined && agreed.length === 0) return { verdict: 'nothing to compare with', value, expected: null, problem: null };
  if (!sameJson(value, basis)) return { verdict: 'changed outside since', value, expected: basis, problem: null };
  return { verdict: last === undefined ? 'as agreed' : 'as written', value, expected: basis, problem: null };
}
