import type { BeforeSend, Connector, ListRequest, Page, SourceRecord, WriteItem, WriteKind, WriteResult } from '../../src/contracts/connector.js';
import type { JsonObject } from '../../src/contracts/json.js';

/** FakeAnswer overrides what a fake system says to one item; `executed` says whether it did what was asked all the same. */
export type FakeAnswer = Partial<WriteResult> & { readonly executed?: boolean };

/** SentRequest is one write request that reached a fake system. */
export interface SentRequest {
  readonly kind: WriteKind;
  readonly items: readonly WriteItem[];
}

/** FakeSystemOptions says what a fake system can do. */
export interface FakeSystemOptions {
  readonly system?: string;
  readonly batchSize?: number;
  readonly pageSize?: number;
  /** Field whose value no two records may share; a create that would is answered with `exists`. */
  readonly unique?: string;
  readonly idempotencyKeys?: boolean;
  readonly checksVersions?: boolean;
}

/** FakeSystem is a connector of a system held in memory, which keeps to the contract of Connector. */
export class FakeSystem implements Connector {
  readonly system: string;
  readonly records = new Map<string, SourceRecord>();
  readonly sent: SentRequest[] = [];
  /** What was carried out, in order, whether or not the answer arrived: the system's own log. */
  readonly executed: WriteItem[] = [];
  readonly finds: string[] = [];
  readonly gets: string[] = [];
  readonly listed: ListRequest[] = [];
  mostAtOnce = 0;
  /** Says what to answer to an item; undefined: what the records say. */
  answer: (item: WriteItem, system: FakeSystem) => FakeAnswer | undefined = () => undefined;
  /** Says why no request can be made of an item; its result is then the outcome `park`, and nothing of it is sent. */
  unbuildable: (item: WriteItem) => string | undefined = () => undefined;
  /** Called while a request is with the system, before it is executed. */
  whileSent: (request: SentRequest) => Promise<void> | void = () => undefined;
  /** Throws in place of a read. */
  onRead: (what: 'list' | 'get' | 'find', argument: string) => void = () => undefined;
  /** Pages to list in place of the records. */
  pages: readonly Page[] | undefined;
  private readonly keys = new Map<string, string>();
  private atOnce = 0;
  private made = 0;

  constructor(private readonly options: FakeSystemOptions = {}) {
    this.system = options.system ?? 'target';
  }

  /** put stores a record as somebody else would have. */
  put(id: string, data: JsonObject, more: Partial<SourceRecord> = {}): SourceRecord {
    const record: SourceRecord = { id, version: '1', updatedAtMs: null, deleted: false, inactive: false, data: { id, ...data }, ...more };
    this.records.set(id, record);
    return record;
  }

  /** created is the items of every create that was sent. */
  created(): readonly WriteItem[] {
    return this.sent.filter(({ kind }) => kind === 'create').flatMap(({ items }) => items);
  }

  async *list(_object: string, request: ListRequest): AsyncGenerator<Page, void, undefined> {
    this.listed.push(request);
    const pages = this.pages ?? this.pagesOf(request.sinceMs);
    for (let at = Number(request.from?.['at'] ?? 0); at < pages.length; at += 1) {
      this.onRead('list', String(at));
      const page = pages[at];
      if (page !== undefined) yield { ...page, next: at + 1 < pages.length ? { at: at + 1 } : null };
    }
  }

  async get(_object: string, id: string): Promise<SourceRecord | null> {
    this.onRead('get', id);
    this.gets.push(id);
    return this.records.get(id) ?? null;
  }

  async find(_object: string, field: string, value: string): Promise<readonly SourceRecord[]> {
    this.onRead('find', value);
    this.finds.push(value);
    return [...this.records.values()].filter((record) => record.data[field] === value && !record.deleted);
  }

  async write(_object: string, items: readonly WriteItem[], signal: AbortSignal, beforeSend?: BeforeSend): Promise<readonly WriteResult[]> {
    if (items.some(({ kind }) => kind !== items[0]?.kind)) throw new Error('the items of one write are of several kinds');
    const positions = [...items.keys()].filter((position) => this.unbuildable(itemAt(items, position)) === undefined);
    const sendable = positions.map((position) => itemAt(items, position));
    const answers = await this.send(sendable, signal, beforeSend === undefined ? undefined : () => beforeSend(positions));
    return items.map((item, position) => {
      const sent = answers[positions.indexOf(position)];
      return sent ?? result({ outcome: 'park', message: this.unbuildable(item) ?? 'has no answer' });
    });
  }

  private async send(items: readonly WriteItem[], signal: AbortSignal, ready: (() => Promise<boolean>) | undefined): Promise<readonly WriteResult[]> {
    const [first] = items;
    if (first === undefined) return [];
    if (items.length > this.batchSize('', first.kind)) throw new Error(`${items.length} items are more than fit into one request`);
    const why = await notSent(signal, ready);
    if (why !== undefined) return items.map(() => result({ outcome: 'retry', message: why }));
    const request = { kind: first.kind, items };
    this.sent.push(request);
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    try {
      await this.whileSent(request);
      return items.map((item) => this.execute(item));
    } finally {
      this.atOnce -= 1;
    }
  }

  batchSize(_object: string, kind: WriteKind): number {
    return kind === 'create' || kind === 'update' ? this.options.batchSize ?? 1 : 1;
  }

  sendsIdempotencyKey(): boolean {
    return this.options.idempotencyKeys ?? false;
  }

  private pagesOf(sinceMs: number | undefined): readonly Page[] {
    const size = this.options.pageSize ?? 100;
    const records = [...this.records.values()].filter((record) => sinceMs === undefined || (record.updatedAtMs ?? 0) >= sinceMs);
    const count = Math.max(1, Math.ceil(records.length / size));
    return Array.from({ length: count }, (_, at) => ({ records: records.slice(at * size, (at + 1) * size), bad: [], next: null }));
  }

  private execute(item: WriteItem): WriteResult {
    const scripted = this.answer(item, this);
    if (scripted === undefined) return this.carryOut(item);
    const done = scripted.executed === true ? this.carryOut(item) : undefined;
    const { executed: _executed, ...answer } = scripted;
    return { ...(done ?? result({ outcome: 'ok' })), ...answer };
  }

  private carryOut(item: WriteItem): WriteResult {
    const before = this.made;
    const answer = item.kind === 'create' ? this.create(item) : this.change(item);
    // A create that is answered with a record made before has done nothing.
    if (answer.outcome === 'ok' && (item.kind !== 'create' || this.made > before)) this.executed.push(item);
    return answer;
  }

  private create({ fields, idempotencyKey }: WriteItem): WriteResult {
    const before = this.options.idempotencyKeys === true ? this.keys.get(idempotencyKey) : undefined;
    if (before !== undefined) return result({ outcome: 'ok', id: before, version: this.records.get(before)?.version ?? null });
    const { unique } = this.options;
    const other = unique === undefined ? undefined : [...this.records.values()].find((record) => record.data[unique] === fields[unique]);
    if (other !== undefined) return result({ outcome: 'exists', id: other.id, message: `has a record with this ${unique} already` });
    this.made += 1;
    const id = `t${this.made}`;
    this.keys.set(idempotencyKey, id);
    this.put(id, fields);
    return result({ outcome: 'ok', id, version: '1' });
  }

  private change({ kind, id, fields, expectedVersion }: WriteItem): WriteResult {
    const record = id === null ? undefined : this.records.get(id);
    if (record === undefined || id === null) return result({ outcome: 'not-found', message: 'has no such record' });
    if (this.options.checksVersions === true && expectedVersion !== null && expectedVersion !== record.version) return result({ outcome: 'version-conflict', message: 'has a newer version' });
    const version = String(Number(record.version) + 1);
    if (kind === 'delete') this.records.delete(id);
    else this.records.set(id, { ...record, version, inactive: kind === 'archive', data: { ...record.data, ...fields } });
    return result({ outcome: 'ok', id, version });
  }
}

/** result is a WriteResult with the given parts. */
export function result(parts: Partial<WriteResult>): WriteResult {
  return { outcome: 'ok', id: null, version: null, status: null, message: '', excerpt: null, retryAfterMs: null, ...parts };
}

function itemAt(items: readonly WriteItem[], position: number): WriteItem {
  const item = items[position];
  if (item === undefined) throw new Error(`there is no item ${position}`);
  return item;
}

async function notSent(signal: AbortSignal, ready: (() => Promise<boolean>) | undefined): Promise<string | undefined> {
  if (signal.aborted) return 'was not sent: aborted';
  try {
    return ready === undefined || (await ready()) ? undefined : 'was not sent: it was called off at the last moment';
  } catch (error) {
    return `was not sent: it could not be made ready (${String(error)})`;
  }
}
