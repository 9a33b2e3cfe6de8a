import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakerText, FEW, trippedBreaker, type Measured, type Norms } from '../../../src/domain/breakers.js';

const nothingAllowed = { allowRemovals: false, allowChanges: false, allowShrink: false };
const measured = (more: Partial<Measured>): Measured => ({ read: 1_000, changes: 0, removals: 0, complete: true, ...more });
const norms = (more: Partial<Norms> = {}): Norms => ({ linked: 1_000, expected: 1_000, limits: { deletes: 0.02, changes: 0.3, blanks: 1 }, allowances: nothingAllowed, ...more });

describe('a breaker', () => {
  test.each<[string, Partial<Measured>, Partial<Norms>, string | null]>([
    ['nothing changes', {}, {}, null],
    ['as much changes as the sync allows', { changes: 300 }, {}, null],
    ['one more changes', { changes: 301 }, {}, 'changes'],
    ['one more changes, but a person has allowed it', { changes: 301 }, { allowances: { ...nothingAllowed, allowChanges: true } }, null],
    ['a handful changes, of few', { changes: 19 }, { linked: 19 }, null],
    ['twenty change, of few', { changes: 20 }, { linked: 20 }, 'changes'],
    ['nothing may change', { changes: 20 }, { limits: { deletes: 0, changes: 0, blanks: 1 } }, 'changes'],
    ['as much is gone as the sync allows', { removals: 20 }, {}, null],
    ['one more is gone', { removals: 21 }, {}, 'removals'],
    ['more is gone and more changes', { removals: 21, changes: 301 }, {}, 'removals'],
    ['too much is gone before the end of the read', { removals: 21, complete: false, read: 30 }, {}, 'removals'],
    ['the source is empty', { read: 0 }, {}, 'shrink'],
    ['less than half is there', { read: 499 }, {}, 'shrink'],
    ['half is there', { read: 500 }, {}, null],
    ['less than half is there, but the read goes on', { read: 100, complete: false }, {}, null],
    ['less than half is there, and all changes', { read: 400, changes: 400 }, {}, 'shrink'],
    ['less than half is there, which a person has allowed, and all changes', { read: 400, changes: 400 }, { allowances: { ...nothingAllowed, allowShrink: true } }, 'changes'],
    ['a field is emptied in half of what changes', { changes: 40, blanks: { phone: 20 } }, { limits: { deletes: 0, changes: 1, blanks: 0.5 } }, null],
    ['a field is emptied in more than half of what changes', { changes: 41, blanks: { name: 3, phone: 21 } }, { limits: { deletes: 0, changes: 1, blanks: 0.5 } }, 'blanks'],
    ['a field is emptied in more than half, but the read goes on', { changes: 41, complete: false, blanks: { phone: 21 } }, { limits: { deletes: 0, changes: 1, blanks: 0.5 } }, null],
    ['a field is emptied in nineteen records', { changes: 19, blanks: { phone: 19 } }, { limits: { deletes: 0, changes: 1, blanks: 0 } }, null],
    ['a field is emptied, which a person has allowed', { changes: 41, blanks: { phone: 41 } }, { limits: { deletes: 0, changes: 1, blanks: 0.5 }, allowances: { ...nothingAllowed, allowChanges: true } }, null],
    ['only changes are read', { read: 3 }, { expected: null }, null],
    ['a small source is empty', { read: 0 }, { linked: 19, expected: 19 }, null],
    ['a source of twenty is empty', { read: 0 }, { linked: 20, expected: 20 }, 'shrink'],
  ])('when %s', (_when, what, against, breaker) => {
    expect(trippedBreaker(measured(what), norms(against))).toBe(breaker);
  });

  test('that has tripped stays so as more is found', () => {
    const count = fc.nat({ max: 3_000 });
    fc.assert(fc.property(count, count, count, count, fc.double({ min: 0, max: 1, noNaN: true }), (changes, removals, more, linked, share) => {
      const against = norms({ linked, expected: null, limits: { deletes: share, changes: share, blanks: 1 } });
      const before = trippedBreaker(measured({ changes, removals, complete: false }), against);
      if (before === null) return;
      expect(trippedBreaker(measured({ changes: changes + more, removals: removals + more }), against)).not.toBeNull();
    }));
  });

  test('never trips for fewer records than it takes', () => {
    const few = fc.nat({ max: FEW - 1 });
    fc.assert(fc.property(few, few, few, fc.double({ min: 0, max: 1, noNaN: true }), (changes, removals, linked, share) => {
      expect(trippedBreaker(measured({ read: 0, changes, removals }), norms({ linked, expected: linked, limits: { deletes: share, changes: share, blanks: 1 } }))).toBeNull();
    }));
  });
});

describe('what a breaker says', () => {
  test('names the numbers, the limit, and the commands that go on', () => {
    expect(breakerText('changes', measured({ changes: 417 }), norms(), 'crosswalk sync contacts --full')).toBe(
      'The run would change 417 of 1000 linked records, 41.7 %, and the sync allows 30 %. Nothing was written. ' +
      'See what it is with "crosswalk sync contacts --plan"; if it is right, run "crosswalk sync contacts --full --allow-changes".',
    );
    expect(breakerText('removals', measured({ removals: 33, complete: false }), norms({ limits: { deletes: 0.0125, changes: 1, blanks: 1 } }), 'crosswalk sync contacts')).toBe(
      'The source marks at least 33 of 1000 linked records as gone or inactive, 3.3 %, and the sync allows 1.25 %. Nothing was written. ' +
      'See what it is with "crosswalk sync contacts --plan"; if it is right, run "crosswalk sync contacts --allow-removals".',
    );
    expect(breakerText('shrink', measured({ read: 7 }), norms(), 'crosswalk sync contacts --full')).toBe(
      'A complete read of the source brought 7 records where about 1000 were expected. Nothing was written, and the checkpoint stays where it was. ' +
      'If the source is right, run "crosswalk sync contacts --full --allow-shrink"; records that are gone are removed only with "--allow-removals" as well.',
    );
  });
});
