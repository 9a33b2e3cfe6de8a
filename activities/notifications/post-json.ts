import { parseRetryAfter } from '../../src/domain/retry-after.js';
import { NotTaken } from './not-taken.js';

const ANSWER_WITHIN_MS = 10_000;
const MOST_WAIT_MS = 10 * 60_000;

/** postJson posts a JSON text once; throws NotTaken for any answer but 2xx. Only what may pass by itself is worth another attempt: no answer, 408, 425, 429 and 5xx. */
export async function postJson(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST', redirect: 'error', headers: { 'content-type': 'application/json', ...headers }, body, signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch(() => {
    // The reason may hold the address, which is a secret.
    throw new NotTaken('it does not answer', { permanent: false });
  });
  await answer.body?.cancel().catch(() => undefined);
  const { status } = answer;
  if (status >= 200 && status <= 299) return;
  const waitMs = parseRetryAfter(answer.headers.get('retry-after') ?? undefined, Date.now(), MOST_WAIT_MS);
  throw new NotTaken(`it answers ${status}`, { permanent: status < 500 && ![408, 425, 429].includes(status), ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) });
}
