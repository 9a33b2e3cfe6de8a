import type { Dispatcher } from 'undici';
import type { Budget, Permit } from '../contracts/budget.js';
import type { SystemDefinition } from '../contracts/system-definition.js';
import { SystemError } from '../contracts/system-error.js';
import { createTokenSource } from './auth/create-token-source.js';
import type { OutgoingRequest } from './auth/token-source.js';
import type { HttpClient, HttpRequest, HttpVerdict } from './client-types.js';
import { createCredentials } from './credentials.js';
import { exchange, ExchangeFailure, type RawAnswer } from './exchange.js';
import { createFailureMaker } from './failure.js';
import { createJudge, type RawVerdict } from './judge-answer.js';
import { compileRules } from './outcome-rules.js';
import type { Operation } from './outcome-table.js';
import { rateLimitWaitMs } from './rate-limit-wait.js';
import { acceptedEncodings } from './read-body.js';
import { joinPath, parseBaseUrl, pathOnly } from './request-url.js';
import type { SecretRegister } from './secret-register.js';

/** HttpLog is the part of a pino logger that the client uses. */
export interface HttpLog {
  debug(fields: object, message: string): void;
  isLevelEnabled?(level: 'debug'): boolean;
}

/** HttpClientDependencies is what a client works with; it closes none of it. */
export interface HttpClientDependencies {
  readonly dispatcher: Dispatcher;
  readonly budget: Budget;
  /** Resolves the references of a text of the definition; throws, naming the reference, where it cannot. */
  readonly resolve: (text: string) => string;
  /** Secrets that never appear in messages, excerpts and logs; the client adds those it meets. */
  readonly secrets: SecretRegister;
  readonly log: HttpLog;
  /** How long one request may wait for rate limits, in all, before it is given back as rate-limited. Default: 30,000. */
  readonly maxRateLimitWaitMs?: number;
  /** A number from 0 to 1, for jitter. Default: Math.random. */
  readonly random?: () => number;
}

/**
 * createHttpClient makes the client that every request to a system goes through: budget, credentials, one total deadline,
 * a cap on the answer, no redirects, one replay after a refused token, and repeats after a 429. Each outcome is judged by
 * the rules of the definition and the outcome table.
 */
export function createHttpClient(definition: SystemDefinition, dependencies: HttpClientDependencies): HttpClient {
  const { dispatcher, budget, secrets, log, maxRateLimitWaitMs = 30_000, random = Math.random } = dependencies;
  const { timeoutMs, maxResponseBytes } = definition.limits;
  const fail = createFailureMaker(definition.system, (text) => secrets.redact(text));
  const credentials = createCredentials(dependencies.resolve, secrets, fail);
  const judge = createJudge(compileRules(definition.outcomes), fail, maxResponseBytes, timeoutMs);
  const base = () => {
    try {
      return parseBaseUrl(credentials.plain(definition.baseUrl));
    } catch (error) {
      if (error instanceof SystemError) throw error;
      const why = error instanceof Error ? error.message : 'the base URL cannot be read';
      throw fail({ outcome: 'fail', code: 'missing-secret', what: `cannot be sent: ${why}`, request: 'requests' });
    }
  };
  const locate = (url: string): { origin: string; path: string } => {
    const text = credentials.plain(url);
    if (!/^https?:\/\//i.test(text)) return { origin: base().origin, path: joinPath(base().prefix, text, {}) };
    const { origin, pathname, search } = new URL(text);
    return { origin, path: pathname + search };
  };
  const tokens = createTokenSource(definition.auth, credentials, { dispatcher, timeoutMs, fail }, locate);
  const ownHeaders = Object.entries(definition.headers).map(([name, value]) => [name.toLowerCase(), value] as const);

  /** One request on the wire, and the generation of the token it was sent with. */
  const attempt = async (request: HttpRequest, operation: Operation, name: string): Promise<{ verdict: RawVerdict; generation: number }> => {
    let generation = 0;
    let raw: RawAnswer;
    try {
      const headers: Record<string, string> = { accept: 'application/json', 'accept-encoding': acceptedEncodings };
      if (request.body !== undefined) headers['content-type'] = 'application/json';
      for (const [header, value] of ownHeaders) headers[header] = credentials.read(value);
      const outgoing: OutgoingRequest = { headers: Object.assign(headers, request.headers), query: { ...request.query } };
      generation = await tokens.apply(outgoing, request.signal);
      const { origin, prefix } = base();
      const path = request.fromRoot === undefined ? joinPath(prefix, request.path, outgoing.query) : joinPath('', request.fromRoot, outgoing.query);
      const body = request.body === undefined ? null : JSON.stringify(request.body);
      raw = await exchange(dispatcher, { origin, path, method: request.method, headers, body }, { timeoutMs, maxBytes: maxResponseBytes, signal: request.signal });
    } catch (error) {
      return { verdict: notAnswered(error, request, operation, name), generation };
    }
    return { verdict: await judge.answer(raw, request, operation, name), generation };
  };
  const notAnswered = (error: unknown, request: HttpRequest, operation: Operation, name: string): RawVerdict => {
    if (error instanceof SystemError) return given(error);
    if (error instanceof ExchangeFailure) return judge.failure(error, operation, name);
    // The signal's own reason, from a wait for a token.
    if (request.signal.aborted) return judge.failure(new ExchangeFailure('aborted', false, null, request.signal.reason), operation, name);
    throw error;
  };

  const send = async (request: HttpRequest): Promise<HttpVerdict> => {
    const operation = request.operation ?? (request.method === 'GET' ? 'list' : request.method === 'POST' ? 'create' : 'change');
    const name = `${request.method} ${pathOnly(request.fromRoot ?? request.path)}`;
    let refreshed = false;
    let waitedMs = 0;
    for (let count = 1; ; count++) {
      const permit = await acquire(request, operation, name);
      if ('outcome' in permit) return permit;
      const startedAt = performance.now();
      let result: Awaited<ReturnType<typeof attempt>>;
      try {
        result = await attempt(request, operation, name);
      } finally {
        permit.release();
      }
      const { verdict } = result;
      if (log.isLevelEnabled?.('debug') !== false) logRequest(request, verdict, startedAt, count);
      if (verdict.outcome === 'refresh-token') {
        if (refreshed || tokens.refresh === undefined) return refused(verdict);
        refreshed = true;
        try {
          await tokens.refresh(result.generation, request.signal);
        } catch (error) {
          return withoutRefresh(notAnswered(error, request, operation, name));
        }
      } else if (verdict.outcome === 'rate-limited') {
        const waitMs = rateLimitWaitMs(verdict.error.detail.retryAfterMs, random());
        budget.close(Date.now() + waitMs);
        if (waitedMs + waitMs > maxRateLimitWaitMs) return waiting(verdict, waitMs);
        // The system refused it unread, so repeating it is safe for writes as well; the closed budget makes it wait.
        waitedMs += waitMs;
      } else return verdict;
    }
  };

  const acquire = async (request: HttpRequest, operation: Operation, name: string): Promise<Permit | HttpVerdict> => {
    try {
      return await budget.acquire(request.purpose, request.signal);
    } catch (error) {
      if (!request.signal.aborted) throw error;
      return withoutRefresh(judge.failure(new ExchangeFailure('aborted', false, null, request.signal.reason), operation, name));
    }
  };
  const logRequest = (request: HttpRequest, verdict: RawVerdict, startedAt: number, count: number): void => {
    const status = verdict.outcome === 'ok' ? verdict.answer.status : verdict.error.detail.status;
    const ms = Math.round(performance.now() - startedAt);
    const path = secrets.redact(pathOnly(request.fromRoot ?? request.path));
    log.debug({ system: definition.system, method: request.method, path, status, outcome: verdict.outcome, ms, attempt: count }, 'request');
  };
  const refused = (verdict: Extract<RawVerdict, { outcome: 'refresh-token' }>): HttpVerdict => {
    const { detail, message } = verdict.error;
    const error = new SystemError(message, { ...detail, outcome: 'fail', code: 'authentication-failed' });
    return { outcome: 'fail', error, answer: verdict.answer };
  };
  const withoutRefresh = (verdict: RawVerdict): HttpVerdict => (verdict.outcome === 'refresh-token' ? refused(verdict) : verdict);

  return {
    system: definition.system,
    send,
    async request(request) {
      const verdict = await send(request);
      if (verdict.outcome === 'ok') return verdict.answer;
      throw verdict.error;
    },
    judge(facts, operation, name) {
      const verdict = judge.facts(facts, operation, name);
      return verdict.outcome === 'ok' ? verdict : (withoutRefresh(verdict) as Exclude<HttpVerdict, { outcome: 'ok' }>);
    },
    failed: ({ answer, ...facts }) => fail({ ...facts, status: answer?.status ?? null, text: answer === undefined ? null : answer.text ?? JSON.stringify(answer.json) ?? null }),
    resolve: (text) => credentials.plain(text),
  };
}
