import type { RunState } from '../../contracts/run.js';
import type { Style } from './style.js';

/** statePaint is the colour of a run's state: green is well, yellow waits for a person, red failed. */
export function statePaint(state: RunState, { colors }: Style): (text: string) => string {
  return { succeeded: colors.green, running: colors.cyan, held: colors.yellow, stopped: colors.yellow, failed: colors.red, interrupted: colors.red }[state];
}
