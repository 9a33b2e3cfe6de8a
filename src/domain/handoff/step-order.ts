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
  const left = actionsAtOnce(last);
  return left !== undefined && left.length === steps.length && left.every((step) => steps.some(({ name }) => name === step.name));
}

/** firstActions are the actions that a handoff begins with and that are attempted together; none where it begins with something else. */
export function firstActions(outline: readonly StepOutline[]): readonly StepOutline[] {
  const [first] = outline;
  const actions = first === undefined ? undefined : actionsAtOnce(first);
  return actions?.every(({ timeoutMs }) => timeoutMs === undefined) === true ? actions : [];
}

/** actionsAtOnce are an action, or the only steps of all ways of a step that is gone into without a look at values; undefined of other steps. */
export function actionsAtOnce(step: StepOutline): readonly StepOutline[] | undefined {
  if (step.kind === 'action') return [step];
  if (step.kind !== 'parallel' || step.decides) return undefined;
  const actions = (step.ways ?? []).flatMap((way) => (way.length === 1 && way[0]?.kind === 'action' ? [way[0]] : []));
  return actions.length === step.ways?.length ? actions : undefined;
}

function undoes({ undo, ways = [] }: StepOutline): boolean {
  return undo || ways.some((way) => way.some(undoes));
}
