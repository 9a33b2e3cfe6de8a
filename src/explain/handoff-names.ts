import type { HandoffDefinition, HandoffStep } from '../contracts/handoff-definition.js';
import { waysOf } from '../domain/handoff/outline.js';
import type { NameOf } from './condition-words.js';
import { named } from './words.js';

/** handoffNames says what the places among a handoff's values are called: `amount of the deal` for `/trigger/amount`. */
export function handoffNames({ trigger, steps }: Pick<HandoffDefinition, 'trigger' | 'steps'>): NameOf {
  const all = allSteps(steps);
  const objects = [trigger.on.object, ...all.flatMap((step) => (step.kind === 'action' && step.does !== 'update' && step.does !== 'archive' ? [step.object.object] : []))];
  // An update shows a record that another step has brought.
  const whole = (step: HandoffStep & { readonly kind: 'action' }): string => {
    const alone = objects.filter((object) => object === step.object.object).length === 1;
    return `the ${step.object.object}${alone ? '' : ` of "${step.title}"`}`;
  };
  return (place) => {
    const [, first = '', ...rest] = place.split('/');
    if (!place.startsWith('/') || first === '') return undefined;
    const field = named(rest.join('/'));
    const of = (what: string): string => (field === '' ? what : `${field} of ${what}`);
    if (first === 'trigger') return of(`the ${trigger.on.object}`);
    if (first === 'step') return 'a key that only this step has';
    const step = all.find(({ name }) => name === first);
    if (step?.kind === 'approval' && field === 'state') return `the answer to "${step.title}"`;
    if (step?.kind === 'wait' && field === 'event') return `the event during "${step.title}"`;
    if (step?.kind === 'action') return of(whole(step));
    return of(all.some((each) => each.kind === 'forEach' && each.as === first) ? `the ${named(first)}` : `"${step?.title ?? first}"`);
  };
}

/** allSteps is every step of a list and within it, in order. */
export function allSteps(steps: readonly HandoffStep[]): readonly HandoffStep[] {
  return steps.flatMap((step) => [step, ...waysOf(step).flatMap(allSteps)]);
}

/** textWords is a text whose places are said by their names: `Draft for [amount of the deal]`. */
export function textWords(text: string, nameOf: NameOf): string {
  return text.replaceAll(/\{(\/[^{}]{1,500})\}/g, (_, place: string) => `[${nameOf(place) ?? place}]`);
}
