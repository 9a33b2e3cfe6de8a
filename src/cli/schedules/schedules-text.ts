import type { ScheduledOutcome, SchedulePause, ScheduleView, ScheduledWork } from '../../contracts/schedule-view.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { counted, distance, moment } from '../terminal/wording.js';

const works: Readonly<Record<ScheduledWork, string>> = {
  'changes': 'reads what has changed', 'complete read': 'reads everything', 'reconciliation': 'compares both sides', 'quality check': 'checks the quality of the records',
};

/** schedulesText lists schedules: what each runs and when, its last runs with their outcome, its next times, and who has paused it. */
export function schedulesText(schedules: readonly ScheduleView[], style: Style): string {
  return schedules.map((schedule) => scheduleText(schedule, style)).join('\n\n');
}

/** scheduleText shows one schedule. */
export function scheduleText({ name, work, times, timeZone, pause, next, last, overlapped, missed }: ScheduleView, { colors, now }: Style): string {
  const lines: readonly (readonly [string, string])[] = [
    ['last', last.length === 0 ? 'never' : last.map(({ at, outcome }) => `${distance(at, now)} ${paintOf(outcome, colors)(outcome)}`).join(', ')],
    pause === null
      ? ['next', next.length === 0 ? '–' : next.map((time) => moment(time)).join(', ')]
      : ['paused', colors.yellow(printable(pauseText(pause)))],
    ...(overlapped + missed === 0 ? [] : [['skipped', [
      ...(overlapped === 0 ? [] : [`${counted(overlapped, 'time')}, while the run before was under way`]),
      ...(missed === 0 ? [] : [`${counted(missed, 'time')}, too late to make up for`]),
    ].join('; ')] as const]),
  ];
  const zone = timeZone === null ? ', counted from 00:00 UTC' : '';
  return [`${colors.bold(printable(name))}  ${works[work]}, ${printable(times)}${colors.dim(zone)}`, ...lines.map(([title, text]) => `  ${colors.dim(title.padEnd(7))}  ${text}`)].join('\n');
}

/** pauseText says who holds a schedule back, and why. */
export function pauseText({ byDefinition, by, reason }: SchedulePause): string {
  if (byDefinition) return `by its definition: ${reason}`;
  return `${by === null ? 'by hand' : `by ${by}`}: ${reason === '' ? 'no reason given' : reason}`;
}

function paintOf(outcome: ScheduledOutcome, colors: Style['colors']): (text: string) => string {
  if (outcome === 'succeeded') return colors.green;
  if (outcome === 'failed' || outcome === 'terminated' || outcome === 'timed out') return colors.red;
  return outcome === 'held' || outcome === 'stopped' || outcome === 'interrupted' || outcome === 'cancelled' ? colors.yellow : colors.dim;
}
