import type { Json } from '../../contracts/json.js';
import { LookupIndex, type LookupOptions } from './lookup-index.js';
import type { Position, RecordValue, Row, SeededRecord } from './record.js';
import { SortedRows } from './sorted-rows.js';

/** CollectionOptions describe one object of a simulated system. */
export interface CollectionOptions {
  /** Plural name, as in the API's paths. */
  readonly object: string;
  /** idOf gives the id of the n-th record ever made, counting from 1; always the same. */
  readonly idOf: (ordinal: number) => string | number;
  /** Values of the fields that a new record does not name. */
  readonly defaults: RecordValue;
  /** stamp writes the fields that the system itself keeps (times, versions) into the row's value. */
  readonly stamp: (row: Row) => void;
  /** How exactly the system shows the time of a change. */
  readonly granularityMs: 1 | 1000;
  readonly lookups: Readonly<Record<string, LookupOptions>>;
}

/** Collection holds the records of one object, ready to be read by id, age, time of change and looked-up field. */
export class Collection {
  readonly options: CollectionOptions;
  /** Oldest first. */
  readonly byAge = new SortedRows<Pick<Position, 'ordinal'>, Row>((a, b) => a.ordinal - b.ordinal);
  /** Longest unchanged first. */
  readonly byChange = new SortedRows<Position, Row>((a, b) => a.updatedMs - b.updatedMs || a.ordinal - b.ordinal);
  readonly #rows = new Map<string, Row>();
  readonly #lookups: ReadonlyMap<string, LookupIndex>;
  readonly #uniqueFields: readonly string[];
  readonly #template: RecordValue;
  #lastOrdinal = 0;

  constructor(options: CollectionOptions) {
    this.options = options;
    this.#template = makeTemplate(options);
    this.#lookups = new Map(Object.entries(options.lookups).map(([field, lookup]) => [field, new LookupIndex(lookup)]));
    this.#uniqueFields = Object.keys(options.lookups).filter((field) => options.lookups[field]?.unique === true);
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  /** find returns the rows whose field has the value; the field must be one of the lookups. */
  find(field: string, value: Json | undefined): Row[] {
    const ids = this.#lookups.get(field)?.find(value) ?? [];
    return ids.map((id) => this.#rows.get(id) as Row);
  }

  /** findIds is `find` for long lists of which only a part is wanted. */
  findIds(field: string, value: Json | undefined): readonly string[] {
    return this.#lookups.get(field)?.find(value) ?? [];
  }

  /** conflict returns the other row that already has a unique value of these fields. */
  conflict(fields: RecordValue, self?: Row): { readonly field: string; readonly row: Row } | undefined {
    for (const field of this.#uniqueFields) {
      for (const row of this.find(field, fields[field])) if (row !== self) return { field, row };
    }
    return undefined;
  }

  /** keys are the values by which the record can be found. */
  keys(row: Row): RecordValue | undefined {
    let keys: RecordValue | undefined;
    for (const field of this.#lookups.keys()) {
      const value = row.value[field];
      if (value !== undefined && value !== null && value !== '') (keys ??= {})[field] = value;
    }
    return keys;
  }

  /** nextTime is the time of a change made now: with exact times, later than the record's last one. */
  nextTime(nowMs: number, row?: Row): number {
    if (row === undefined) return nowMs;
    return Math.max(nowMs, this.options.granularityMs === 1 ? row.updatedMs + 1 : row.updatedMs);
  }

  create(fields: RecordValue, atMs: number): Row {
    const row = this.#makeRow(fields, atMs, atMs);
    this.byAge.insert(row);
    this.byChange.insert(row);
    return row;
  }

  update(row: Row, fields: RecordValue, atMs: number): void {
    const before = row.value;
    this.byChange.remove(row);
    row.value = { ...before, ...fields };
    row.updatedMs = this.#rounded(atMs);
    row.revision += 1;
    this.options.stamp(row);
    this.byChange.insert(row);
    for (const [field, lookup] of this.#lookups) {
      if (before[field] === row.value[field]) continue;
      lookup.remove(before[field], row.id);
      lookup.add(row.value[field], row.id);
    }
  }

  remove(row: Row): void {
    this.byAge.remove(row);
    this.byChange.remove(row);
    this.#rows.delete(row.id);
    for (const [field, lookup] of this.#lookups) lookup.remove(row.value[field], row.id);
  }

  /** load adds seeded records, leaving out those whose unique value is taken; returns how many were added. */
  load(records: readonly SeededRecord[]): number {
    const rows: Row[] = [];
    for (const { fields, createdMs, updatedMs } of records) {
      if (this.conflict(fields) === undefined) rows.push(this.#makeRow(fields, createdMs, updatedMs));
    }
    this.byAge.insertMany(rows);
    this.byChange.insertMany(rows);
    return rows.length;
  }

  clear(): void {
    this.#rows.clear();
    this.byAge.clear();
    this.byChange.clear();
    for (const lookup of this.#lookups.values()) lookup.clear();
    this.#lastOrdinal = 0;
  }

  #makeRow(fields: RecordValue, createdMs: number, updatedMs: number): Row {
    this.#lastOrdinal += 1;
    const ordinal = this.#lastOrdinal;
    const id = this.options.idOf(ordinal);
    // Cloning one object of the full shape is several times faster than joining two.
    const value = { ...this.#template };
    value['id'] = id;
    for (const field in fields) value[field] = fields[field] as Json;
    const row: Row = { id: String(id), ordinal, createdMs, updatedMs: this.#rounded(updatedMs), revision: 1, value };
    this.options.stamp(row);
    this.#rows.set(row.id, row);
    for (const [field, lookup] of this.#lookups) lookup.add(value[field], row.id);
    return row;
  }

  #rounded(atMs: number): number {
    return this.options.granularityMs === 1 ? atMs : atMs - (atMs % this.options.granularityMs);
  }
}

/** A record with every field that there always is, those of the stamp included. */
function makeTemplate({ idOf, defaults, stamp }: CollectionOptions): RecordValue {
  const row: Row = { id: '', ordinal: 0, createdMs: 0, updatedMs: 0, revision: 0, value: { id: idOf(0), ...defaults } };
  stamp(row);
  return row.value;
}
