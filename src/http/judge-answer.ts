import type { Json } from '../contracts/json.js';
import type { SystemError, SystemErrorCode } from '../contracts/system-error.js';
import type { HttpAnswer, HttpRequest, HttpVerdict } from './client-types.js';
import { classifyAnswer, classifyFailure, classifyStatus } from './classify.js';
import { ExchangeFailure, type RawAnswer } from './exchange.js';
import { whatHappened, type FailureMaker } from './failure.js';
import { AddressRefused } from './guarded-connect.js';
import { headerText, type ResponseHeaders } from './header-text.js';
import { codeOfRule, firstRule, type AnswerFacts, type CompiledRule } from './outcome-rules.js';
import { judgeSituation, type BadOutcome, type Operation, type Situation } from './outcome-table.js';
import { NotJsonError, parseJson } from './parse-json.js';
import { readBody } from './read-body.js';
import { retryAfterMs } from './retry-after-header.js';

/** RawVerdict is a verdict in which a refused token is not dealt with yet. */
export type RawVerdict = Extract<HttpVerdict, { outcome: 'ok' }> | BadVerdict;

/** BadVerdict is the verdict on a request that did not succeed. */
export interface BadVerdict {
  readonly outcome: BadOutcome;
  readonly error: SystemError;
  readonly answer: HttpAnswer | null;
}

/** Asked is a request as far as its judgement is concerned; `name` is `GET /contacts`. */
export interface Asked {
  readonly request: HttpRequest;
  readonly operation: Operation;
  readonly name: string;
}

/** Judge reads what came of requests, by the rules of a system first and the outcome table second. */
export interface Judge {
  /** answer judges an answer; `url` is that of the request, without its query. */
  answer(raw: RawAnswer, asked: Asked, url: string): Promise<RawVerdict>;
  /** failure judges an exception. */
  failure(error: unknown, asked: Pick<Asked, 'operation' | 'name'>): BadVerdict;
  /** part judges a part of an answer; undefined where nothing is wrong with it. */
  part(facts: AnswerFacts, operation: Operation, name: string): BadVerdict | undefined;
}

/** createJudge makes the judge of a system; `maxBytes` is the cap on a decoded body. */
export function createJudge(rules: readonly CompiledRule[], fail: FailureMaker, maxBytes: number, timeoutMs: number): Judge {
  const make = (outcome: BadOutcome, code: SystemErrorCode, what: string, name: string, known: KnownAnswer): BadVerdict => {
    const waitMs = known.headers === undefined ? null : retryAfterMs(known.headers, Date.now());
    const error = fail({ outcome, code, what, request: name, status: known.status, retryAfterMs: waitMs, text: known.text?.() ?? null, cause: known.cause });
    return { outcome, error, answer: known.answer ?? null };
  };
  const byTable = (situation: Situation, operation: Operation, name: string, known: KnownAnswer): BadVerdict => {
    const { outcome, code } = judgeSituation(situation, operation);
    return make(outcome, code, whatHappened(situation, known.status, known.detail ?? ''), name, known);
  };
  /** `ok` where a rule says so, undefined where no rule fits. */
  const byRule = (facts: AnswerFacts, name: string, known: KnownAnswer): BadVerdict | 'ok' | undefined => {
    const rule = firstRule(rules, facts);
    if (rule === undefined) return undefined;
    if (rule.outcome === 'ok') return 'ok';
    const what = `was answered with ${facts.status ?? 'a result'}: ${rule.message ?? `a rule reads this answer as ${rule.outcome}`}`;
    return make(rule.outcome, codeOfRule(rule.outcome), what, name, known);
  };

  return {
    async answer(raw, { request, operation, name }, url) {
      const { status, headers } = raw;
      const situation = classifyAnswer(status, headers);
      let bytes: Buffer;
      try {
        bytes = await readBody(raw.body, headers, maxBytes);
      } catch (error) {
        const worse = situation ?? classifyFailure(error);
        return byTable(worse, operation, name, { status, headers, detail: error instanceof Error ? error.message : '' });
      }
      const { json, problem } = tryJson(bytes);
      const text = lazily(() => bytes.toString('utf8'));
      const answer: HttpAnswer = { status, headers, url, json, text: json === undefined ? text() : undefined };
      const known: KnownAnswer = { status, headers, answer, text };
      const ruled = rules.length === 0 ? undefined : byRule({ status, json, text }, name, known);
      if (ruled !== undefined) return ruled === 'ok' ? { outcome: 'ok', answer } : ruled;
      if (situation !== undefined) return byTable(situation, operation, name, known);
      const missing = json === undefined ? missingJson(request, answer, problem) : undefined;
      return missing === undefined ? { outcome: 'ok', answer } : byTable('not-json', operation, name, { ...known, detail: missing });
    },
    failure(error, { operation, name }) {
      const situation = classifyFailure(error);
      const failure = error instanceof ExchangeFailure ? error : undefined;
      return byTable(situation, operation, name, {
        status: failure?.answer?.status ?? null,
        detail: situation.startsWith('timeout') ? `${timeoutMs} ms` : refusalIn(failure?.cause) ?? codeOf(failure?.cause),
        ...(failure?.answer == null ? {} : { headers: failure.answer.headers }),
        // Of the causes only the caller's own reason is kept: those of the network may quote the answer.
        ...(failure?.kind === 'aborted' ? { cause: failure.cause } : {}),
      });
    },
    part(facts, operation, name) {
      const known: KnownAnswer = { status: facts.status, text: () => facts.text() };
      const ruled = byRule(facts, name, known);
      if (ruled !== undefined) return ruled === 'ok' ? undefined : ruled;
      const situation = facts.status === null ? facts.situation : classifyStatus(facts.status);
      return situation === undefined ? undefined : byTable(situation, operation, name, known);
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

function tryJson(bytes: Buffer): { readonly json?: Json; readonly problem?: NotJsonError } {
  if (bytes.length === 0) return {};
  try {
    return { json: parseJson(bytes) };
  } catch (error) {
    return { problem: error instanceof NotJsonError ? error : new NotJsonError('not JSON') };
  }
}

/** Why a success without JSON cannot be used; undefined where it can. */
function missingJson(request: HttpRequest, answer: HttpAnswer, problem: NotJsonError | undefined): string | undefined {
  const optional = request.answer === 'optional';
  if (problem === undefined) return optional || answer.status === 204 || answer.status === 205 ? undefined : 'empty';
  // An HTML page with a success status is a log-in page or a proxy's, never the word of the system itself.
  const html = /html/i.test(headerText(answer.headers, 'content-type') ?? '') || /^\uFEFF?\s*</.test(answer.text ?? '');
  if (html) return 'an HTML page';
  return optional ? undefined : problem.message;
}

/** What was refused of a connection: it is ours, and holds nothing of an answer. */
function refusalIn(cause: unknown): string | undefined {
  const each = cause instanceof AggregateError ? cause.errors : [cause];
  return each.find((error): error is AddressRefused => error instanceof AddressRefused)?.why;
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
