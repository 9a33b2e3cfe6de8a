import type { Dispatcher } from 'undici';
import type { Json } from '../../contracts/json.js';
import { SystemError } from '../../contracts/system-error.js';
import { classifyFailure, classifyStatus } from '../classify.js';
import { exchange, ExchangeFailure, type RawAnswer, type RawRequest } from '../exchange.js';
import { whatHappened, type FailureMaker } from '../failure.js';
import { judgeSituation, type Situation } from '../outcome-table.js';
import { parseJson } from '../parse-json.js';
import { readBody } from '../read-body.js';
import { pathOnly } from '../request-url.js';
import { retryAfterMs } from '../retry-after-header.js';
import { GrantRefusedError } from './account-store.js';
import { UnusableTokenError } from './token-answer.js';

/** TokenEndpoint is what is needed to ask for a token. */
export interface TokenEndpoint {
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
  readonly fail: FailureMaker;
}

/** ReadRefusal reads what an error means: refused for good, or `may-pass`; undefined where it is not known. */
export type ReadRefusal = (answer: Json) => GrantRefusedError | 'may-pass' | undefined;

/** A token answer is a few hundred bytes; the largest JWTs have some ten thousand. */
const maxTokenAnswerBytes = 65_536;

const neverAborted = new AbortController().signal;

/**
 * fetchToken asks for a token. It belongs to no single caller, so only its own deadline ends it. Throws SystemError: for a
 * refusal `authentication-failed`, and for what may pass, such as a timeout or a 503, what the outcome table says of reads.
 * What `readRefusal` makes of the body of a 400, 401 or 403, or of a 200 that holds no token, is thrown instead.
 */
export async function fetchToken<Result>(
  endpoint: TokenEndpoint, request: RawRequest, readToken: (answer: Json) => Result, readRefusal?: ReadRefusal,
): Promise<Result> {
  const name = `${request.method} ${pathOnly(request.path)}`;
  let status: number | null = null;
  let waitMs: number | null = null;
  try {
    const answer = await exchange(endpoint.dispatcher, request, { timeoutMs: endpoint.timeoutMs, maxBytes: maxTokenAnswerBytes, signal: neverAborted });
    status = answer.status;
    const situation = classifyStatus(status);
    if (situation !== undefined) {
      waitMs = retryAfterMs(answer.headers, Date.now());
      const refusal = status === 400 || status === 401 || status === 403 ? await bodyOf(answer, readRefusal) : undefined;
      throw refusal instanceof GrantRefusedError ? refusal : refused(endpoint, name, refusal === 'may-pass' ? 'unavailable' : situation, status, waitMs);
    }
    const body = parseJson(await readBody(answer.body, answer.headers, maxTokenAnswerBytes));
    try {
      return readToken(body);
    } catch (error) {
      const refusal = readRefusal?.(body);
      if (refusal === undefined) throw error;
      throw refusal === 'may-pass' ? refused(endpoint, name, 'unavailable', status, waitMs) : refusal;
    }
  } catch (error) {
    if (error instanceof GrantRefusedError) throw error;
    if (error instanceof UnusableTokenError) {
      throw endpoint.fail({ outcome: 'fail', code: 'authentication-failed', what: `was answered with a token that cannot be used: ${error.message}`, request: name, status });
    }
    if (error instanceof ExchangeFailure) status = error.answer?.status ?? null;
    throw error instanceof SystemError ? error : refused(endpoint, name, classifyFailure(error), status, waitMs);
  }
}

async function bodyOf(answer: RawAnswer, read: ReadRefusal | undefined): Promise<ReturnType<ReadRefusal>> {
  if (read === undefined) return undefined;
  try {
    return read(parseJson(await readBody(answer.body, answer.headers, maxTokenAnswerBytes)));
  } catch {
    return undefined;
  }
}

// No excerpt: an answer of a token endpoint may hold the token.
function refused(endpoint: TokenEndpoint, request: string, situation: Situation, status: number | null, waitMs: number | null): SystemError {
  const judgement = judgeSituation(situation, 'list');
  const passing = judgement.outcome === 'retry' || judgement.outcome === 'rate-limited';
  const final = !passing && judgement.code !== 'certificate-invalid' && judgement.code !== 'address-refused' && judgement.code !== 'redirect' && judgement.code !== 'too-large';
  return endpoint.fail({
    outcome: passing ? judgement.outcome : 'fail',
    code: final ? 'authentication-failed' : judgement.code,
    what: whatHappened(situation, status, ''),
    request,
    status,
    retryAfterMs: waitMs,
  });
}
