import { changedFields } from '../../domain/changed-fields.js';
import { parseFieldPath } from '../../domain/json-pointer.js';
import type { Json, JsonObject } from '../../contracts/json.js';
import type { SyncDefinition } from '../../contracts/sync-definition.js';
import type { Style } from '../terminal/style.js';
import { table } from '../terminal/table.js';
import { shownValue } from '../terminal/wording.js';

/** FieldChange is one field that a write changes. */
export interface FieldChange {
  readonly field: string;
  readonly before: Json;
  readonly after: Json;
}

/** fieldChanges is the fields that differ between what was and what a write says, in the order of the sync's mappings; without a before, every field that gets a value. */
export function fieldChanges(before: JsonObject | null, after: JsonObject, sync: Pick<SyncDefinition, 'fields'> | undefined): FieldChange[] {
  return inMappingOrder(changedFields(before ?? {}, after), sync).map(([field, value]) => ({ field, before: before?.[field] ?? null, after: value }));
}

/** inMappingOrder is the members of stored values in the order in which the author wrote the mappings; the database keeps none. */
export function inMappingOrder(values: JsonObject, sync: Pick<SyncDefinition, 'fields'> | undefined): [string, Json][] {
  const order = [...new Set((sync?.fields ?? []).map(({ to }) => parseFieldPath(to)[0] ?? to))];
  const rank = (field: string): number => (order.includes(field) ? order.indexOf(field) : order.length);
  return Object.entries(values).toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** fieldChangesTable shows field changes, one a line: `before → after`, or only what is set where there is nothing before. */
export function fieldChangesTable(changes: readonly FieldChange[], style: Style, indent = 6): string {
  const { colors } = style;
  const showsBefore = changes.some(({ before }) => before !== null);
  const rows = changes.map(({ field, before, after }) => [
    field,
    ...(showsBefore ? [{ text: shownValue(before), paint: before === null ? colors.dim : colors.red }, { text: '→', paint: colors.dim }] : []),
    { text: shownValue(after), paint: after === null ? colors.dim : colors.green },
  ]);
  return table((showsBefore ? ['', '', '', ''] : ['', '']).map((title) => ({ title })), rows, style, indent);
}
