import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Json, JsonObject } from '../../../src/contracts/json.js';
import type { LoginAuth } from '../../../src/contracts/auth-definition.js';
import type { RestSystemDefinition } from '../../../src/contracts/system-definition.js';
import { satisfy } from './places.js';
import { parseForm, at, put } from './places.js';
import type { RequestChecker } from '../documents/request-checker.js';
import { answerList } from './fake-list.js';
import type { FakeAnswer, FakeRequest } from './fake-request.js';
import { findRoute, routesOf, searchOf, type FakeRoute, type Routed } from './fake-routes.js';
import { FakeStore } from './fake-store.js';
import { answerBatch, answerWrite } from './fake-writes.js';

/** Fault takes the place of an answer: what is answered instead, or `lose`, which executes the request and answers nothing. */
export type Fault = FakeAnswer | 'lose';

/** Seen is a request that a fake got, and what the vendor's document has against it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly violations: readonly string[];
}

/** Secrets that a fake lets in: the text that stands in the credentials, or the tokens it gave out itself. */
const tokenPath = '/fake-token';

/**
 * VendorFake is a vendor's system with a memory: an HTTP server that does what a connector's definition says of the vendor.
 * Each request is also held against the vendor's document, where there is one. It is not the vendor: what the definition
 * gets wrong, it gets wrong too, which is what the document is for.
 */
export class VendorFake {
  readonly seen: Seen[] = [];
  /** What the document had against requests, over all of them. */
  readonly violations = new Set<string>();
  readonly stores: ReadonlyMap<string, FakeStore>;
  /** Answers with what the document gives as an example. */
  answersFromDocument = false;
  /** What has to stand in the Authorization header, or the key's; undefined: any credentials. */
  credentials: string | undefined;
  /** Stands in answers in place of the text AMOUNT, as a number that JSON's own reader would round. */
  numbers: string | undefined;
  tokensGiven = 0;
  private readonly faults: Fault[] = [];
  private readonly writeFaults: Fault[] = [];
  private readonly routes: readonly FakeRoute[];
  private readonly used = new Map<string, Seen>();
  private readonly kept = new Map<string, FakeAnswer>();
  private token = 0;

  private constructor(
    private readonly server: Server, private readonly base: string,
    readonly definition: RestSystemDefinition, private readonly checker: RequestChecker | undefined, idKinds: Readonly<Record<string, string>>,
  ) {
    this.routes = routesOf(definition);
    this.stores = new Map(Object.entries(definition.objects).map(([name, object]) => [name, new FakeStore(name, object, idKinds[name] ?? 'digits')]));
  }

  /** start serves a definition; the path of its base URL is kept. */
  static async start(definition: RestSystemDefinition, checker: RequestChecker | undefined, idKinds: Readonly<Record<string, string>>): Promise<VendorFake> {
    const server = createServer();
    const fake = new VendorFake(server, new URL(definition.baseUrl).pathname.replace(/\/$/, ''), definition, checker, idKinds);
    server.on('request', (request, response) => void fake.serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  /** url is the base URL of the fake. */
  get url(): string {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}${this.base}`;
  }

  /** fail makes the next requests go wrong, one fault each. */
  fail(...faults: readonly Fault[]): void {
    this.faults.push(...faults);
  }

  /** failWrites makes the next writes go wrong, one fault each; reads go on. */
  failWrites(...faults: readonly Fault[]): void {
    this.writeFaults.push(...faults);
  }

  /** expireTokens refuses the tokens given out so far. */
  expireTokens(): void {
    this.token += 1;
  }

  /** unused lists the operations that nobody has asked for. */
  unused(): readonly string[] {
    return this.routes.map(nameOf).filter((name) => !this.used.has(name));
  }

  /**
   * unjudged lists the operations whose bodies the document does not judge: a body with a value of another kind in every
   * place passes. Prism leaves out, and says nothing of, schemas that it cannot compile.
   */
  async unjudged(): Promise<readonly string[]> {
    const unjudged: string[] = [];
    for (const [name, { method, url, headers, body }] of this.used) {
      if (body === '' || this.checker === undefined) continue;
      const form = headers['content-type']?.includes('urlencoded') === true;
      const wrong = form ? 'zz[zz]=1' : JSON.stringify(ofOtherKinds(JSON.parse(body) as Json));
      const { violations } = await this.checker.check({ method, path: url, headers, body: wrong });
      if (violations.length === 0) unjudged.push(`${name} is not judged by the document: it takes ${wrong.slice(0, 80)}`);
    }
    return unjudged;
  }

  /** forget takes all records, requests and faults away. */
  forget(): void {
    this.seen.length = 0;
    this.faults.length = 0;
    this.writeFaults.length = 0;
    this.kept.clear();
    for (const store of this.stores.values()) store.records.clear();
    this.answersFromDocument = false;
    this.credentials = undefined;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => { this.server.close(resolve); });
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyText(incoming);
    const url = new URL(incoming.url ?? '', 'http://fake');
    const path = url.pathname.slice(this.base.length);
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    if (path === tokenPath) return send(response, this.giveToken(headers, text));
    if (this.definition.auth.type === 'login' && path === this.definition.auth.post) return send(response, this.logIn(this.definition.auth, text));
    const checked = await this.checker?.check({ method: incoming.method ?? '', path: path + url.search, headers, body: text === '' ? undefined : text });
    for (const violation of checked?.violations ?? []) this.violations.add(`${incoming.method} ${path}: ${violation}`);
    this.seen.push({ method: incoming.method ?? '', path, url: path + url.search, headers, body: text, violations: checked?.violations ?? [] });
    if (!this.letsIn(headers, url.searchParams)) return send(response, { status: 401, body: { error: { message: 'the credentials are wrong' } } });
    const fault = this.faults.shift() ?? (incoming.method !== 'GET' && !path.endsWith('/search') ? this.writeFaults.shift() : undefined);
    if (fault !== undefined && fault !== 'lose') return send(response, fault);
    if (this.answersFromDocument && checked !== undefined) {
      response.writeHead(checked.status, { 'content-type': checked.contentType }).end(checked.body);
      return;
    }
    const answer = this.execute({ method: incoming.method ?? '', path, query: url.searchParams, headers, body: parseBody(headers, text, this.definition.encoding === 'form-json') });
    if (fault === 'lose') incoming.socket.destroy();
    else if (this.numbers === undefined || answer.body === undefined) send(response, answer);
    else response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(JSON.stringify(answer.body).replaceAll('"AMOUNT"', this.numbers));
  }

  private execute(request: FakeRequest): FakeAnswer {
    const routed = findRoute(this.routes, request);
    if (routed === undefined) return { status: 404, body: { error: { message: `the fake has no ${request.method} ${request.path}` } } };
    const { route } = routed;
    const seen = this.seen.at(-1);
    if (seen !== undefined) this.used.set(nameOf(route), seen);
    const store = this.stores.get(route.object);
    if (store === undefined) throw new Error(`no store of ${route.object}`);
    const header = route.does === 'write' ? route.operation.idempotencyHeader : route.does === 'batch' ? route.batch.idempotencyHeader : undefined;
    const key = header === undefined ? undefined : request.headers[header.toLowerCase()];
    const before = key === undefined ? undefined : this.kept.get(key);
    if (before !== undefined) return before;
    const answer = this.answer(routed, store, request);
    if (key !== undefined && answer.status < 300) this.kept.set(key, answer);
    return answer;
  }

  private answer({ route, id, natural }: Routed, store: FakeStore, request: FakeRequest): FakeAnswer {
    switch (route.does) {
      case 'list': return answerList(route.operation, store, request);
      case 'find': {
        const search = searchOf(route.operation, request);
        const found = [...store.records.values()].filter((record) => search !== undefined && holds(store.raw(record), record.fields, search));
        const [only] = found;
        if (route.operation.single === true) return only === undefined ? { status: 404, body: { error: { message: 'there is no such record' } } } : { status: 200, body: put({}, route.operation.records, store.raw(only)) };
        return { status: 200, body: put({}, route.operation.records, found.map((record) => (route.operation.record === undefined ? store.raw(record) : put({}, route.operation.record, store.raw(record))))) };
      }
      case 'get': {
        const record = id === undefined ? undefined : store.records.get(id);
        return record === undefined ? { status: 404, body: { error: { message: 'there is no such record' } } } : { status: 200, body: put({}, route.operation.record, store.raw(record)) };
      }
      case 'write': return answerWrite(route.kind, route.operation, store, request, id, natural);
      case 'batch': return answerJob(route.batch, answerBatch(route.kind, route.operation, route.batch, store, request), this.kept);
      default: return this.kept.get('job') ?? { status: 404 };
    }
  }

  private giveToken(headers: Readonly<Record<string, string>>, text: string): FakeAnswer {
    const given = `${Buffer.from((headers['authorization'] ?? '').replace(/^Basic /, ''), 'base64').toString('utf8')} ${text}`;
    if (this.credentials !== undefined && !given.includes(encodeURIComponent(this.credentials))) return { status: 401, body: { error: 'invalid_client' } };
    this.tokensGiven += 1;
    return { status: 200, body: { access_token: `fake-token-${this.token}`, token_type: 'Bearer', expires_in: 3_600 } };
  }

  private logIn({ token }: LoginAuth, text: string): FakeAnswer {
    if (this.credentials !== undefined && !text.includes(this.credentials)) return { status: 401, body: { error: { message: 'the credentials are wrong' } } };
    this.tokensGiven += 1;
    return { status: 200, body: put({}, token, `fake-token-${this.token}`) };
  }

  private letsIn(headers: Readonly<Record<string, string>>, query: URLSearchParams): boolean {
    const { auth } = this.definition;
    if (auth.type === 'login') return headers[auth.header.toLowerCase()] === `${auth.prefix}fake-token-${this.token}`;
    if (auth.type === 'oauth2') return headers['authorization'] === `Bearer fake-token-${this.token}`;
    if (this.credentials === undefined) return true;
    const given = auth.type === 'api-key' ? (auth.in === 'query' ? query.get(auth.name) : headers[auth.name.toLowerCase()]) : headers['authorization'];
    const plain = auth.type === 'basic' ? Buffer.from((given ?? '').replace(/^Basic /, ''), 'base64').toString('utf8') : given ?? '';
    return plain.includes(this.credentials);
  }
}

function ofOtherKinds(body: Json): Json {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'wrong';
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, typeof value === 'string' ? { wrong: 1 } : 'wrong']));
}

function nameOf({ object, does, method, path }: FakeRoute): string {
  // Jobs of all objects may have one path, and do not tell whose they are.
  return `${does === 'job' ? '' : `${object}, `}${does}: ${method} ${path}`;
}

/** A batch that begins a job is answered with its id; the results come with the job. */
function answerJob(batch: { readonly job?: { readonly id: string; readonly done: Parameters<typeof satisfy>[1] } }, whole: FakeAnswer, kept: Map<string, FakeAnswer>): FakeAnswer {
  if (batch.job === undefined || whole.body === undefined) return whole;
  kept.set('job', whole);
  return { status: 200, body: satisfy(put({}, batch.job.id, 'job-1'), batch.job.done, false) };
}

function holds(raw: Json, fields: JsonObject, { field, value }: { readonly field: string; readonly value: string | undefined }): boolean {
  if (value === undefined) return true;
  return [at(fields, field), at(raw, field)].some((found) => JSON.stringify(found ?? null).toLowerCase().includes(JSON.stringify(value).slice(1, -1).toLowerCase()));
}

function parseBody(headers: Readonly<Record<string, string>>, text: string, nestedJson: boolean): Json | undefined {
  if (text === '') return undefined;
  return headers['content-type']?.includes('urlencoded') === true ? parseForm(text, nestedJson) : JSON.parse(text) as Json;
}

async function bodyText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, body, headers }: FakeAnswer): void {
  if (body === undefined) response.writeHead(status, headers).end();
  else response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
