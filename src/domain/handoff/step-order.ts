import type { StepOutline } from '../../contracts/handoff.js';

/** endsParallelWay says that a step is the last one of a way beside others, so that nothing but their common end waits for it. */
export function endsParallelWay(outline: readonly StepOutline[], name: string): boolean {
  return outline.some(({ kind, ways = [] }) => ways.some((way) => (kind === 'parallel' && way.at(-1)?.name === name) || endsParallelWay(way, name)));
}

/**
 * areAllThatIsLeft says that a handoff is over when these actions are done: they are its last step, or all ways of it, and
 * nothing would have to be undone if it were stopped at that moment.
 */
export function areAllThatIsLeft(outline: readonly StepOutline[], steps: readonly StepOutline[]): boolean {
  const last = outline.at(-1);
  if (last === undefined || outline.some(undoes)) return false;
  const left = last.kind === 'parallel' && !last.decides ? (last.ways ?? []).map((way) => (way.length === 1 ? way[0] : undefined)) : [last];
  return left.length === steps.length && left.every((step) => step?.kind === 'action' && steps.some(({ name }) => name === step.name));
}

function undoes({ undo, ways = [] }: StepOutline): boolean {
  return undo || ways.some((way) => way.some(undoes));
}
