import type { Measure } from '../domain/quality/targets.js';
import type { ObjectReport } from '../domain/quality/month-report.js';

/** MAX_RULES is how many broken rules a report lists for each object. */
export const MAX_RULES = 12;

/** verdict says in a word or two how a measure stands to its target. */
export function verdict({ met, target, share }: Measure): string {
  if (share === null) return 'not measured';
  if (target === null || met === null) return 'no target';
  return met ? 'met' : 'missed';
}

/** missedText says on how many of the measured days a target was missed. */
export function missedText({ missedDays, measuredDays }: ObjectReport): string {
  const days = measuredDays === 1 ? 'the one day that was measured' : `${measuredDays} days that were measured`;
  if (missedDays === 0) return `Every target was met on ${days}.`;
  return measuredDays === 1 ? `A target was missed on ${days}.` : `At least one target was missed on ${missedDays} of ${days}.`;
}

/** changeText says how a count has changed since the first day of the month, as `+12`, `-3`, `0` or `new`. */
export function changeText(failed: number, before: number | null): string {
  if (before === null) return 'new';
  const change = failed - before;
  return change > 0 ? `+${change.toLocaleString('en-US')}` : change.toLocaleString('en-US');
}

/** moreRules says how many broken rules are not listed. */
export function moreRules(broken: number): string {
  const left = broken - MAX_RULES;
  return left === 1 ? 'One more rule is broken.' : `${left} more rules are broken.`;
}

/** repairsText says what became of the declared repairs in the month. */
export function repairsText({ repairs, last }: ObjectReport): string {
  const now = `The declared repairs would mend ${last.repairable.toLocaleString('en-US')} ${last.repairable === 1 ? 'record' : 'records'} now.`;
  if (repairs === null || repairs.planned + repairs.written + repairs.refused === 0) return `${now} None were planned in this month.`;
  const refused = repairs.refused === 0 ? '' : `, ${repairs.refused.toLocaleString('en-US')} refused by the system`;
  return `${now} In this month ${repairs.planned.toLocaleString('en-US')} were planned and ${repairs.written.toLocaleString('en-US')} written${refused}.`;
}
