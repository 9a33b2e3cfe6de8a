import type { TimestampPlace } from '../../contracts/webhook-definition.js';

/** webhookTimeMs reads the time of sending, epoch milliseconds; undefined for a text that is not exactly of its format, so that milliseconds never pass for seconds. */
export function webhookTimeMs(text: string, format: TimestampPlace['format']): number | undefined {
  switch (format) {
    case 'unix':
      return /^[0-9]{1,11}$/.test(text) ? Number(text) * 1000 : undefined;
    case 'unix-ms':
      return /^[0-9]{12,14}$/.test(text) ? Number(text) : undefined;
    case 'iso': {
      const isIso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/.test(text);
      const timeMs = isIso ? Date.parse(text) : Number.NaN;
      return Number.isNaN(timeMs) ? undefined : timeMs;
    }
  }
}

/** isInTime says whether a time of sending is near enough to now, in either direction. */
export function isInTime(timeMs: number | undefined, nowMs: number, toleranceMs: number): boolean {
  return timeMs !== undefined && Math.abs(nowMs - timeMs) <= toleranceMs;
}
