import type { Json, JsonObject } from '../../../src/contracts/json.js';
import type { ObjectDefinition } from '../../../src/contracts/system-definition.js';
import { formatSince } from '../../../src/domain/cursor.js';
import { merged, put } from './places.js';

/** FakeRecord is a record that a fake keeps. */
export interface FakeRecord {
  readonly id: string;
  readonly changedMs: number;
  readonly version: number;
  readonly fields: JsonObject;
}

/** FakeStore is the records of one object. */
export class FakeStore {
  readonly records = new Map<string, FakeRecord>();
  /** What the vendor makes of the fields of a new record. */
  derive: (fields: JsonObject) => JsonObject = (fields) => fields;
  private made = 1_000;
  private clockMs = Date.UTC(2026, 0, 5, 8, 0, 0);

  constructor(readonly object: string, readonly definition: ObjectDefinition, private readonly idKind: string) {}

  /** create keeps a new record; without a time it changed a second after the one before. */
  create(fields: JsonObject, changedMs = (this.clockMs += 1_000)): FakeRecord {
    const record: FakeRecord = { id: this.nextId(changedMs), changedMs, version: 1, fields: this.derive(fields) };
    this.records.set(record.id, record);
    return record;
  }

  update(record: FakeRecord, fields: JsonObject): FakeRecord {
    const next: FakeRecord = { id: record.id, changedMs: (this.clockMs += 1_000), version: record.version + 1, fields: merged(record.fields, fields) };
    this.records.set(next.id, next);
    return next;
  }

  /** raw is a record in the shape of the system. */
  raw({ id, changedMs, version, fields }: FakeRecord): Json {
    const { flatten = '', id: idPlace, since, version: versionPlace, created } = this.definition;
    let raw: Json = flatten === '' ? fields : put({}, flatten, fields);
    if (versionPlace !== undefined && versionPlace !== since?.field) raw = put(raw, versionPlace, version);
    if (created !== undefined) raw = put(raw, created, '2026-01-01T00:00:00.000Z');
    if (since !== undefined && since.field !== idPlace) raw = put(raw, since.field, this.time(changedMs));
    return put(raw, idPlace, this.idKind === 'number' ? Number(id) : id);
  }

  /** time writes a time as the system does. */
  time(ms: number): Json {
    const format = this.definition.since?.format ?? 'iso';
    const text = formatSince(ms, format);
    return format === 'unix' || format === 'unix-ms' ? Number(text) : text;
  }

  private nextId(changedMs: number): string {
    const number = String(++this.made);
    // Seconds, and microseconds that make it another one.
    if (this.idKind === 'time') return `${Math.floor(changedMs / 1_000)}.${String(this.made % 1_000).padStart(6, '0')}`;
    if (this.idKind === 'uuid') return `00000000-0000-4000-8000-${number.padStart(12, '0')}`;
    return this.idKind === 'number' || this.idKind === 'digits' ? number : `${this.idKind}${number}`;
  }
}
