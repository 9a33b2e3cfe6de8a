import type { Purpose } from './budget.js';

/**
 * UsageOutcome is what came of a request, as far as counting is concerned: it was answered as asked; refused as such (4xx);
 * its credentials were refused; the system's limit was used up; or it failed (5xx, no answer).
 */
export type UsageOutcome = 'ok' | 'refused' | 'unauthorized' | 'limited' | 'failed';

/** CountRequest counts one request that was sent to a system. */
export type CountRequest = (system: string, purpose: Purpose, outcome: UsageOutcome) => void;
