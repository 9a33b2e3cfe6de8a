import { changedFields } from '../../domain/changed-fields.js';
import type { Json, JsonObject } from '../../contracts/json.js';
import type { Style } from '../terminal/style.js';
import { table } from '../terminal/table.js';
import { shownValue } from '../terminal/wording.js';

/** FieldChange is one field that a write changes. */
export interface FieldChange {
  readonly field: string;
  readonly before: Json;
  readonly after: Json;
}

/** fieldChanges is the fields that differ between what was and what a write says; without a before, every field that gets a value. */
export function fieldChanges(before: JsonObject | null, after: JsonObject): FieldChange[] {
  return Object.entries(changedFields(before ?? {}, after)).map(([field, value]) => ({ field, before: before?.[field] ?? null, after: value }));
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
