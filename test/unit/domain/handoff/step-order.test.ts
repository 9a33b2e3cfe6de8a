import { describe, expect, test } from 'vitest';
import type { StepOutline } from '../../../../src/contracts/handoff.js';
import { areAllThatIsLeft, endsParallelWay, firstActions } from '../../../../src/domain/handoff/step-order.js';

const step = (name: string, kind: StepOutline['kind'] = 'action', more: Partial<StepOutline> = {}): StepOutline => ({ name, title: name, kind, onFailure: 'compensate', undo: false, decides: false, ...more });
const beside = (name: string, ways: readonly (readonly StepOutline[])[], more: Partial<StepOutline> = {}): StepOutline => step(name, 'parallel', { ways, ...more });
const names = (steps: readonly StepOutline[]): readonly string[] => steps.map(({ name }) => name);

const [a, b, c] = [step('a'), step('b'), step('c')];

describe('an action that ends its way beside others', () => {
  const outline = [a, beside('both', [[step('b'), step('c')], [step('d'), beside('inner', [[step('e')], [step('f'), step('g')]])]]), step('turns', 'forEach', { ways: [[step('h')]], decides: true })];
  test.each(['c', 'e', 'g'])('%s holds nobody up', (name) => { expect(endsParallelWay(outline, name)).toBe(true); });
  test.each(['a', 'b', 'd', 'f', 'h'])('%s has something that waits for it alone', (name) => { expect(endsParallelWay(outline, name)).toBe(false); });
});

describe('the actions that a handoff begins with', () => {
  test.each([
    ['an action', [a, b], ['a']],
    ['one of each way', [beside('p', [[a], [b]]), c], ['a', 'b']],
    ['an action that is skipped where its condition does not hold', [step('a', 'action', { decides: true })], ['a']],
  ])('%s', (_, outline, first) => { expect(names(firstActions(outline))).toEqual(first); });

  test.each([
    ['no steps', []],
    ['ways of several steps', [beside('p', [[a, b], [c]])]],
    ['ways that something has to be looked up for', [beside('p', [[a], [b]], { decides: true })]],
    ['something else in a way', [beside('p', [[a], [step('w', 'wait')]])]],
    ['a time limit of its own', [beside('p', [[a], [step('b', 'action', { timeoutMs: 5_000 })]])]],
    ['a wait', [step('w', 'wait'), a]],
  ])('are none with %s', (_, outline) => { expect(firstActions(outline)).toEqual([]); });
});

describe('a handoff is over', () => {
  test.each([
    ['after its last action', [a, b], [b]],
    ['after all ways of its last step', [a, beside('p', [[b], [c]])], [c, b]],
  ])('%s', (_, outline, done) => { expect(areAllThatIsLeft(outline, done)).toBe(true); });

  test.each([
    ['an action before the last', [a, b], [a]],
    ['only some ways', [beside('p', [[b], [c]])], [b]],
    ['the last actions of longer ways', [beside('p', [[a, b], [c]])], [b, c]],
    ['a step for which it is noted that it is done', [beside('p', [[b], [c]], { decides: true })], [b, c]],
    ['what would be undone if it were stopped', [step('a', 'action', { undo: true }), b], [b]],
    ['the last of a list', [step('turns', 'forEach', { ways: [[a]], decides: true })], [a]],
  ])('not yet after %s', (_, outline, done) => { expect(areAllThatIsLeft(outline, done)).toBe(false); });
});
