import type { RealtimeMeasure, StrategyRule, SweepDecision, SweepState } from '../contracts/strategy.js';

/** Fewer changes than this say nothing about a share. */
const LEAST_CHANGES = 3;

/** CALM_TO_RELAX is how many good measures in a row let the sweeps come less often again. */
export const CALM_TO_RELAX = 3;

/**
 * decideSweep says how often a sync sweeps after a measure. A bad one halves the interval, down to the least; it doubles
 * again, up to the declared one, only after three measures in a row that are good by half of the limits, so that a value
 * near a limit does not make it swing. Too few changes to judge by count as good only where the measure covers its `whole`
 * time since the last change of the interval.
 */
export function decideSweep(baseMs: number, { latencyMs, loss, leastMs }: StrategyRule, state: SweepState, measure: RealtimeMeasure & { readonly whole: boolean }): SweepDecision {
  const floor = Math.min(baseMs, Math.max(1_000, leastMs));
  const everyMs = Math.min(baseMs, Math.max(floor, state.everyMs));
  const { announced, missed, p95Ms } = measure;
  const changes = announced + missed;
  const lost = changes === 0 ? 0 : missed / changes;
  const judged = changes >= LEAST_CHANGES;
  const reasons = judged ? [
    ...(lost > loss ? [`${percent(lost)} of ${changes} changes were announced by no webhook (allowed ${percent(loss)})`] : []),
    ...((p95Ms ?? 0) > latencyMs ? [`95 % of the announced changes took up to ${seconds(p95Ms ?? 0)} to be written (allowed ${seconds(latencyMs)})`] : []),
  ] : [];
  if (reasons.length > 0) {
    const next = { everyMs: Math.max(floor, wholeSeconds(everyMs / 2)), calm: 0 };
    return next.everyMs < everyMs ? { change: 'tighten', next, reason: reasons.join('; ') } : { change: 'keep', next, reason: '' };
  }
  if (!judged && !measure.whole) return { change: 'keep', next: { everyMs, calm: state.calm }, reason: '' };
  const good = !judged || (lost <= loss / 2 && (p95Ms ?? 0) <= latencyMs / 2);
  const calm = good ? state.calm + 1 : 0;
  if (calm < CALM_TO_RELAX || everyMs >= baseMs) return { change: 'keep', next: { everyMs, calm: Math.min(calm, CALM_TO_RELAX) }, reason: '' };
  return { change: 'relax', next: { everyMs: Math.min(baseMs, everyMs * 2), calm: 0 }, reason: `real-time was within half of its limits ${CALM_TO_RELAX} times in a row` };
}

// Temporal counts intervals in seconds.
function wholeSeconds(ms: number): number {
  return Math.max(1, Math.floor(ms / 1000)) * 1000;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
