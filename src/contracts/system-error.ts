import type { OutcomeKind } from './system-definition.js';

/** SystemErrorDetail is what is known of a request that did not succeed; every text in it is redacted. */
export interface SystemErrorDetail {
  readonly system: string;
  readonly outcome: Exclude<OutcomeKind, 'ok'>;
  /** Closed set: what went wrong, in kebab-case. */
  readonly code: SystemErrorCode;
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** `GET /contacts`, without query and host. */
  readonly request: string;
  readonly excerpt: string | null;
}

/** SystemErrorCode names what went wrong with a request. */
export type SystemErrorCode =
  | 'connect-refused' | 'host-not-found' | 'certificate-invalid' | 'address-refused' | 'timeout' | 'connection-lost' | 'status'
  | 'not-json' | 'unexpected-shape' | 'too-large' | 'redirect' | 'rate-limited' | 'circuit-open' | 'authentication-failed'
  | 'paging-loop' | 'page-token-expired' | 'missing-secret' | 'reconnect-needed' | 'aborted' | 'refused-by-rule';

/** SystemError is thrown when a system could not be read, or answered with what cannot be used. */
export class SystemError extends Error {
  override readonly name = 'SystemError';
  constructor(message: string, readonly detail: SystemErrorDetail, options?: { cause?: unknown }) {
    super(message, options);
  }
}
