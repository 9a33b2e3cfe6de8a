import type { Condition } from '../../contracts/condition.js';
import type { FieldMapping, SyncDefinition } from '../../contracts/sync-definition.js';
import { isTwoWay } from '../../contracts/sync-definition.js';
import { parseFieldPath } from '../json-pointer.js';

/** HeldSync is a sync as it runs while source fields are in quarantine. */
export interface HeldSync {
  /** Without the mappings that are held: their fields at the target keep what they have. */
  readonly sync: SyncDefinition;
  /** Target fields that are held. */
  readonly held: readonly string[];
  /** Held fields without which a record that is new cannot be made or matched. */
  readonly neededForNew: readonly string[];
}

/**
 * withoutHeld leaves out of a sync what is made of quarantined source fields, and what goes into quarantined fields of the
 * target, where those are read as well; both are JSON Pointers.
 */
export function withoutHeld(sync: SyncDefinition, quarantined: readonly string[], atTarget: readonly string[] = []): HeldSync {
  if (quarantined.length === 0 && atTarget.length === 0) return { sync, held: [], neededForNew: [] };
  const touched = sync.fields.filter((field) => isTouched(field.to, atTarget) || sourcesOf(field).some((source) => isTouched(source, quarantined)));
  // A system may replace a nested object as a whole: what stands in one member is held or sent together.
  const members = new Set(touched.map(({ to }) => parseFieldPath(to)[0]));
  const held = sync.fields.filter(({ to }) => members.has(parseFieldPath(to)[0]));
  const names = new Set(held.map(({ to }) => to));
  const scored = sync.score?.fields.some(({ field }) => names.has(field)) === true ? ['score'] : [];
  const matched = sync.match.filter(({ field }) => names.has(field)).map(({ field }) => field);
  return {
    sync: { ...sync, fields: sync.fields.filter(({ to }) => !names.has(to)), match: sync.match.filter(({ field }) => !names.has(field)) },
    held: [...names],
    neededForNew: [...new Set([...matched, ...held.filter(({ required }) => required).map(({ to }) => to), ...scored])],
  };
}

/** StatesOfEnds are the conditions by which the records of both ends count as deleted or inactive. */
export interface StatesOfEnds {
  readonly source: readonly (Condition | undefined)[];
  readonly target: readonly (Condition | undefined)[];
  /** Whether an end cannot be read completely, so that it would never be known what its held fields hold now. */
  readonly isPartial: boolean;
}

/** unholdable says why a sync cannot go on without a field: what it decides by would be missing; undefined where it can. */
export function unholdable(sync: SyncDefinition, states: StatesOfEnds, quarantined: readonly string[], atTarget: readonly string[] = []): string | undefined {
  const decides = toldBy([sync.scope, sync.rollout.cohort, ...states.source], quarantined) ?? toldBy(states.target, atTarget);
  if (decides !== undefined) return `which records it covers, or which count as deleted or inactive, is told by ${decides}`;
  if (!isTwoWay(sync) || !states.isPartial || withoutHeld(sync, quarantined, atTarget).held.length === 0) return undefined;
  return 'it is two-way, and a side that cannot be read completely would not be known again afterwards';
}

/** isTouched says whether a field is a quarantined one, part of one, or holds one. */
export function isTouched(field: string, quarantined: readonly string[]): boolean {
  const pointer = asPointer(field);
  return quarantined.some((other) => pointer === other || pointer.startsWith(`${other}/`) || other.startsWith(`${pointer}/`));
}

/** asPointer writes a field of a definition, a name or a JSON Pointer, as a JSON Pointer. */
export function asPointer(field: string): string {
  return field.startsWith('/') || field === '' ? field : `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** sourcesOf is every source field that a mapping looks at. */
export function sourcesOf({ from, region, currency }: Pick<FieldMapping, 'from' | 'region' | 'currency'>): readonly string[] {
  return [...from, ...[region, currency].flatMap((part) => (part !== undefined && 'field' in part ? [part.field] : []))];
}

function toldBy(conditions: readonly (Condition | undefined)[], fields: readonly string[]): string | undefined {
  return conditions.flatMap((condition) => (condition === undefined ? [] : fieldsOf(condition))).find((field) => isTouched(field, fields));
}

function fieldsOf(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case 'all':
    case 'any': return condition.of.flatMap(fieldsOf);
    case 'not': return fieldsOf(condition.of);
    default: return [condition.field];
  }
}
