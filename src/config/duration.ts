const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** durationPattern is what a duration looks like: a whole number and one unit of ms, s, m, h, d. */
export const durationPattern = /^([0-9]{1,9})(ms|s|m|h|d)$/;

/** parseDuration reads `15m` as milliseconds; undefined where the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ''] = durationPattern.exec(text) ?? [];
  const ms = unitMs[unit];
  return ms === undefined ? undefined : Number(count) * ms;
}

/** durationMs reads a duration that has been checked before; throws RangeError on any other text. */
export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new RangeError(`not a duration: '${text}'`);
  return ms;
}
