import type { Json, JsonObject } from './json.js';
import type { PageToken } from './page-token.js';
import type { OutcomeKind } from './system-definition.js';

/** SourceRecord is one record as a system gave it. */
export interface SourceRecord {
  readonly id: string;
  /** Version of the record, as text, or null where the object has none. */
  readonly version: string | null;
  /** Updated-at in epoch milliseconds, or null where the object has none or it cannot be read. */
  readonly updatedAtMs: number | null;
  /** Creation time as the system writes it; absent where the definition does not say where it is, or the record has none. */
  readonly born?: string;
  readonly deleted: boolean;
  readonly inactive: boolean;
  readonly data: JsonObject;
}

/** BadRecord is an element of a list that is no record: no id, not an object, or too large to be read. */
export interface BadRecord {
  readonly position: number;
  readonly reason: string;
  /** Absent: `not-a-record`. */
  readonly code?: 'too-large';
  readonly data: Json;
}

/** Page is one page of a list. */
export interface Page {
  readonly records: readonly SourceRecord[];
  readonly bad: readonly BadRecord[];
  /** Where to go on after this page; null after the last one. */
  readonly next: PageToken | null;
}

export type { PageToken };

/** ListRequest says which pages to read. */
export interface ListRequest {
  /** Only what changed since this time, epoch milliseconds; absent: everything. */
  readonly sinceMs?: number;
  /** Where to go on; absent: the first page. */
  readonly from?: PageToken;
  readonly signal: AbortSignal;
}

/** WriteKind is what a write does. */
export type WriteKind = 'create' | 'update' | 'archive' | 'delete';

/** WriteItem is one change to send to a system. */
export interface WriteItem {
  readonly kind: WriteKind;
  /** External id; null for a create. */
  readonly id: string | null;
  /** Fields to send, in the target's shape. */
  readonly fields: JsonObject;
  readonly expectedVersion: string | null;
  readonly idempotencyKey: string;
}

/** WriteResult is what became of one item. */
export interface WriteResult {
  readonly outcome: OutcomeKind;
  /** External id, where the answer held one. */
  readonly id: string | null;
  readonly version: string | null;
  /** HTTP status of the answer or of the item in it; null where there was none. */
  readonly status: number | null;
  /** Plain sentence for people, redacted; empty when `outcome` is `ok`. */
  readonly message: string;
  /** Excerpt of the answer, redacted and capped; null when `outcome` is `ok`. */
  readonly excerpt: string | null;
  /** What the system asked to be waited, milliseconds. */
  readonly retryAfterMs: number | null;
}

/**
 * BeforeSend is called with the positions of the items of one request when everything else is ready: the permit is held
 * and the next thing is to send. False keeps the request from being sent; its items then have the outcome `retry`.
 */
export type BeforeSend = (positions: readonly number[]) => Promise<boolean>;

/** Connector reads and writes the records of one system. */
export interface Connector {
  readonly system: string;
  /** list yields the pages of an object in order; throws SystemError. */
  list(object: string, request: ListRequest): AsyncGenerator<Page, void, undefined>;
  /** get reads one record, null when the system says it is not there; throws SystemError. */
  get(object: string, id: string, signal: AbortSignal): Promise<SourceRecord | null>;
  /** find looks records up by the value of a field; throws SystemError. */
  find(object: string, field: string, value: string, signal: AbortSignal): Promise<readonly SourceRecord[]>;
  /** write sends items of one kind, at most `batchSize` of them, and answers with one result each, in order. It does not throw for what the system answers. */
  write(object: string, items: readonly WriteItem[], signal: AbortSignal, beforeSend?: BeforeSend): Promise<readonly WriteResult[]>;
  /** batchSize is how many items of a kind go into one request; 0 where the object cannot do it. */
  batchSize(object: string, kind: WriteKind): number;
  /** sendsIdempotencyKey says whether a repeated write with the same key is executed once. */
  sendsIdempotencyKey(object: string, kind: WriteKind): boolean;
}
