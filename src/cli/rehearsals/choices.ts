import { didYouMean } from '../../config/suggestion.js';
import type { HandoffDefinition } from '../../contracts/handoff-definition.js';
import type { JsonObject } from '../../contracts/json.js';
import { allSteps } from '../../explain/handoff-names.js';
import { FieldPathError, parseFieldPath } from '../../domain/json-pointer.js';
import type { ApprovalEnd, RehearsalChoices } from '../../rehearsal/rehearsal.js';
import { badInput } from '../command-error.js';
import { sentenceEnd } from '../sync-names.js';

/** ChoiceOptions is what the command line says is to be taken to happen. */
export interface ChoiceOptions {
  readonly approval: readonly string[];
  readonly event: readonly string[];
  readonly value: readonly string[];
}

const ends: readonly string[] = ['approved', 'rejected', 'expired', 'cancelled'] satisfies ApprovalEnd[];

/** choicesOf reads what is to be taken to happen while a handoff is tested; throws CommandError for what the handoff does not know. */
export function choicesOf({ approval, event, value }: ChoiceOptions, { steps }: HandoffDefinition): RehearsalChoices {
  const all = allSteps(steps);
  const approvals = new Map<string, ApprovalEnd>();
  const asking = all.flatMap((step) => (step.kind === 'approval' ? [step.name] : []));
  for (const text of approval) {
    const [step, end] = parted(text);
    if (!asking.includes(step)) throw badInput(`The handoff has no approval "${step.slice(0, 80)}"${sentenceEnd(didYouMean(step, asking))}`, { todo: 'Write it as STEP=approved, with the name of the step.' });
    if (!ends.includes(end)) throw badInput(`An approval cannot end as "${end.slice(0, 80)}".`, { todo: `Say one of ${ends.join(', ')}.` });
    approvals.set(step, end as ApprovalEnd);
  }
  const waits = all.flatMap((step) => (step.kind === 'wait' ? [step] : []));
  const events = event.map((text) => {
    const [step, name] = text.includes('=') ? parted(text) : [undefined, text];
    const listening = waits.filter((wait) => step === undefined || wait.name === step);
    if (listening.length === 0) throw badInput(`The handoff has no wait "${(step ?? '').slice(0, 80)}"${sentenceEnd(didYouMean(step ?? '', waits.map((wait) => wait.name)))}`);
    const known = [...new Set(listening.flatMap((wait) => wait.events))];
    if (name === undefined || !known.includes(name)) throw badInput(`No wait listens to the event "${(name ?? '').slice(0, 80)}"${sentenceEnd(didYouMean(name ?? '', known))}`);
    return step === undefined ? { event: name } : { step, event: name };
  });
  return { approvals, events, values: new Map(value.map(valueOf)) };
}

function parted(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

// A value is JSON where it can be read as such, and otherwise the text that it is: 12 is a number, won is a text.
function valueOf(text: string): readonly [string, JsonObject[string]] {
  const [place, value] = parted(text);
  try {
    if (!place.startsWith('/') || !text.includes('=')) throw new FieldPathError('no place');
    parseFieldPath(place);
  } catch {
    throw badInput(`"${text.slice(0, 80)}" says no value.`, { todo: 'Write it as /STEP/FIELD=VALUE, for example /member/status=subscribed.' });
  }
  try {
    return [place, JSON.parse(value) as JsonObject[string]];
  } catch {
    return [place, value];
  }
}
