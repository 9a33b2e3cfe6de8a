import type { StepInput, StepMemo } from '../../src/contracts/handoff.js';
import { compileCondition } from '../../src/domain/condition.js';
import { listOf } from '../../src/domain/handoff/values.js';
import { waitUntil } from '../../src/domain/handoff/wait-until.js';
import { endStep } from '../../src/store/handoff-steps.js';
import { definitionUnusable } from '../failure.js';
import type { HandoffDependencies } from './dependencies.js';
import { enterStep, loadStep } from './handoff-context.js';

/** Most turns of a forEach; a longer list is a job for a sync. */
const MOST_TURNS = 200;

/** decideStep looks at the values of a handoff: whether a step is gone into, which way, how often, until when. */
export async function decideStep({ database }: HandoffDependencies, input: StepInput): Promise<StepMemo> {
  const context = await loadStep(database, input);
  const { step, values, definition, handoff, path } = context;
  if (!(await enterStep(context))) {
    await endStep(database, handoff.id, path, { state: 'skipped' });
    return { skipped: true };
  }
  if (step.kind === 'branch') return { choice: step.ways.findIndex(({ when }) => when === undefined || compileCondition(when)(values)) };
  if (step.kind === 'forEach') {
    const count = listOf(values, step.list).length;
    if (count > MOST_TURNS) throw definitionUnusable(`Step "${step.name}" would go through ${count} values; at most ${MOST_TURNS} are allowed.`);
    return { count };
  }
  if (step.kind !== 'wait') return {};
  const untilMs = waitUntil(step, values, Date.now(), definition.timeZone);
  if (untilMs === undefined) throw definitionUnusable(`Step "${step.name}": there is no date at ${step.until ?? ''}.`);
  return { untilMs };
}
