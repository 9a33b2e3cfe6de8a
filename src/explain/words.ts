import type { Json } from '../contracts/json.js';

const UNITS = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000]] as const;

/** span writes milliseconds as people say them: `3 days`, `1 hour 30 minutes`, `250 milliseconds`. */
export function span(ms: number): string {
  let left = ms;
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const whole = Math.floor(left / size);
    if (whole > 0) parts.push(many(whole, unit));
    left -= whole * size;
  }
  if (left > 0) parts.push(many(left, 'millisecond'));
  return parts.length === 0 ? 'no time' : parts.join(' ');
}

/** many writes a number with its noun: `1 person`, `2 people`. */
export function many(count: number, noun: string, plural = `${noun}s`): string {
  return `${figure(count)} ${count === 1 ? noun : plural}`;
}

/** figure writes a number with separators: `50,000`. */
export function figure(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const grouped = /^-?\d+$/.test(whole) ? whole.replaceAll(/\B(?=(\d{3})+$)/g, ',') : whole;
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** share writes a share from 0 to 1 in per cent: `2 %`. */
export function share(value: number): string {
  return `${Number((value * 100).toFixed(4))} %`;
}

/** series writes several things as one says them: `a, b and c`. */
export function series(parts: readonly string[], word = 'and'): string {
  if (parts.length < 2) return parts[0] ?? '';
  return `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1) ?? ''}`;
}

/** named writes the name of a field as words: `credit limit` for `credit_limit` and `/credit/limit`. */
export function named(field: string): string {
  return field.replace(/^\//, '').replaceAll('/', ' ').replaceAll('_', ' ');
}

/** literal writes a value as it stands in a definition. */
export function literal(value: Json): string {
  if (typeof value === 'number') return figure(value);
  if (value === null) return 'nothing';
  return typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
}

/** clock writes a time of day: `02:00`. */
export function clock(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** capital begins a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** oneOf puts the article before a noun: `an account`, `a deal`. */
export function oneOf(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}
