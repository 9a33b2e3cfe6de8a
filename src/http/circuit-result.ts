import type { SystemErrorDetail } from '../contracts/system-error.js';
import type { RawVerdict } from './judge-answer.js';

/** CircuitResult is what the end of a request says about the health of a system, and how it ended, as the rest of a sentence. */
export interface CircuitResult {
  readonly result: 'answered' | 'failed' | 'unclear';
  readonly reason: string;
}

/**
 * circuitResult reads a verdict: no answer, or one of the 5xx but those that say that it will never be otherwise, is a
 * failure of the system; what never came to be asked says nothing; any other answer shows that it is at work.
 */
export function circuitResult(verdict: RawVerdict): CircuitResult {
  if (verdict.outcome === 'ok') return { result: 'answered', reason: '' };
  const { code, status } = verdict.error.detail;
  if (status !== null && status >= 500 && status !== 501 && status !== 505) return { result: 'failed', reason: `was answered with ${status}` };
  const why = silent[code];
  if (status === null && why !== undefined) return { result: 'failed', reason: why };
  return { result: status === null ? 'unclear' : 'answered', reason: '' };
}

const silent: Partial<Readonly<Record<SystemErrorDetail['code'], string>>> = {
  'connect-refused': 'found the connection refused', 'host-not-found': 'found no address for the host', timeout: 'got no answer in time', 'connection-lost': 'lost the connection',
};
