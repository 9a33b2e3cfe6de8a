import { CLOCKS_APART_MS, type ClockDifference } from '../../store/clocks.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { distance, duration } from '../terminal/wording.js';

/** clockLines warns of clocks that are too far from the database's. */
export function clockLines(clocks: readonly ClockDifference[], { colors, now }: Style): string[] {
  const lines = clocks.filter(({ aheadMs }) => Math.abs(aheadMs) >= CLOCKS_APART_MS)
    .map(({ clock, aheadMs, measuredAt }) => colors.red(printable(`The clock of the ${clock} is ${duration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} the database's, seen ${distance(measuredAt, now)}. Set both by NTP.`)));
  return lines.length === 0 ? [] : ['', ...lines];
}
