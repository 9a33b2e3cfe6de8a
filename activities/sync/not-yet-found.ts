import { SystemError } from '../../src/contracts/system-error.js';
import type { ObjectCapabilities, SystemDefinition } from '../../src/contracts/system-definition.js';

/** NotYetKnown is a write whose record was looked up and not found, before the system's search has to show it. */
export interface NotYetKnown {
  /** For how long its outcome cannot be told, milliseconds. */
  readonly waitMs: number;
}

/** notYetKnown says for how long a look-up that found nothing proves nothing: a search may show a new record late. Undefined where it proves that there is none. */
export function notYetKnown({ limits }: Pick<SystemDefinition, 'limits'>, { find }: Pick<ObjectCapabilities, 'find'>, intendedAtMs: number): NotYetKnown | undefined {
  if (find?.lagMs === undefined) return undefined;
  // It may have been made at the very end of the time that a request may take.
  const waitMs = intendedAtMs + limits.settleMs + find.lagMs - Date.now();
  return waitMs > 0 ? { waitMs } : undefined;
}

/** lookedUpTooEarly is the error of whoever has to wait for it; waiting uses up no attempt, and nothing is sent meanwhile. */
export function lookedUpTooEarly(system: string, objectName: string, waitMs: number): SystemError {
  return new SystemError(`${system}: the answer to a create was lost, and the system's search may show the new record late; it is looked up again in ${Math.ceil(waitMs / 1_000)} s, before anything is sent again`, {
    system, outcome: 'rate-limited', code: 'connection-lost', status: null, retryAfterMs: Math.ceil(waitMs), request: `find ${objectName}`, excerpt: null,
  });
}
