import type { HandoffDefinition } from '../contracts/handoff-definition.js';
import { conditionWords } from './condition-words.js';
import { explainSteps, failureWords } from './explain-step.js';
import { section, type Explanation } from './explanation.js';
import { handoffNames } from './handoff-names.js';
import { named, oneOf, series } from './words.js';

/** explainHandoff says a handoff in plain sentences: what starts it, its steps, and what happens when one fails. */
export function explainHandoff(definition: HandoffDefinition): Explanation {
  const { handoff, title, owner, trigger, once, onFailure, timeZone, steps } = definition;
  const { system, object } = trigger.on;
  const begins = trigger.when === undefined ? `It begins when ${oneOf(object)} in ${system} is new or changes.` : `It begins when ${oneOf(object)} in ${system} is new or changes and ${conditionWords(trigger.when)}.`;
  return {
    title, subject: `handoff ${handoff}`,
    sections: [
      ...section('What starts it', [
        begins,
        once.length === 0 ? `Once for each ${object}, ever: what is announced twice begins it once.` : `Once for each ${object} and each value of ${series(once.map(named))}.`,
        owner === undefined ? undefined : `The department ${owner} answers for it.`,
      ]),
      ...section('Steps', explainSteps(steps, { nameOf: handoffNames(definition), onFailure, timeZone })),
      ...section('When a step fails', [
        'It is tried again, at the times that the step names, otherwise at those of its system.',
        `Where that does not help, ${failureWords[onFailure]}. A step may say otherwise.`,
      ]),
    ],
  };
}
