import type { StoredCircuit } from '../../store/circuits.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { distance } from '../terminal/wording.js';

/** circuitLines says which systems are left alone because they fail; nothing where none is. */
export function circuitLines(circuits: readonly StoredCircuit[], { colors, now }: Style): string[] {
  const lines = circuits.flatMap(({ system, openedAt, openUntil, reason }) => [
    colors.red(`${system}: left alone since ${distance(openedAt, now)}, tried again ${openUntil > now ? distance(openUntil, now) : 'with the next request'}; runs and handoffs wait for it`),
    colors.dim(`  ${printable(reason)}`),
  ]);
  return lines.length === 0 ? [] : ['', ...lines];
}
