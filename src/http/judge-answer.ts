import type { Json } from '../contracts/json.js';
import type { SystemError, SystemErrorCode } from '../contracts/system-error.js';
import type { HttpAnswer, HttpRequest, HttpVerdict } from './client-types.js';
import { classifyFailure, classifyStatus } from './classify.js';
import { ExchangeFailure, type RawAnswer } from './exchange.js';
import { whatHappened, type FailureMaker } from './failure.js';
import { headerText, type ResponseHeaders } from './header-text.js';
import { codeOfRule, firstRule, type AnswerFacts, type CompiledRule } from './outcome-rules.js';
import { judgeSituation, type Operation, type Situation } from './outcome-table.js';
import { NotJsonError, parseJson } from './parse-json.js';
import { readBody } from './read-body.js';
import { retryAfterMs } from './retry-after-header.js';

/** RawVerdict is a verdict in which a refused token is not dealt with yet. */
export type RawVerdict = HttpVerdict | { readonly outcome: 'refresh-token'; readonly error: SystemError; readonly answer: HttpAnswer | null };

/** Judge reads what came of requests, by the rules of a system first and the outcome table second. */
export interface Judge {
  answer(raw: RawAnswer, request: HttpRequest, operation: Operation, name: string): Promise<RawVerdict>;
  failure(error: unknown, operation: Operation, name: string): RawVerdict;
  facts(facts: AnswerFacts, operation: Operation, name: string): { readonly outcome: 'ok' } | Exclude<RawVerdict, { outcome: 'ok' }>;
}

/** createJudge makes the judge of a system; `maxBytes` is the cap on a decoded body. */
export function createJudge(rules: readonly CompiledRule[], fail: FailureMaker, maxBytes: number, timeoutMs: number): Judge {
  const failed = (situation: Situation, operation: Operation, name: string, known: KnownAnswer): Exclude<RawVerdict, { outcome: 'ok' }> => {
    const { outcome, code } = judgeSituation(situation, operation);
    // Only a success is `ok` in the table, and a success gets here only after its body proved unusable.
    const bad = outcome === 'ok' ? 'retry' : outcome;
    return { outcome: bad, answer: known.answer ?? null, error: make(bad, code, whatHappened(situation, known.status, known.detail ?? ''), name, known) };
  };
  const make = (outcome: Exclude<RawVerdict['outcome'], 'ok'>, code: SystemErrorCode, what: string, name: string, known: KnownAnswer): SystemError =>
    fail({
      outcome, code, what, request: name,
      status: known.status,
      retryAfterMs: known.headers === undefined ? null : retryAfterMs(known.headers, Date.now()),
      text: known.text?.() ?? null,
      cause: known.cause,
    });
  const byRule = (facts: AnswerFacts, name: string, known: KnownAnswer): { readonly outcome: 'ok' } | Exclude<RawVerdict, { outcome: 'ok' }> | undefined => {
    const rule = firstRule(rules, facts);
    if (rule === undefined) return undefined;
    if (rule.outcome === 'ok') return { outcome: 'ok' };
    const what = `was answered with ${facts.status ?? 'a result'}: ${rule.message ?? `a rule reads this answer as ${rule.outcome}`}`;
    return { outcome: rule.outcome, answer: known.answer ?? null, error: make(rule.outcome, codeOfRule(rule.outcome), what, name, known) };
  };

  return {
    async answer(raw, request, operation, name) {
      const situation = classifyStatus(raw.status);
      let bytes: Buffer;
      try {
        bytes = await readBody(raw.body, raw.headers, maxBytes);
      } catch (error) {
        return failed(situation === 'success' ? classifyFailure(error) : situation, operation, name, { status: raw.status, headers: raw.headers, detail: messageOf(error) });
      }
      let json: Json | undefined;
      let problem: NotJsonError | undefined;
      try {
        if (bytes.length > 0) json = parseJson(bytes);
      } catch (error) {
        problem = error instanceof NotJsonError ? error : new NotJsonError('not JSON');
      }
      const text = lazily(() => bytes.toString('utf8'));
      const answer: HttpAnswer = { status: raw.status, headers: raw.headers, json, get text() { return json === undefined ? text() : undefined; } };
      const known: KnownAnswer = { status: raw.status, headers: raw.headers, answer, text };
      const ruled = byRule({ status: raw.status, json, text }, name, known);
      if (ruled !== undefined) return ruled.outcome === 'ok' ? { outcome: 'ok', answer } : ruled;
      if (situation !== 'success') return failed(situation, operation, name, known);
      const unusable = json === undefined ? missingJson(request, raw, problem, text) : undefined;
      return unusable === undefined ? { outcome: 'ok', answer } : failed('not-json', operation, name, { ...known, detail: unusable });
    },
    failure(error, operation, name) {
      const situation = classifyFailure(error);
      const head = error instanceof ExchangeFailure ? error.answer : null;
      return failed(situation, operation, name, {
        status: head?.status ?? null,
        detail: situation.startsWith('timeout') ? `${timeoutMs} ms` : transportCode(error),
        ...(head === null ? {} : { headers: head.headers }),
        ...(situation.startsWith('aborted') && error instanceof ExchangeFailure ? { cause: error.cause } : {}),
      });
    },
    facts(facts, operation, name) {
      const known: KnownAnswer = { status: facts.status, text: facts.text };
      const ruled = byRule(facts, name, known);
      if (ruled !== undefined) return ruled;
      const situation = facts.status === null ? 'success' : classifyStatus(facts.status);
      return situation === 'success' ? { outcome: 'ok' } : failed(situation, operation, name, known);
    },
  };
}

/** KnownAnswer is as much of an answer as there was. */
interface KnownAnswer {
  readonly status: number | null;
  readonly headers?: ResponseHeaders;
  readonly answer?: HttpAnswer;
  readonly text?: () => string;
  readonly detail?: string;
  readonly cause?: unknown;
}

/** Why a success without JSON cannot be used; undefined where it can. */
function missingJson(request: HttpRequest, raw: RawAnswer, problem: NotJsonError | undefined, text: () => string): string | undefined {
  if (problem === undefined) return request.answer === 'optional' || raw.status === 204 || raw.status === 205 ? undefined : 'empty';
  // An HTML page with a success status is a log-in page or a proxy's, never the word of the system itself.
  const html = /html/i.test(headerText(raw.headers, 'content-type') ?? '') || /^\s*</.test(text().replace(/^\uFEFF/, ''));
  if (html) return 'an HTML page';
  return request.answer === 'optional' ? undefined : problem.message;
}

function transportCode(error: unknown): string {
  const cause = error instanceof ExchangeFailure ? error.cause : error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
