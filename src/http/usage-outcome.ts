import type { UsageOutcome } from '../contracts/api-usage.js';
import type { RawVerdict } from './judge-answer.js';

/** usageOutcome reads a verdict for the count of requests; undefined where nothing was sent. */
export function usageOutcome(verdict: RawVerdict): UsageOutcome | undefined {
  if (verdict.outcome === 'ok') return 'ok';
  const { code, status } = verdict.error.detail;
  if (code === 'authentication-failed') return 'unauthorized';
  if (verdict.outcome === 'rate-limited') return 'limited';
  if (status !== null) return status >= 400 && status < 500 ? 'refused' : status < 400 && code === 'refused-by-rule' ? 'refused' : 'failed';
  return notSent.has(code) ? undefined : 'failed';
}

const notSent: ReadonlySet<string> = new Set(['missing-secret', 'aborted', 'address-refused']);
