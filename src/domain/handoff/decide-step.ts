import type { HandoffStep } from '../../contracts/handoff-definition.js';
import type { StepMemo } from '../../contracts/handoff.js';
import type { JsonObject } from '../../contracts/json.js';
import { compileCondition } from '../condition.js';
import { StepProblem } from './step-problem.js';
import { listOf } from './values.js';
import { waitUntil } from './wait-until.js';

/** Most turns of a forEach; a longer list is a job for a sync. */
const MOST_TURNS = 200;

/** entersStep says whether the condition of a step holds. */
export function entersStep({ when }: HandoffStep, values: JsonObject): boolean {
  return when === undefined || compileCondition(when)(values);
}

/** decideStep says of a step that is gone into which way, how often, until when, epoch milliseconds; throws StepProblem. */
export function decideStep(step: HandoffStep, values: JsonObject, nowMs: number, timeZone: string): StepMemo {
  if (step.kind === 'branch') return { choice: step.ways.findIndex(({ when }) => when === undefined || compileCondition(when)(values)) };
  if (step.kind === 'forEach') {
    const count = listOf(values, step.list).length;
    if (count > MOST_TURNS) throw new StepProblem(`Step "${step.name}" would go through ${count} values; at most ${MOST_TURNS} are allowed.`);
    return { count };
  }
  if (step.kind !== 'wait') return {};
  const untilMs = waitUntil(step, values, nowMs, timeZone);
  if (untilMs === undefined) throw new StepProblem(`Step "${step.name}": there is no date at ${step.until ?? ''}.`);
  return { untilMs };
}
