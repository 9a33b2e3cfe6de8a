import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ObjectDefinition, Paginate, RestSystemDefinition } from '../../src/contracts/system-definition.js';

/** HttpRecord is a record as an HttpSystem keeps and sends it. */
export type HttpRecord = { readonly id: string; readonly version: number; readonly updated_at: number } & Readonly<Record<string, unknown>>;

/** HttpRequestSeen is one request as it came. */
export interface HttpRequestSeen {
  readonly method: string;
  /** Path and query, such as `/records?limit=10`. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  /** When it came, epoch milliseconds. */
  readonly atMs: number;
}

/** HttpOp is one change that the system executed; it is noted before the answer is sent. */
export interface HttpOp {
  readonly op: 'create' | 'update' | 'archive';
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Injection makes requests go wrong: it answers, or leaves the answer out, and says whether the request is executed. */
export interface Injection {
  /** Beginning of `METHOD /path`, such as `POST /records/batch`. */
  readonly on: string;
  /** Only such requests; all unless given. */
  readonly when?: (request: HttpRequestSeen) => boolean;
  /** How often; for ever unless given. */
  readonly times?: number;
  /** Executes the request before the answer is spoilt. */
  readonly execute?: boolean;
  /** Takes the answer's place; `truth` is what the system would have said. */
  readonly play: (response: ServerResponse, request: HttpRequestSeen, truth: HttpAnswer | undefined) => void;
}

/** HttpAnswer is a status and a body. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** HttpSystemOptions says what a system is like. */
export interface HttpSystemOptions {
  readonly pageSize?: number;
  /** Whether the pages after the first are asked for by the last record seen, in the order of updated_at and id. */
  readonly keyset?: boolean;
  /** Most items of a batch; 1: there are no batches. */
  readonly batchSize?: number;
  /** Whether updates are refused with 412 where their If-Match is not the version. */
  readonly checksVersions?: boolean;
  readonly limits?: Partial<RestSystemDefinition['limits']>;
  readonly scheduleMs?: readonly number[];
  readonly object?: Partial<ObjectDefinition>;
  /** Judges each request before anything else; undefined lets it pass. */
  readonly admit?: (request: HttpRequestSeen) => Promise<HttpAnswer | undefined>;
}

/** sent answers with a status, a body and headers, as they are. */
export function sent(status: number, body = '', headers: Readonly<Record<string, string>> = {}): Injection['play'] {
  return (response) => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

/** HttpSystem is an outside system: a real HTTP server on 127.0.0.1 with records, a log of what it executed, and faults by request. */
export class HttpSystem {
  readonly records = new Map<string, HttpRecord>();
  readonly ops: HttpOp[] = [];
  readonly seen: HttpRequestSeen[] = [];
  /** Called before each page is listed, with how many were before. */
  beforePage: (page: number) => void = () => undefined;
  /** Refuses single items of a batch, or single records; undefined: the system takes it. */
  refuse: (fields: Readonly<Record<string, unknown>>, position: number) => HttpAnswer | undefined = () => undefined;
  private injections: { readonly injection: Injection; fired: number }[] = [];
  private readonly sockets = new Set<Socket>();
  private clock = 1_700_000_000_000;
  private made = 0;
  private pages = 0;

  private constructor(readonly name: string, private readonly server: Server, private readonly options: HttpSystemOptions) {}

  /** start listens on a free port. */
  static async start(name: string, options: HttpSystemOptions = {}): Promise<HttpSystem> {
    const server = createServer();
    const system = new HttpSystem(name, server, options);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const { method = '', url = '', headers } = request;
        void system.admitted({ method, url, headers, body: text === '' ? undefined : JSON.parse(text), atMs: Date.now() }, response);
      });
    });
    server.on('connection', (socket) => {
      system.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => system.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return system;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** put stores a record as somebody else would have, as its newest version. */
  put(id: string, fields: Readonly<Record<string, unknown>>, updatedAt = (this.clock += 1_000)): HttpRecord {
    const record: HttpRecord = { ...fields, id, version: (this.records.get(id)?.version ?? 0) + 1, updated_at: updatedAt };
    this.records.delete(id); // A changed record moves to the end of the list, which is in the order of updated_at.
    this.records.set(id, record);
    return record;
  }

  /** inject makes requests go wrong from now on. */
  inject(injection: Injection): void {
    this.injections.push({ injection, fired: 0 });
  }

  /** heal takes all injections away. */
  heal(): void {
    this.injections = [];
  }

  /** requests are the requests so far whose `METHOD /path` begins so. */
  requests(on: string): readonly HttpRequestSeen[] {
    return this.seen.filter((request) => nameOf(request).startsWith(on));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => { this.server.close(resolve); });
  }

  /** definition describes the system; `baseUrl` may lead through a proxy. */
  definition(baseUrl = `http://127.0.0.1:${this.port}`): RestSystemDefinition {
    const { pageSize = 50, keyset = false, batchSize = 10, checksVersions = false, limits, scheduleMs = [20, 40], object } = this.options;
    const versionHeader = checksVersions ? { versionHeader: 'If-Match' } : {};
    const batch = { method: 'POST' as const, path: '/records/batch', max: batchSize, items: '/items', idField: 'id', results: '/results', result: { status: '/status', error: '/error', record: '/record' } };
    const batched = batchSize > 1 ? { batch } : {};
    const write = { envelope: '', fields: {}, record: '' };
    const size = { limit: pageSize, limitParam: 'limit' };
    const paginate: Paginate = keyset ? { type: 'keyset', params: { after_at: '{version}', after_id: '{id}' }, ...size } : { type: 'cursor', next: '/next', param: 'cursor', ...size };
    return {
      system: this.name, title: this.name, connector: 'rest', baseUrl, headers: {}, auth: { type: 'none' }, outcomes: [], timeZone: 'UTC', retry: { scheduleMs },
      limits: { burst: 100, concurrency: 4, reserve: 0, timeoutMs: 400, settleMs: 50, maxResponseBytes: 5_000_000, ...limits },
      objects: {
        record: {
          list: { method: 'GET', path: '/records', params: {}, records: '/data', paginate },
          get: { method: 'GET', path: '/records/{id}', record: '' },
          find: { method: 'GET', path: '/records', records: '/data', by: { email: { email: '{value}' } } },
          since: { param: 'since', value: '{since}', format: 'unix-ms', field: '/updated_at', overlapMs: 1_000, safetyLagMs: 0 },
          id: '/id', version: keyset ? '/updated_at' : '/version', deleted: { kind: 'compare', field: '/status', operator: '=', value: 'deleted' },
          create: { method: 'POST', path: '/records', ...write, ...batched },
          update: { method: 'PATCH', path: '/records/{id}', ...write, ...versionHeader, ...(checksVersions ? {} : batched) },
          archive: { method: 'POST', path: '/records/{id}/archive', ...write },
          ...object,
        },
      },
    };
  }

  private async admitted(request: HttpRequestSeen, response: ServerResponse): Promise<void> {
    const refusal = await this.options.admit?.(request);
    if (refusal === undefined) return this.handle(request, response);
    this.seen.push(request);
    answer(response, refusal);
  }

  private handle(request: HttpRequestSeen, response: ServerResponse): void {
    this.seen.push(request);
    const fault = this.injections.find(({ injection, fired }) => nameOf(request).startsWith(injection.on) && (injection.when?.(request) ?? true) && fired < (injection.times ?? Infinity));
    if (fault === undefined) return answer(response, this.execute(request));
    fault.fired += 1;
    fault.injection.play(response, request, fault.injection.execute === true ? this.execute(request) : undefined);
  }

  private execute(request: HttpRequestSeen): HttpAnswer {
    const url = new URL(request.url, 'http://system');
    const [, , id, verb] = url.pathname.split('/').map((part) => decodeURIComponent(part));
    if (request.method === 'GET') return id === undefined ? this.list(url.searchParams) : this.one(id);
    if (id === 'batch') return { status: 207, body: { results: items(request.body).map((item, position) => this.batchItem(item, position)) } };
    const refusal = this.refuse(fieldsOf(request.body), 0);
    if (refusal !== undefined) return refusal;
    if (request.method === 'POST' && id === undefined) return this.create(fieldsOf(request.body));
    return id === undefined ? { status: 404, body: { error: 'no such path' } } : this.change(verb === 'archive' ? 'archive' : 'update', id, fieldsOf(request.body), request.headers['if-match']);
  }

  private list(query: URLSearchParams): HttpAnswer {
    const email = query.get('email');
    if (email !== null) return { status: 200, body: { data: [...this.records.values()].filter((record) => record['email'] === email) } };
    const at = Number(query.get('cursor') ?? 0);
    const limit = Number(query.get('limit'));
    this.pages += 1;
    this.beforePage(this.pages - 1);
    const since = Number(query.get('since') ?? 0);
    const [afterAt, afterId] = [Number(query.get('after_at') ?? 0), query.get('after_id') ?? ''];
    const all = [...this.records.values()].filter((record) => record.updated_at >= since && (record.updated_at > afterAt || (record.updated_at === afterAt && record.id > afterId)));
    if (query.has('after_at') || this.options.keyset === true) {
      all.sort((left, right) => left.updated_at - right.updated_at || (left.id < right.id ? -1 : 1));
      return { status: 200, body: { data: all.slice(0, limit) } };
    }
    return { status: 200, body: { data: all.slice(at, at + limit), next: at + limit < all.length ? String(at + limit) : null } };
  }

  private one(id: string): HttpAnswer {
    const record = this.records.get(id);
    return record === undefined ? { status: 404, body: { error: 'there is no such record' } } : { status: 200, body: record };
  }

  private batchItem(item: Readonly<Record<string, unknown>>, position: number): unknown {
    const { id, ...fields } = item;
    const { status, body } = this.refuse(item, position) ?? (typeof id === 'string' ? this.change('update', id, fields, undefined) : this.create(fields));
    return status < 300 ? { status, record: body } : { status, error: body };
  }

  private create(fields: Readonly<Record<string, unknown>>): HttpAnswer {
    this.made += 1;
    const id = `t${this.made}`;
    this.ops.push({ op: 'create', id, fields });
    return { status: 201, body: this.put(id, fields) };
  }

  private change(op: 'update' | 'archive', id: string, fields: Readonly<Record<string, unknown>>, expected: string | undefined): HttpAnswer {
    const record = this.records.get(id);
    if (record === undefined) return { status: 404, body: { error: 'there is no such record' } };
    if (this.options.checksVersions === true && expected !== undefined && expected !== `"${record.version}"`) return { status: 412, body: { error: 'there is a newer version' } };
    this.ops.push({ op, id, fields });
    return { status: 200, body: this.put(id, { ...record, ...fields, ...(op === 'archive' ? { status: 'deleted' } : {}) }) };
  }
}

function nameOf({ method, url }: Pick<HttpRequestSeen, 'method' | 'url'>): string {
  return `${method} ${url}`;
}

function answer(response: ServerResponse, { status, body, headers }: HttpAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
}

function items(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  const list = fieldsOf(body)['items'];
  return Array.isArray(list) ? list.map(fieldsOf) : [];
}
