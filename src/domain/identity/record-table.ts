import type { FieldKind } from '../../contracts/field-kind.js';
import type { IdentityField, IdentityRecord } from './identity-field.js';
import { normalForm } from './normal-form.js';

/** Column is one field of all records: distinct normal forms, and for each record the place of its own, -1 for none. */
export interface Column {
  readonly name: string;
  readonly kind: FieldKind;
  readonly values: readonly string[];
  readonly codes: Int32Array;
}

/**
 * RecordTable is all records that are compared, column by column; a record is known by its place in it. Where two sets are
 * linked, the first `leftCount` records are the one and the rest the other; where one set is searched, `leftCount` is 0.
 */
export interface RecordTable {
  readonly ids: readonly string[];
  readonly leftCount: number;
  readonly columns: readonly Column[];
}

/** recordTable puts the records of one set, or of two, into columns, in the order of their ids so that their order is of no effect. */
export function recordTable(fields: readonly IdentityField[], records: readonly IdentityRecord[], others?: readonly IdentityRecord[]): RecordTable {
  const all = [...inOrder(records), ...inOrder(others ?? [])];
  return { ids: all.map(({ id }) => id), leftCount: others === undefined ? 0 : records.length, columns: fields.map((field) => column(field, all)) };
}

/** possiblePairs counts the pairs that could be one: all of two sets, or all within one. */
export function possiblePairs({ ids, leftCount }: RecordTable): number {
  return leftCount === 0 ? (ids.length * (ids.length - 1)) / 2 : leftCount * (ids.length - leftCount);
}

/** withoutValues is the table with the given values of a column taken out, as if no record had them. */
export function withoutValues(table: RecordTable, index: number, values: ReadonlySet<number>): RecordTable {
  const columns = table.columns.map((each, place) => (place === index ? { ...each, codes: each.codes.map((code) => (values.has(code) ? -1 : code)) } : each));
  return { ...table, columns };
}

function inOrder(records: readonly IdentityRecord[]): readonly IdentityRecord[] {
  return records.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function column({ name, kind }: IdentityField, records: readonly IdentityRecord[]): Column {
  const places = new Map<string, number>();
  const known = new Map<string, number>();
  const values: string[] = [];
  const codeOf = (written: string): number => {
    const normal = normalForm(kind, written);
    if (normal === undefined) return -1;
    const place = places.get(normal) ?? values.push(normal) - 1;
    places.set(normal, place);
    return place;
  };
  const codes = Int32Array.from(records, (record) => {
    const written = record.values[name];
    if (written === undefined) return -1;
    const code = known.get(written) ?? codeOf(written);
    known.set(written, code);
    return code;
  });
  return { name, kind, values, codes };
}
