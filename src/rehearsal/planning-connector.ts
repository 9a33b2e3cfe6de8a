import type { Connector, SourceRecord, WriteItem, WriteKind, WriteResult } from '../contracts/connector.js';
import type { JsonObject } from '../contracts/json.js';
import { compileGetter } from '../domain/json-pointer.js';
import { scalarText } from '../domain/text-value.js';
import type { Placeholders } from './placeholders.js';
import type { ReadingConnector } from './reading-connector.js';

/** PlannedChange is a write that was recorded and not sent. */
export interface PlannedChange {
  readonly system: string;
  readonly object: string;
  readonly kind: WriteKind;
  /** External id; of a create, the placeholder for it. */
  readonly id: string;
  readonly fields: JsonObject;
}

/**
 * PlanningConnector is a connector that cannot write: its write only records. It is made of a connector that can only
 * read, and shows the records of that system as they would be after the writes that were recorded.
 */
export class PlanningConnector implements Pick<Connector, 'system' | 'get' | 'find' | 'write'> {
  readonly planned: PlannedChange[] = [];
  private readonly shown = new Map<string, SourceRecord | null>();

  constructor(private readonly reader: ReadingConnector, private readonly placeholders: Placeholders) {}

  get system(): string {
    return this.reader.system;
  }

  /** given has a record of a file stand for one of the system. */
  given(object: string, id: string, data: JsonObject): void {
    this.shown.set(keyOf(object, id), recordOf(id, data));
  }

  async get(object: string, id: string, signal: AbortSignal): Promise<SourceRecord | null> {
    const key = keyOf(object, id);
    const shown = this.shown.get(key);
    if (shown !== undefined) return shown;
    return this.placeholders.is(id) ? null : this.reader.get(object, id, signal);
  }

  async find(object: string, field: string, value: string, signal: AbortSignal): Promise<readonly SourceRecord[]> {
    const live = this.placeholders.is(value) ? [] : await this.reader.find(object, field, value, signal);
    const untouched = live.filter(({ id }) => !this.shown.has(keyOf(object, id)));
    const shown = [...this.shown].flatMap(([key, record]) => (record !== null && key.startsWith(`${object}/`) ? [record] : []));
    return [...untouched, ...shown.filter(({ data }) => scalarText(compileGetter(field)(data) ?? null) === value)];
  }

  async write(object: string, items: readonly WriteItem[], signal: AbortSignal): Promise<readonly WriteResult[]> {
    const results: WriteResult[] = [];
    for (const item of items) results.push(await this.plan(object, item, signal));
    return results;
  }

  private async plan(object: string, { kind, id, fields, idempotencyKey }: WriteItem, signal: AbortSignal): Promise<WriteResult> {
    const before = id === null ? null : await this.get(object, id, signal);
    const known = id ?? this.placeholders.make(`id of ${idempotencyKey}`);
    this.planned.push({ system: this.system, object, kind, id: known, fields });
    const after = recordOf(known, { ...before?.data, ...fields });
    this.shown.set(keyOf(object, known), kind === 'delete' ? null : { ...after, inactive: kind === 'archive' });
    return { outcome: 'ok', id: known, version: null, status: null, message: '', excerpt: null, retryAfterMs: null };
  }
}

function recordOf(id: string, data: JsonObject): SourceRecord {
  return { id, version: null, updatedAtMs: null, deleted: false, inactive: false, data };
}

function keyOf(object: string, id: string): string {
  return `${object}/${id}`;
}
