let lastMs = Number.NaN;
let lastText = '';

/** isoMillis writes Unix milliseconds as `2026-11-20T10:11:12.345Z`. */
export function isoMillis(ms: number): string {
  // Writes of one batch share their millisecond, and formatting a date is dear.
  if (ms !== lastMs) {
    lastText = new Date(ms).toISOString();
    lastMs = ms;
  }
  return lastText;
}

/** isoSeconds writes Unix milliseconds as `2026-11-20T10:11:12Z`. */
export function isoSeconds(ms: number): string {
  return `${isoMillis(ms).slice(0, 19)}Z`;
}

/** blankSeconds writes Unix milliseconds as `2026-11-20 10:11:12`, in UTC. */
export function blankSeconds(ms: number): string {
  return isoMillis(ms).slice(0, 19).replace('T', ' ');
}

const isoPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const blankPattern = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/** parseIso reads an RFC 3339 date-time with a zone into Unix milliseconds; undefined when it is none. */
export function parseIso(text: string): number | undefined {
  return isoPattern.test(text) ? finite(Date.parse(text)) : undefined;
}

/** parseBlank reads `2026-11-20 10:11:12` as UTC into Unix milliseconds; undefined when it is none. */
export function parseBlank(text: string): number | undefined {
  return blankPattern.test(text) ? finite(Date.parse(`${text.replace(' ', 'T')}Z`)) : undefined;
}

function finite(ms: number): number | undefined {
  return Number.isNaN(ms) ? undefined : ms;
}
