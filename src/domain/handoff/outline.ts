import type { HandoffDefinition, HandoffStep } from '../../contracts/handoff-definition.js';
import type { StepOutline } from '../../contracts/handoff.js';

/** outlineOf is the shape of steps: no field mappings, texts or conditions, which workflows have no business with. */
export function outlineOf(steps: readonly HandoffStep[]): readonly StepOutline[] {
  return steps.map((step) => {
    const { name, title, kind, onFailure, timeoutMs } = step;
    const ways = waysOf(step);
    const decides = step.when !== undefined || kind === 'branch' || kind === 'forEach' || kind === 'wait';
    return {
      name, title, kind, onFailure, decides, undo: kind === 'action' && step.undo !== undefined,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(kind === 'wait' && step.events.length > 0 ? { events: step.events } : {}),
      ...(ways.length === 0 ? {} : { ways: ways.map(outlineOf) }),
    };
  });
}

/** waysOf is the lists of steps within a step. */
export function waysOf(step: HandoffStep): readonly (readonly HandoffStep[])[] {
  if (step.kind === 'branch') return step.ways.map(({ steps }) => steps);
  if (step.kind === 'parallel') return step.ways;
  return step.kind === 'forEach' ? [step.steps] : [];
}

/** stepChain is a step by its name, after the steps that it stands within; undefined where there is none. */
export function stepChain({ steps }: Pick<HandoffDefinition, 'steps'>, name: string): readonly HandoffStep[] | undefined {
  for (const step of steps) {
    if (step.name === name) return [step];
    for (const way of waysOf(step)) {
      const within = stepChain({ steps: way }, name);
      if (within !== undefined) return [step, ...within];
    }
  }
  return undefined;
}
