import type { Json } from '../../contracts/json.js';

/** count writes a whole number with separators: `12,345`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** counted writes a number with its noun: `1 record`, `2 records`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** duration writes milliseconds for people: `850 ms`, `12.3 s`, `4 min 5 s`, `2 h 3 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 2 * 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.round(minutes / 60 / 24)} days`;
}

/** moment writes a time in the local zone, to the second: `2026-11-23 18:34:45`. */
export function moment(time: Date): string {
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** distance writes how far a time is from now: `3 min ago`, `in 2 h`, `now`. */
export function distance(time: Date, now: Date): string {
  const seconds = Math.round((time.getTime() - now.getTime()) / 1000);
  const size = Math.abs(seconds);
  if (size < 1) return 'now';
  const [value, unit] = size < 60 ? [size, 's'] : size < 3600 ? [Math.round(size / 60), 'min'] : size < 2 * 86_400 ? [Math.round(size / 3600), 'h'] : [Math.round(size / 86_400), 'days'];
  return seconds < 0 ? `${value} ${unit} ago` : `in ${value} ${unit}`;
}

/** shownValue writes a field's value on one line; texts that would be mistaken for something else are quoted. */
export function shownValue(value: Json | undefined): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'string') return value === '' || value === '–' || value !== value.trim() ? JSON.stringify(value) : value;
  return JSON.stringify(value);
}
