import type { Dispatcher } from 'undici';
import type { Budget, Permit } from '../contracts/budget.js';
import type { CountRequest } from '../contracts/api-usage.js';
import type { CircuitShare } from '../contracts/circuit.js';
import type { RestSystemDefinition } from '../contracts/system-definition.js';
import { SystemError } from '../contracts/system-error.js';
import { reconnectWaitMs, type AccountStore } from './auth/account-store.js';
import { createTokenSource } from './auth/create-token-source.js';
import type { HttpClient, HttpRequest, HttpVerdict } from './client-types.js';
import { createCircuitBreaker, noCircuit } from './circuit-breaker.js';
import { circuitResult } from './circuit-result.js';
import { createCredentials } from './credentials.js';
import { exchange, ExchangeFailure, type RawAnswer, type RawRequest } from './exchange.js';
import { createFailureMaker } from './failure.js';
import { createJudge, type Asked, type BadVerdict, type RawVerdict } from './judge-answer.js';
import { deprecationNotice, type DeprecationNotice } from './deprecation-notice.js';
import { headerText } from './header-text.js';
import { compileRules } from './outcome-rules.js';
import type { Operation } from './outcome-table.js';
import { createRateLimitBan, type Admission } from './rate-limit-ban.js';
import { rateLimitWaitMs } from './rate-limit-wait.js';
import { pathOnly } from './request-url.js';
import type { SecretRegister } from './secret-register.js';
import { createRequestSigner } from './signing/request-signer.js';
import { storedTexts, type StoredSecrets } from './stored-secrets.js';
import { heedVendorLimits } from './vendor-limits.js';
import { usageOutcome } from './usage-outcome.js';
import { waitUntil } from './wait-until.js';
import { createWireRequests } from './wire-request.js';

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
  /** Keeps the tokens of accounts that people have connected; without it, systems with such an account cannot be reached. */
  readonly accounts?: AccountStore;
  /** Secrets in stores such as Vault; without it, systems that name some cannot be reached. */
  readonly storedSecrets?: StoredSecrets;
  /** How long one request may wait for rate limits, in all, before it is given back as rate-limited. Default: 30,000. */
  readonly maxRateLimitWaitMs?: number;
  /** Told what the clock of the system showed with an answer, epoch milliseconds, right to a second. */
  readonly onClock?: (system: string, shownMs: number) => void;
  /** What workers tell each other about systems that fail; without it each process goes by what it knows itself. */
  readonly circuitShare?: CircuitShare;
  /** Counts each request that was sent. */
  readonly onRequest?: CountRequest;
  /** Told of answers that announce the end of what was asked: RFC 9745 (Deprecation), RFC 8594 (Sunset). */
  readonly onDeprecation?: (system: string, notice: DeprecationNotice) => void;
  /** A number from 0 to 1, for jitter. Default: Math.random. */
  readonly random?: () => number;
}

/**
 * createHttpClient makes the client that every request to a system goes through: budget, credentials, one total deadline,
 * a cap on the answer, no redirects, one replay after a refused token, and repeats after a 429. Each outcome is judged by
 * the rules of the definition and the outcome table.
 */
export function createHttpClient(definition: RestSystemDefinition, dependencies: HttpClientDependencies): HttpClient {
  const { dispatcher, budget, secrets, log, maxRateLimitWaitMs = 30_000, random = Math.random } = dependencies;
  const { timeoutMs, maxResponseBytes, settleMs } = definition.limits;
  // Whoever takes a write over believes after the settle time that it was not sent.
  const sendWithinMs = Math.max(settleMs / 2, 1_000);
  const fail = createFailureMaker(definition.system, (text) => secrets.redact(text));
  const credentials = createCredentials(dependencies.resolve, secrets, fail);
  const judge = createJudge(compileRules(definition.outcomes), fail, maxResponseBytes, timeoutMs);
  const wire = createWireRequests(definition, credentials, fail);
  const sign = createRequestSigner(definition.signing, credentials, fail);
  const tokens = createTokenSource(definition.auth, credentials, { dispatcher, timeoutMs, fail }, (url) => wire.locate(url), { system: definition.system, accounts: dependencies.accounts });

  const stored = storedTexts(definition);
  const storedSecrets = stored.length === 0 ? undefined : dependencies.storedSecrets;

  const ban = createRateLimitBan();
  const { circuitShare: share, onRequest } = dependencies;
  const circuit = definition.circuit === undefined ? noCircuit : createCircuitBreaker(definition.circuit, { probeMs: timeoutMs + 5_000, ...(share === undefined ? {} : { share }) });

  /** One request on the wire, and the generation of the token it was sent with. */
  const attempt = async (asked: Asked): Promise<{ readonly verdict: RawVerdict; readonly generation: number }> => {
    const { request } = asked;
    let generation = 0;
    let sent: RawRequest;
    let raw: RawAnswer;
    try {
      if (storedSecrets !== undefined) await readyOrFail(storedSecrets, asked);
      const outgoing = wire.open(request);
      generation = await tokens.apply(outgoing, request.signal);
      sent = await sign(wire.close(request, outgoing));
      const why = await heldBack(request);
      if (why !== undefined) return { verdict: calledOff(asked, why), generation };
      raw = await exchange(dispatcher, sent, { timeoutMs, maxBytes: maxResponseBytes, signal: request.signal, ...(request.beforeSend === undefined ? {} : { sendWithinMs }) });
    } catch (error) {
      return { verdict: unanswered(error, asked), generation };
    }
    const date = Date.parse(headerText(raw.headers, 'date') ?? '');
    // The header has whole seconds (RFC 9110, 6.6.1): the clock stood half a second later on the average.
    if (!Number.isNaN(date)) dependencies.onClock?.(definition.system, date + 500);
    if (definition.limits.headers !== undefined) heedVendorLimits(budget, raw.headers, definition.limits.headers, Date.now());
    const notice = dependencies.onDeprecation === undefined ? undefined : deprecationNotice(raw.headers, asked.name);
    if (notice !== undefined) dependencies.onDeprecation?.(definition.system, notice);
    return { verdict: await judge.answer(raw, asked, sent.origin + pathOnly(sent.path)), generation };
  };

  const readyOrFail = async (source: StoredSecrets, { name }: Asked): Promise<void> => {
    await source.ready(stored);
    if (!source.isUnavailable(stored)) return;
    throw fail({ outcome: 'retry', code: 'missing-secret', what: 'cannot be sent: the store of its secrets does not answer', request: name });
  };
  const calledOff = (asked: Asked, why: string): RawVerdict => ({
    outcome: 'retry',
    answer: null,
    error: fail({ outcome: 'retry', code: 'aborted', what: `was not sent: ${why}`, request: asked.name }),
  });
  const leftAlone = (asked: Asked, reason: string, waitMs: number): RawVerdict => ({
    outcome: 'rate-limited',
    answer: null,
    error: fail({ outcome: 'rate-limited', code: 'circuit-open', what: `was not sent: the system is left alone, since ${reason}`, request: asked.name, retryAfterMs: waitMs }),
  });
  const unanswered = (error: unknown, asked: Asked): RawVerdict => {
    if (error instanceof SystemError) return { outcome: error.detail.outcome, error, answer: null };
    if (error instanceof ExchangeFailure) return judge.failure(error, asked);
    if (asked.request.signal.aborted) return aborted(asked);
    throw error;
  };
  const disconnected = (asked: Asked, { error, answer }: BadVerdict): BadVerdict => ({
    outcome: 'reconnect-needed',
    error: fail({
      outcome: 'reconnect-needed', code: 'reconnect-needed', request: asked.name, status: error.detail.status, retryAfterMs: reconnectWaitMs,
      what: `was refused: ${whyRefused({ error })}. Run "crosswalk authorize ${definition.system}".`,
    }),
    answer,
  });
  const aborted = (asked: Asked): RawVerdict => judge.failure(new ExchangeFailure('aborted', false, null, asked.request.signal.reason), asked);

  const send = async (request: HttpRequest): Promise<HttpVerdict> => {
    const asked: Asked = { request, operation: request.operation ?? operationOf(request), name: `${request.method} ${pathOnly(request.fromRoot ?? request.path)}` };
    let refreshed = false;
    let reconnected = false;
    let reread = false;
    // A secret that was rotated at its store is refused by the system before it is out of date here.
    const isRotated = async (verdict: RawVerdict): Promise<boolean> => {
      if (reread || storedSecrets === undefined || !isRefusedCredential(verdict)) return false;
      reread = true;
      return storedSecrets.reread(stored);
    };
    let waitedMs = 0;
    for (let count = 1; ; count++) {
      const pass = await circuit.admit();
      if (pass.kind === 'open') {
        waitedMs += pass.waitMs;
        if (waitedMs > maxRateLimitWaitMs) return final(leftAlone(asked, pass.reason, pass.waitMs));
        if (await waitUntil(pass.waitMs, request.signal)) continue;
        return final(aborted(asked));
      }
      const leave = await leaveFor(request);
      if (leave === undefined) {
        circuit.report(pass, 'unclear', '');
        return final(aborted(asked));
      }
      const { permit, admission } = leave;
      const startedAt = performance.now();
      let result: Awaited<ReturnType<typeof attempt>> | undefined;
      let waitMs = 0;
      try {
        result = await attempt(asked);
        if (result.verdict.outcome === 'rate-limited') {
          waitMs = rateLimitWaitMs(result.verdict.error.detail.retryAfterMs, random(), ban.limited(admission));
          // Before the permit goes back, or the next caller would run into the same limit.
          budget.close(Date.now() + waitMs);
        }
      } finally {
        if (result?.verdict.outcome !== 'rate-limited') ban.settled(admission, result?.verdict.answer != null);
        permit.release();
        if (result === undefined) circuit.report(pass, 'unclear', '');
      }
      const { verdict } = result;
      const { result: health, reason } = circuitResult(verdict);
      circuit.report(pass, health, reason);
      const counted = onRequest === undefined ? undefined : usageOutcome(verdict);
      if (counted !== undefined) onRequest?.(definition.system, request.purpose, counted);
      logAttempt(asked, verdict, startedAt, count);
      if (verdict.outcome === 'refresh-token' && !refreshed && tokens.refresh !== undefined) {
        refreshed = true;
        try {
          await tokens.refresh(result.generation, request.signal);
        } catch (error) {
          const failure = unanswered(error, asked);
          if (!(await isRotated(failure))) return final(failure);
        }
      } else if (await isRotated(verdict)) {
        continue;
      } else if (isRefusedAccount(verdict) && tokens.disconnect !== undefined) {
        try {
          // Replaced: somebody has authorized the account anew since the token was taken.
          const replaced = !(await tokens.disconnect(result.generation, whyRefused(verdict)));
          if (!replaced || reconnected) return final(disconnected(asked, verdict));
          reconnected = true;
        } catch (error) {
          return final(unanswered(error, asked));
        }
      } else if (verdict.outcome === 'rate-limited') {
        waitedMs += waitMs;
        // Refused unread, so repeating it is safe for writes as well; the closed budget makes it wait.
        if (waitedMs > maxRateLimitWaitMs) return final({ ...verdict, error: withDetail(verdict.error, { retryAfterMs: waitMs }) });
      } else return final(verdict);
    }
  };

  /** Undefined where the caller gave up while waiting. */
  const leaveFor = async (request: HttpRequest): Promise<{ readonly permit: Permit; readonly admission: Admission } | undefined> => {
    try {
      for (;;) {
        const permit = await budget.acquire(request.purpose, request.signal);
        const admission = ban.admit();
        if (admission !== undefined) return { permit, admission };
        // The system has answered 429, and one request is on its way to find out whether it still does.
        permit.release();
        await ban.wait(request.signal);
      }
    } catch (error) {
      if (request.signal.aborted) return undefined;
      throw error;
    }
  };
  const logAttempt = (asked: Asked, verdict: RawVerdict, startedAt: number, count: number): void => {
    if (log.isLevelEnabled?.('debug') === false) return;
    const { method, fromRoot, path } = asked.request;
    log.debug({
      system: definition.system, method, path: secrets.redact(pathOnly(fromRoot ?? path)), outcome: verdict.outcome, attempt: count,
      status: verdict.outcome === 'ok' ? verdict.answer.status : verdict.error.detail.status, ms: Math.round(performance.now() - startedAt),
    }, 'request');
  };

  return {
    system: definition.system,
    send,
    async request(request) {
      const verdict = await send(request);
      if (verdict.outcome === 'ok') return verdict.answer;
      throw verdict.error;
    },
    judge: (facts, operation, name) => {
      const verdict = judge.part(facts, operation, name);
      return verdict === undefined ? undefined : final(verdict).error;
    },
    failed: ({ answer, ...facts }) => {
      const text = answer === undefined ? null : answer.text ?? JSON.stringify(answer.json) ?? null;
      return fail({ ...facts, status: answer?.status ?? null, text });
    },
    resolve: (text) => credentials.plain(text),
  };
}

function operationOf(request: HttpRequest): Operation {
  if (request.method === 'GET') return 'list';
  return request.method === 'POST' ? 'create' : 'change';
}

/** Why the caller does not want the request to be sent after all; undefined where it does. */
async function heldBack(request: HttpRequest): Promise<string | undefined> {
  if (request.beforeSend === undefined) return undefined;
  try {
    return (await request.beforeSend()) ? undefined : 'it was called off at the last moment';
  } catch (error) {
    return `it could not be made ready (${error instanceof Error ? error.message : 'unknown error'})`;
  }
}

/** Whether a system has answered that it takes the tokens of an account no more; what was never sent has no answer. */
function isRefusedAccount(verdict: RawVerdict): verdict is BadVerdict {
  return verdict.answer !== null && (verdict.outcome === 'reconnect-needed' || verdict.outcome === 'refresh-token');
}

function isRefusedCredential({ outcome, ...verdict }: RawVerdict): boolean {
  if (outcome === 'ok' || !('error' in verdict)) return false;
  const { status, code } = verdict.error.detail;
  return outcome === 'refresh-token' || code === 'authentication-failed' || status === 401 || status === 403;
}

function whyRefused({ error: { detail } }: Pick<BadVerdict, 'error'>): string {
  if (detail.status === 401) return 'the system refuses an access token that is new';
  return detail.status === 403 ? 'the account lacks a scope that the request needs' : `the system answers with ${detail.status ?? 'a refusal'}`;
}

/** A token that is refused again, cannot be refreshed, or is no account's that a person could authorize, is a failure of the credentials. */
function final(verdict: BadVerdict): Exclude<HttpVerdict, { outcome: 'ok' }>;
function final(verdict: RawVerdict): HttpVerdict;
function final(verdict: RawVerdict): HttpVerdict {
  if (verdict.outcome === 'ok') return verdict;
  const { outcome, error, answer } = verdict;
  const isForPeople = outcome === 'reconnect-needed' && error.detail.code === 'reconnect-needed';
  if (outcome !== 'refresh-token' && (outcome !== 'reconnect-needed' || isForPeople)) return { outcome, error, answer };
  return { outcome: 'fail', error: withDetail(error, { outcome: 'fail', code: 'authentication-failed' }), answer };
}

function withDetail(error: SystemError, changes: Partial<SystemError['detail']>): SystemError {
  return new SystemError(error.message, { ...error.detail, ...changes }, error.cause === undefined ? undefined : { cause: error.cause });
}
