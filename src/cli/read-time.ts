import { badInput } from './command-error.js';

/** readTime reads an option that is a time, or how long ago it was, into epoch milliseconds; throws CommandError. */
export function readTime(text: string): number {
  const ago = /^(\d{1,4})\s*(m|h|d)$/.exec(text.trim());
  if (ago !== null) return Date.now() - Number(ago[1]) * { m: 60_000, h: 3_600_000, d: 86_400_000 }[ago[2] as 'm' | 'h' | 'd'];
  // A date alone would be taken for midnight in Greenwich, a date-time without a zone for local time.
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00`) : Date.parse(text);
  if (Number.isNaN(time)) throw badInput(`"${text.slice(0, 60)}" is no time.`, { todo: 'Write it as 2026-11-23T08:00:00Z, as 2026-11-23 for the beginning of a day here, or as 90m, 2h or 3d for how long ago.' });
  return time;
}
