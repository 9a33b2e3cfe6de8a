import { parseRetryAfter } from '../../src/domain/retry-after.js';
import { judgeUrl } from '../../src/egress/judge-url.js';
import type { NetworkRules } from '../../src/egress/network-rules.js';
import { classifyFailure } from '../../src/http/classify.js';
import { createDispatcher } from '../../src/http/create-dispatcher.js';
import { exchange, ExchangeFailure, type RawAnswer } from '../../src/http/exchange.js';
import { headerText } from '../../src/http/header-text.js';
import { forbiddenPlace, NotTaken } from './not-taken.js';

const ANSWER_WITHIN_MS = 10_000;
const MOST_ANSWER_BYTES = 65_536;
const MOST_WAIT_MS = 10 * 60_000;

const neverAborted = new AbortController().signal;

/**
 * postJson posts a JSON text once, following no redirect; throws NotTaken for any answer but 2xx. Only what may pass by
 * itself is worth another attempt: no answer, 408, 425, 429 and 5xx. A place that the rules do not allow is not connected to.
 */
export async function postJson(url: string, body: string, rules: NetworkRules, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const refusal = judgeUrl(url, rules);
  if (refusal !== undefined) throw refusal.kind === 'place' ? forbiddenPlace() : new NotTaken('its address is none that a message can be posted to', { permanent: true });
  const { status, headers: answered } = await post(new URL(url), body, rules, headers);
  if (status >= 200 && status <= 299) return;
  const waitMs = parseRetryAfter(headerText(answered, 'retry-after'), Date.now(), MOST_WAIT_MS);
  throw new NotTaken(`it answers ${status}`, { permanent: status < 500 && ![408, 425, 429].includes(status), ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) });
}

// The reason of a failure may hold the address, which is a secret.
async function post({ origin, pathname, search }: URL, body: string, rules: NetworkRules, headers: Readonly<Record<string, string>>): Promise<Pick<RawAnswer, 'status' | 'headers'>> {
  const dispatcher = createDispatcher({ concurrency: 1, timeoutMs: ANSWER_WITHIN_MS }, rules);
  try {
    const request = { origin, path: pathname + search, method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
    return await exchange(dispatcher, request, { timeoutMs: ANSWER_WITHIN_MS, maxBytes: MOST_ANSWER_BYTES, signal: neverAborted });
  } catch (error) {
    if (classifyFailure(error) === 'address-refused') throw forbiddenPlace();
    // What the answer says beyond its status is of no interest.
    if (error instanceof ExchangeFailure && error.answer !== null) return error.answer;
    throw new NotTaken('it does not answer', { permanent: false });
  } finally {
    await dispatcher.destroy();
  }
}
