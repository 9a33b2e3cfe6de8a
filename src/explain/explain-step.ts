import type { ActionStep, ApprovalStep, HandoffField, HandoffStep, StepFailureRule, WaitStep } from '../contracts/handoff-definition.js';
import { teamOfEntry } from '../domain/approval/team-entry.js';
import { conditionWords, type NameOf } from './condition-words.js';
import { line, type ExplanationLine } from './explanation.js';
import { textWords } from './handoff-names.js';
import { valueWords } from './value-words.js';
import { capital, clock, many, named, series, span } from './words.js';

/** StepSurroundings is what a step is explained with. */
export interface StepSurroundings {
  readonly nameOf: NameOf;
  readonly onFailure: StepFailureRule;
  readonly timeZone: string;
}

/** failureWords says what happens when a step fails for good. */
export const failureWords: Readonly<Record<StepFailureRule, string>> = {
  compensate: 'what was done is undone, the last first, and the handoff ends as failed',
  park: 'the handoff waits until a person has decided: try again, go on without the step, or give up',
  continue: 'the handoff goes on without the step',
};

/** explainSteps says steps in their order, each with all that belongs to it. */
export function explainSteps(steps: readonly HandoffStep[], around: StepSurroundings): readonly ExplanationLine[] {
  return steps.map((step) => ({ text: `${step.title}. ${capital(doing(step, around))}`, numbered: true, below: [...rules(step, around), ...within(step, around)] }));
}

function doing(step: HandoffStep, around: StepSurroundings): string {
  const { nameOf } = around;
  switch (step.kind) {
    case 'action': return actionWords(step, nameOf);
    case 'wait': return waitWords(step, around);
    case 'approval': return `people are asked: "${textWords(step.text, nameOf)}"`;
    case 'branch': return 'the first of these ways whose condition holds is gone:';
    case 'parallel': return 'these ways are gone at the same time, and the handoff goes on when all of them have ended:';
    case 'forEach': return `for each value in ${nameOf(step.list) ?? named(step.list)}, one after the other:`;
    case 'notify': return `${toldWords(step.department, step.channels)} told${step.severity === 'info' ? '' : ` (${step.severity})`}: "${textWords(step.text, nameOf)}"`;
    case 'end': return 'the handoff ends here, and counts as done.';
  }
}

function toldWords(department: string | null, channels: readonly string[]): string {
  if (channels.length > 0) return `${channels.length === 1 ? 'the channel' : 'the channels'} ${series(channels)} ${channels.length === 1 ? 'is' : 'are'}`;
  return department === null ? 'people are' : `the department ${department} is`;
}

function actionWords({ does, object: { system, object }, id, by }: ActionStep, nameOf: NameOf): string {
  const one = `${object} in ${system}`;
  const which = id === undefined ? '' : ` whose id is ${nameOf(id) ?? id}`;
  switch (does) {
    case 'read': return `the ${one}${which} is read as it is now.`;
    case 'create': return `a new ${one} is made${by === undefined ? '' : `, known by its ${named(by)}`}.`;
    case 'ensure': return `the ${one} with this ${named(by ?? 'id')} is taken; where there is none, it is made.`;
    case 'update': return `the ${one}${which} is changed.`;
    case 'archive': return `the ${one}${which} is archived.`;
  }
}

function waitWords({ forMs, until, businessHours, events }: WaitStep, { nameOf, timeZone }: StepSurroundings): string {
  const time = until === undefined ? (forMs === undefined ? '' : span(forMs)) : `until ${nameOf(until) ?? until}`;
  const hours = businessHours === undefined ? '' : `${time === '' ? 'until' : ', then until'} the next time between ${minutes(businessHours.fromMinute)} and ${minutes(businessHours.toMinute)}, Monday to Friday (${timeZone})`;
  const sooner = events.length === 0 ? '' : `, or until one of these events comes: ${series(events, 'or')}`;
  return `it waits ${time}${hours}${sooner}.`.replace('waits , then', 'waits');
}

function minutes(ofDay: number): string {
  return clock(Math.floor(ofDay / 60), ofDay % 60);
}

function rules(step: HandoffStep, { nameOf, onFailure }: StepSurroundings): readonly ExplanationLine[] {
  const { when, timeoutMs, retryMs } = step;
  return [
    ...(when === undefined ? [] : [line(`Only if ${conditionWords(when, nameOf)}; otherwise the step is skipped.`)]),
    ...(step.kind === 'approval' ? approvalLines(step, nameOf) : []),
    ...(step.kind === 'action' ? fieldLines(step.fields, nameOf) : []),
    ...(step.kind === 'notify' && step.body !== '' ? [line(`With the text: "${textWords(step.body, nameOf)}"`)] : []),
    ...(step.kind === 'action' && step.undo !== undefined ? [line(undoWords(step))] : []),
    ...(retryMs === undefined ? [] : [line(retryMs.length === 0 ? 'It is tried once.' : `Where it does not succeed it is tried again after ${series(retryMs.map(span))}.`)]),
    ...(timeoutMs === undefined ? [] : [line(`With all its attempts it may take ${span(timeoutMs)}.`)]),
    ...(step.onFailure === onFailure ? [] : [line(`If it fails, ${failureWords[step.onFailure]}.`)]),
  ];
}

function undoWords({ undo, object }: ActionStep): string {
  if (undo === 'restore') return 'If the handoff is undone, the fields get back the values that they had.';
  return `If the handoff is undone, the ${object.object} is ${undo === 'delete' ? 'deleted' : 'archived'}, where this step has made it.`;
}

function fieldLines(fields: readonly HandoffField[], nameOf: NameOf): readonly ExplanationLine[] {
  return fields.map((field) => {
    switch (field.kind) {
      case 'mapping': return line(`${named(field.mapping.to)}: ${valueWords(field.mapping, nameOf)}.`);
      case 'text': return line(`${named(field.to)}: "${textWords(field.text, nameOf)}".`);
      case 'items': return line(`${named(field.to)}: a list, each with`, field.items.flatMap((item) => fieldLines(item, nameOf)));
    }
  });
}

function approvalLines(step: ApprovalStep, nameOf: NameOf): readonly ExplanationLine[] {
  const { approvers, quorum, remindAfterMs, escalateAfterMs, escalateTo, expireAfterMs, requestedBy, department, fields } = step;
  const shown = fields.map((field) => named(field.kind === 'mapping' ? field.mapping.to : field.to));
  return [
    line(`Who may answer: ${series(approvers.map(personWords), 'or')}. ${quorum === 1 ? 'One approval is enough' : `${many(quorum, 'person', 'different people')} must approve`}; one rejection rejects.`),
    ...(requestedBy === undefined ? [] : [line(`Whoever asked may not answer: ${requestedBy.startsWith('/') ? (nameOf(requestedBy) ?? requestedBy) : textWords(requestedBy, nameOf)}.`)]),
    ...(shown.length === 0 ? [] : [line(`They are shown: ${series(shown)}. Where that changes, they are asked anew.`)]),
    ...(department === null ? [] : [line(`The department ${department} is told.`)]),
    ...(remindAfterMs.length === 0 ? [] : [line(`Those who have not answered are reminded after ${series(remindAfterMs.map(span))}.`)]),
    ...(escalateAfterMs === null ? [] : [line(`After ${span(escalateAfterMs)}, ${series(escalateTo.map(personWords))} may answer too, and ${escalateTo.length === 1 ? 'is' : 'are'} asked.`)]),
    line(`Without an answer it lapses after ${span(expireAfterMs)}; the answer is then "expired".`),
  ];
}

/** personWords says who may answer: a person as they are, `the team credit-board` for a team. */
export function personWords(entry: string): string {
  const team = teamOfEntry(entry);
  return team === undefined ? entry : `the team ${team}`;
}

function within(step: HandoffStep, around: StepSurroundings): readonly ExplanationLine[] {
  if (step.kind === 'branch') {
    const otherwise = step.ways.some(({ when }) => when === undefined) ? [] : [line('Otherwise: nothing.')];
    return [...step.ways.map(({ when, steps }, index) => line(when === undefined ? (index === 0 ? 'Always:' : 'Otherwise:') : `If ${conditionWords(when, around.nameOf)}:`, explainSteps(steps, around))), ...otherwise];
  }
  if (step.kind === 'parallel') return step.ways.map((steps, index) => line(`Way ${index + 1}:`, explainSteps(steps, around)));
  return step.kind === 'forEach' ? explainSteps(step.steps, around) : [];
}
