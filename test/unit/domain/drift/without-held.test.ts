import { describe, expect, it } from 'vitest';
import type { FieldMapping, SyncDefinition } from '../../../../src/contracts/sync-definition.js';
import { asPointer, isTouched, unholdable, withoutHeld } from '../../../../src/domain/drift/without-held.js';

const field = (from: readonly string[], to: string, more: Partial<FieldMapping> = {}): FieldMapping =>
  ({ from, to, type: 'text', required: false, convert: [], repair: [], direction: 'forward', ...more });
const sync: SyncDefinition = {
  sync: 's', title: 's', from: { system: 'crm', object: 'contact' }, to: { system: 'mailing', object: 'member' }, when: { realtime: false },
  match: [{ field: 'email', kind: 'email' }], onDelete: 'ignore', onInactive: 'ignore', limits: { deletes: 1, changes: 1, blanks: 1 }, rollout: { mode: 'live' },
  fields: [
    field(['mail'], 'email', { required: true }), field(['first', 'last'], 'name'), field(['phone'], 'phone', { region: { field: 'country' } }),
    field(['/address/city'], '/address/city'), field(['street'], '/address/street'), field([], 'source', { constant: 'crm' }),
  ],
};
const kept = (...quarantined: readonly string[]) => withoutHeld(sync, quarantined);

describe('withoutHeld', () => {
  it.each([
    ['nothing', [], [], []],
    ['a field that nothing is made of', ['/notes'], [], []],
    ['one of several that make a field', ['/last'], ['name'], []],
    ['one that tells the region of a phone number', ['/country'], ['phone'], []],
    ['a part of an object: what stands in the same member is held with it', ['/address'], ['/address/city', '/address/street'], []],
    ['a member of it', ['/street'], ['/address/city', '/address/street'], []],
    ['a field that is required and matched by', ['/mail'], ['email'], ['email']],
  ])('%s', (_what, quarantined, held, needed) => {
    const found = withoutHeld(sync, quarantined);
    expect([found.held, found.neededForNew]).toEqual([held, needed]);
    expect(found.sync.fields.map(({ to }) => to)).toEqual(sync.fields.map(({ to }) => to).filter((to) => !(held as readonly string[]).includes(to)));
  });

  it('takes a held field from the keys, so that no key counts as lost', () => {
    expect(kept('/mail').sync.match).toEqual([]);
    expect(kept('/phone').sync.match).toEqual(sync.match);
  });
});

describe('of a two-way sync, withoutHeld', () => {
  it('leaves out what goes into quarantined fields of the target as well', () => {
    const twoWay: SyncDefinition = { ...sync, fields: [...sync.fields, field(['note'], 'note', { direction: 'both' })] };
    expect(withoutHeld(twoWay, [], ['/note']).held).toEqual(['note']);
    expect(withoutHeld(twoWay, ['/phone'], ['/note']).held.toSorted()).toEqual([...withoutHeld(twoWay, ['/phone']).held, 'note'].toSorted());
  });
});

describe('unholdable', () => {
  const states = { source: [], target: [], isPartial: false };
  const scoped: SyncDefinition = { ...sync, scope: { kind: 'all', of: [{ kind: 'not', of: { kind: 'compare', field: 'team', operator: '=', value: 'emea' } }] } };
  const twoWay: SyncDefinition = { ...sync, fields: [...sync.fields, field(['note'], 'note', { direction: 'both' })] };

  it.each([
    ['no field', scoped, [], undefined],
    ['a field that the scope is told by', scoped, ['/team'], 'is told by team'],
    ['a field that it only maps', scoped, ['/phone'], undefined],
    ['a field of a two-way sync that it maps', twoWay, ['/phone'], undefined],
    ['a field that a two-way sync does not map', twoWay, ['/team'], undefined],
  ])('%s', (_what, definition, quarantined, reason) => {
    const found = unholdable(definition, states, quarantined);
    if (reason === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(reason);
  });

  it('a field that tells which records are deleted', () => {
    const told = [{ kind: 'compare', field: '/status', operator: '=', value: 'deleted' }] as const;
    expect(unholdable(sync, { ...states, source: told }, ['/status'])).toContain('/status');
    expect(unholdable(twoWay, { ...states, target: told }, [], ['/status'])).toContain('/status');
    expect(unholdable(sync, { ...states, target: told }, ['/status'])).toBeUndefined();
  });

  it('a mapped field of a two-way sync with a side that is never read completely', () => {
    expect(unholdable(twoWay, { ...states, isPartial: true }, ['/phone'])).toContain('it is two-way');
    expect(unholdable(twoWay, { ...states, isPartial: true }, ['/team'])).toBeUndefined();
    expect(unholdable(sync, { ...states, isPartial: true }, ['/phone'])).toBeUndefined();
  });
});

it.each([['phone', '/phone', true], ['/address/city', '/address', true], ['address', '/address/city', true], ['/addresses', '/address', false], ['a/b', '/a~1b', true]])('%s is touched by %s: %s', (name, quarantined, expected) => {
  expect(isTouched(name, [quarantined])).toBe(expected);
  expect(asPointer(asPointer(name))).toBe(asPointer(name));
});
