import type { OutcomeKind } from '../../src/contracts/system-definition.js';
import { SystemError } from '../../src/contracts/system-error.js';

/**
 * Trouble is why a window stopped before its end: another write for the same record is under way, the system's limit is
 * used up, its account has to be authorized anew, the system does not answer as it should, an outcome is not known, or no request can succeed.
 */
export interface Trouble {
  readonly kind: 'busy' | 'limited' | 'disconnected' | 'unavailable' | 'unknown' | 'refused';
  readonly system: string;
  readonly message: string;
  readonly retryAfterMs: number | null;
}

/** troubleKind is what an outcome means for the window it happened in. */
export function troubleKind(outcome: OutcomeKind): Trouble['kind'] {
  switch (outcome) {
    case 'rate-limited':
      return 'limited';
    case 'reconnect-needed':
      return 'disconnected';
    case 'retry':
      return 'unavailable';
    case 'ok':
    case 'unknown':
      return 'unknown';
    case 'park':
    case 'not-found':
    case 'version-conflict':
    case 'exists':
    case 'refresh-token':
    case 'fail':
      return 'refused';
  }
}

/** systemTrouble reads a SystemError as trouble; anything else is a fault of ours and is thrown on. */
export function systemTrouble(error: unknown): Trouble {
  if (!(error instanceof SystemError)) throw error;
  const { system, outcome, retryAfterMs } = error.detail;
  // Reading has no side effects: an answer that cannot be made sense of is simply asked for again.
  return { kind: outcome === 'unknown' ? 'unavailable' : troubleKind(outcome), system, message: error.message, retryAfterMs };
}

const severity: Readonly<Record<Trouble['kind'], number>> = { busy: 0, limited: 1, disconnected: 2, unavailable: 3, unknown: 4, refused: 5 };

/** TroubleBox keeps the gravest trouble and tells everybody to stop taking on work. */
export class TroubleBox {
  private gravest: Trouble | undefined;

  report(trouble: Trouble): void {
    if (this.gravest === undefined || severity[trouble.kind] > severity[this.gravest.kind]) this.gravest = trouble;
  }

  current(): Trouble | undefined {
    return this.gravest;
  }

  clear(): void {
    this.gravest = undefined;
  }
}

/** orTrouble runs a task and reports what a system did wrong; faults of ours are thrown on. */
export async function orTrouble(trouble: TroubleBox, task: () => Promise<unknown>): Promise<void> {
  try {
    await task();
  } catch (error) {
    trouble.report(systemTrouble(error));
  }
}
