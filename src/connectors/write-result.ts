import type { WriteResult } from '../contracts/connector.js';
import type { SystemError } from '../contracts/system-error.js';

/** writeDone is the result of a write that was executed. */
export function writeDone(status: number | null, id: string | null, version: string | null): WriteResult {
  return { outcome: 'ok', id, version, status, message: '', excerpt: null, retryAfterMs: null };
}

/** writeFailed is the result of a write that was not, or of which that is not known; `id` is the one that the answer names. */
export function writeFailed(error: SystemError, id: string | null = null): WriteResult {
  const { outcome, status, excerpt, retryAfterMs } = error.detail;
  return { outcome, id, version: null, status, message: error.message, excerpt, retryAfterMs };
}
