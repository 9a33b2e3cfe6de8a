import type { ApprovalStep } from '../../contracts/handoff-definition.js';
import type { JsonObject } from '../../contracts/json.js';
import { makeFields } from './make-fields.js';
import { StepProblem } from './step-problem.js';
import { fillText, textOf } from './values.js';

/** The longest name of a person, as for those who answer. */
const MAX_NAME = 100;

/** Question is what an approval step asks. */
export interface Question {
  readonly title: string;
  readonly shown: JsonObject;
  /** Who asked for what is to be approved, and so may not answer; null where no person did. */
  readonly requestedBy: string | null;
}

/** questionOf makes the question of an approval step from the values of a handoff; throws StepProblem. */
export function questionOf(step: ApprovalStep, values: JsonObject, timeZone: string): Question {
  const shown = makeFields(step.fields, values, timeZone);
  if (!shown.ok) throw new StepProblem(`cannot make what is shown: ${shown.problems.map(({ field, code }) => `${field} ${code}`).join(', ')}.`);
  return { title: fillText(step.text, values), shown: shown.fields, requestedBy: requesterOf(step, values) };
}

// Without a name nobody could be kept from approving their own request, so the question is not put at all.
function requesterOf({ requestedBy }: ApprovalStep, values: JsonObject): string | null {
  if (requestedBy === undefined) return null;
  const person = (requestedBy.startsWith('/') ? (textOf(values, requestedBy) ?? '') : fillText(requestedBy, values)).trim();
  if (person === '') throw new StepProblem('cannot tell who asked: "requestedBy" has no value. Name the person in the record, or correct the definition, and begin anew.');
  if (person.length > MAX_NAME) throw new StepProblem(`cannot tell who asked: "requestedBy" is longer than ${MAX_NAME} characters.`);
  return person;
}
