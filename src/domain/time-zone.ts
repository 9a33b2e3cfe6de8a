import { utcMs } from './calendar.js';

const DAY_MS = 86_400_000;
/** Years whose transitions are kept in a table; others are asked of Intl each time. */
const FIRST_TABLE_YEAR = 1900;
const LAST_TABLE_YEAR = 2100;

interface Span {
  readonly fromMs: number;
  readonly offsetMs: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();
const tables = new Map<string, Map<number, readonly Span[]>>();

/** isTimeZone tells whether the name is an IANA time zone that this runtime knows, such as `Europe/Berlin` or `UTC`. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return false;
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * zoneOffsetMs gives how far a zone is ahead of UTC at an instant, in milliseconds; from the runtime's IANA data.
 * @throws RangeError where the zone is unknown.
 */
export function zoneOffsetMs(zone: string, instantMs: number): number {
  if (zone === 'UTC') return 0;
  const year = new Date(instantMs).getUTCFullYear();
  if (year < FIRST_TABLE_YEAR || year > LAST_TABLE_YEAR) return askOffset(zone, instantMs);
  let offset = 0;
  for (const span of spansOf(zone, year)) {
    if (span.fromMs > instantMs) break;
    offset = span.offsetMs;
  }
  return offset;
}

/**
 * instantOfLocal gives the instant of a local time in a zone. `localMs` is the local time as if it were UTC. A time that
 * the clocks skip is taken as much later as they skip (02:30 → 03:30), a time that comes twice is the first of the two,
 * as RFC 5545 has it.
 * @throws RangeError where the zone is unknown.
 */
export function instantOfLocal(zone: string, localMs: number): number {
  if (zone === 'UTC') return localMs;
  const before = zoneOffsetMs(zone, localMs - DAY_MS);
  const after = zoneOffsetMs(zone, localMs + DAY_MS);
  const first = localMs - before;
  if (before === after || zoneOffsetMs(zone, first) === before) return first;
  const second = localMs - after;
  return zoneOffsetMs(zone, second) === after ? second : first;
}

function spansOf(zone: string, year: number): readonly Span[] {
  let years = tables.get(zone);
  if (years === undefined) {
    years = new Map();
    tables.set(zone, years);
  }
  let spans = years.get(year);
  if (spans === undefined) {
    spans = findSpans(zone, year);
    years.set(year, spans);
  }
  return spans;
}

/** Compares the offset day by day and searches the second of each change; no zone has changed twice within a day. */
function findSpans(zone: string, year: number): readonly Span[] {
  const startMs = Date.UTC(year, 0, 1);
  const endMs = Date.UTC(year + 1, 0, 1);
  const spans: Span[] = [{ fromMs: startMs, offsetMs: askOffset(zone, startMs) }];
  let offsetMs = spans[0]?.offsetMs ?? 0;
  for (let dayMs = startMs; dayMs < endMs; dayMs += DAY_MS) {
    const next = askOffset(zone, dayMs + DAY_MS);
    if (next === offsetMs) continue;
    const fromMs = findChange(zone, dayMs, dayMs + DAY_MS, offsetMs);
    spans.push({ fromMs, offsetMs: next });
    offsetMs = next;
  }
  return spans;
}

function findChange(zone: string, startMs: number, endMs: number, offsetMs: number): number {
  let low = startMs / 1_000;
  let high = endMs / 1_000;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (askOffset(zone, middle * 1_000) === offsetMs) low = middle;
    else high = middle;
  }
  return high * 1_000;
}

function askOffset(zone: string, instantMs: number): number {
  const wholeMs = Math.floor(instantMs / 1_000) * 1_000;
  const match = /^(\d+)\/(\d+)\/(\d+) (\w+), (\d+):(\d+):(\d+)$/.exec(formatterOf(zone).format(wholeMs));
  if (match === null) throw new RangeError(`The offset of the time zone ${zone} cannot be read.`);
  const [month = 0, day = 0, eraYear = 0] = match.slice(1, 4).map(Number);
  const [hour = 0, minute = 0, second = 0] = match.slice(5).map(Number);
  const year = match[4] === 'A' ? eraYear : 1 - eraYear;
  return utcMs({ year, month, day, hour, minute, second, millisecond: 0 }) - wholeMs;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23', era: 'narrow',
      year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}
