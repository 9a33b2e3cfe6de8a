import { describe, expect, test } from 'vitest';
import { holdBack, removalWrite } from '../../../activities/sync/removals.js';
import type { KnownRecord } from '../../../src/store/crosswalk.js';
import { watchedPage } from './writer-under-test.js';

const sync = (deletes: number) => ({ sync: 'contacts', limits: { deletes, changes: 0.3, blanks: 1 } });

describe('removals are held back', () => {
  test.each([
    // linked, missing, allowed share, held
    [1000, 0, 0.02, false],
    [1000, 20, 0.02, false],
    [1000, 21, 0.02, true],
    [1000, 1000, 0.02, true],
    [1000, 1000, 1, false],
    [100_000, 2_000, 0.02, false],
    [100_000, 2_001, 0.02, true],
    // A handful: shares say little, only the loss of more than half is held back.
    [100, 10, 0.02, false],
    [20, 10, 0.02, false],
    [19, 10, 0.02, true],
    [10, 10, 0.02, true],
    [2, 1, 0.02, false],
    [2, 2, 0.02, true],
    [1, 1, 0.02, false],
    [11, 11, 0.02, true],
    [0, 0, 0.02, false],
    // None allowed means none, however few.
    [1000, 1, 0, true],
    [1000, 0, 0, false],
    [1, 1, 0, true],
  ])('of %i linked and %i missing records with %d allowed: %s', (linked, missing, allowed, held) => {
    expect(holdBack({ linked, missing }, sync(allowed)) !== null).toBe(held);
  });

  test('with a message that says how many, what is allowed, and what to do', () => {
    expect(holdBack({ linked: 1000, missing: 123 }, sync(0.07))).toBe(
      '123 of 1000 linked records (12.3 %) were not in a complete read of the source, and the sync allows 7 %. ' +
        'Nothing was removed. If the source is right, run "crosswalk sync contacts --full --allow-removals".',
    );
  });
});

describe('the write of a removal', () => {
  const known: KnownRecord = {
    sourceId: 'c1', entityId: 'e1', sourceState: 'live', targetId: 't1', targetVersion: '3', fingerprint: null, lastRunId: null, openLetter: false,
  };

  test.each([
    ['archive', known, 'archive'], ['delete', known, 'delete'], ['unlink', known, undefined], ['ignore', known, undefined],
    ['archive', { ...known, targetId: null }, undefined], ['delete', { ...known, sourceState: 'gone' as const }, undefined],
  ] as const)('for the rule %s', (rule, record, kind) => {
    expect(removalWrite(rule, record, watchedPage(), 'gone at the source', { name: 'Ada' })?.intent.kind).toBe(kind);
  });

  test('names the record and its version, and keeps its last values as the before-image', () => {
    const write = removalWrite('archive', known, watchedPage(), 'gone at the source', { name: 'Ada' });
    expect(write?.intent).toMatchObject({ sourceId: 'c1', entityId: 'e1', externalId: 't1', expectedVersion: '3', reason: 'gone at the source', before: { name: 'Ada' }, after: {}, fingerprint: null });
  });
});
