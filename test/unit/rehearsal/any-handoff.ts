import fc from 'fast-check';
import type { Condition } from '../../../src/contracts/condition.js';
import type { HandoffDefinition, HandoffField, HandoffStep, StepFailureRule } from '../../../src/contracts/handoff-definition.js';

const place = fc.constantFrom('/trigger/id', '/trigger/name', '/trigger/none', '/trigger/lines', '/s1/id', '/s2/name', '/s3/state', '/s4/event', '/item/id', '/step/key');
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constant('empty' as const), field: place, negated: fc.boolean() }),
  fc.record({ kind: fc.constant('compare' as const), field: place, operator: fc.constantFrom('=' as const, '!=' as const, '<' as const), value: fc.constantFrom('x', 3, null) }),
);
const field: fc.Arbitrary<HandoffField> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), to: fc.constantFrom('name', 'title'), text: place.map((at) => `for {${at}}`) }),
  fc.record({ from: fc.array(place, { minLength: 1, maxLength: 2 }), to: fc.constantFrom('reference', 'amount'), type: fc.constantFrom('text' as const, 'text' as const, 'text' as const, 'integer' as const), required: fc.boolean() })
    .map((mapping) => ({ kind: 'mapping' as const, mapping: { ...mapping, convert: [], repair: [], direction: 'forward' as const } })),
);
const failureRule = fc.constantFrom<StepFailureRule>('compensate', 'park', 'continue', 'continue', 'continue');
const commons = { onFailure: failureRule, when: fc.option(condition, { nil: undefined, freq: 1 }) };

const object = fc.constantFrom({ system: 'crm', object: 'account' }, { system: 'books', object: 'customer' }, { system: 'projects', object: 'project' });
const leaf = fc.oneof(
  { weight: 4, arbitrary: fc.record({ ...commons, kind: fc.constant('action' as const), does: fc.constantFrom('read' as const, 'create' as const, 'create' as const, 'ensure' as const, 'update' as const, 'archive' as const), object, id: fc.constantFrom('/trigger/id', '/trigger/id', '/s1/id', '/item/id', '/trigger/none'), by: fc.constant('reference'), fields: fc.uniqueArray(field, { maxLength: 2, selector: (each) => (each.kind === 'mapping' ? each.mapping.to : each.to) }), undo: fc.option(fc.constantFrom('delete' as const, 'archive' as const), { nil: undefined }) }) },
  fc.record({ ...commons, kind: fc.constant('wait' as const), forMs: fc.integer({ min: 0, max: 1e9 }), events: fc.subarray(['replied', 'left']) }),
  fc.record({ ...commons, kind: fc.constant('wait' as const), until: place, events: fc.constant([]) }),
  fc.record({ ...commons, kind: fc.constant('approval' as const), text: fc.constant('May it?'), fields: fc.constant([]), approvers: fc.constant(['ana']), quorum: fc.constant(1), remindAfterMs: fc.constant([]), escalateAfterMs: fc.constant(null), escalateTo: fc.constant([]), expireAfterMs: fc.constant(1000), department: fc.constant(null), requestedBy: fc.option(place, { nil: undefined }) }),
  fc.record({ ...commons, kind: fc.constant('notify' as const), severity: fc.constant('info' as const), department: fc.constant(null), channels: fc.constant([]), text: fc.constant('{/trigger/name}'), body: fc.constant('') }),
  fc.record({ ...commons, kind: fc.constant('end' as const) }),
);

type Unnamed = { readonly kind: string };
const { steps } = fc.letrec<{ steps: readonly Unnamed[]; step: Unnamed }>((tie) => ({
  steps: fc.array(tie('step'), { minLength: 1, maxLength: 4, size: 'small' }),
  step: fc.oneof({ maxDepth: 3, depthSize: 'small' }, leaf,
    fc.record({ ...commons, kind: fc.constant('branch' as const), ways: fc.array(fc.record({ when: fc.option(condition, { nil: undefined }), steps: tie('steps') }), { minLength: 1, maxLength: 2 }) }),
    fc.record({ ...commons, kind: fc.constant('parallel' as const), ways: fc.array(tie('steps'), { minLength: 2, maxLength: 2 }) }),
    fc.record({ ...commons, kind: fc.constant('forEach' as const), list: place, as: fc.constant('item'), steps: tie('steps') })),
}));

/** anyHandoff is a handoff of any shape; most are of no use to anybody. */
export const anyHandoff: fc.Arbitrary<HandoffDefinition> = fc.record({ steps, onFailure: failureRule }).map(({ steps: unnamed, onFailure }) => {
  let count = 0;
  const defined = (value: object): object => Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
  const named = (list: readonly Unnamed[]): HandoffStep[] => list.map((step) => {
    count += 1;
    const { ways, steps: within } = step as { readonly ways?: readonly unknown[]; readonly steps?: readonly Unnamed[] };
    const name = `s${count}`;
    return {
      ...defined(step), name, title: name,
      ...(within === undefined ? {} : { steps: named(within) }),
      ...(ways === undefined ? {} : { ways: ways.map((way) => (Array.isArray(way) ? named(way as readonly Unnamed[]) : { ...defined(way as object), steps: named((way as { readonly steps: readonly Unnamed[] }).steps) })) }),
    } as unknown as HandoffStep;
  });
  return { handoff: 'any', title: 'Any', trigger: { on: { system: 'crm', object: 'account' } }, once: [], timeZone: 'UTC', onFailure, steps: named(unnamed) };
});
