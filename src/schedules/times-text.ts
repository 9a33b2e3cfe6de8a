import type { ScheduleTimes } from './desired-schedule.js';

/** timesText writes a schedule's times as definitions do: `every 15m`, `daily at 02:00 Europe/Berlin`. */
export function timesText(times: ScheduleTimes): string {
  if (times.kind === 'every') return `every ${lengthText(times.everyMs)}`;
  if (times.kind === 'other') return 'other times';
  return `daily at ${String(times.hour).padStart(2, '0')}:${String(times.minute).padStart(2, '0')} ${times.timeZone}`;
}

/** lengthText writes milliseconds as definitions do, where they come out even: `15m`. */
export function lengthText(ms: number): string {
  for (const [unit, size] of [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1000]] as const) if (ms % size === 0) return `${ms / size}${unit}`;
  return `${ms}ms`;
}
