import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PageTracker, type OpenPage } from '../../../activities/sync/page-tracker.js';
import { noCounts } from '../../../src/contracts/run.js';

const start = { place: { page: { at: 0 } }, counts: noCounts };
const placeAfter = (page: number) => ({ page: { at: page + 1 } });

/** What may happen to one of five pages; settling is drawn by page, so pages settle in any order. */
const step = fc.record({ page: fc.nat(4), kind: fc.constantFrom('expect' as const, 'settle' as const, 'plan' as const, 'count' as const) });

describe('a page tracker', () => {
  test('moves its place only past pages before which nothing is open, and adds up exactly their counts', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const tracker = new PageTracker(start);
      const pages = Array.from({ length: 5 }, (_, page) => ({ open: tracker.open(placeAfter(page)), expected: 0, settled: 0, planned: false, parked: 0 }));
      for (const { page: number, kind } of steps) {
        const page = pages[number];
        if (page === undefined) continue;
        if (kind === 'expect' && !page.planned) { page.expected += 1; page.open.expect(1); }
        if (kind === 'settle' && page.settled < page.expected) { page.settled += 1; page.open.settled(1); }
        // A page that has been passed takes no more counts; nobody counts after the last write is settled.
        if (kind === 'count' && !(page.planned && page.settled === page.expected)) { page.parked += 1; page.open.count({ parked: 1 }); }
        if (kind === 'plan' && !page.planned) { page.planned = true; page.open.planned(); }
        const done = pages.findIndex((each) => !each.planned || each.settled < each.expected);
        const passed = done < 0 ? pages : pages.slice(0, done);
        expect(tracker.reached().place).toEqual(passed.length === 0 ? start.place : placeAfter(passed.length - 1));
        expect(tracker.reached().counts.parked).toBe(passed.reduce((sum, each) => sum + each.parked, 0));
        expect(tracker.allSettled()).toBe(passed.length === pages.length);
      }
    }));
  });

  test('goes on from the counts that a run had before', () => {
    const tracker = new PageTracker({ place: {}, counts: { ...noCounts, read: 100, unchanged: 90 } });
    const page = tracker.open(placeAfter(0));
    page.count({ read: 3, unchanged: 1 });
    page.count({ unchanged: 1, ignored: 1 });
    page.planned();
    expect(tracker.reached().counts).toEqual({ ...noCounts, read: 103, unchanged: 92, ignored: 1 });
  });

  test('keeps a page open while an answer leads to another write for the same record', () => {
    const tracker = new PageTracker(start);
    const page: OpenPage = tracker.open(placeAfter(0));
    page.expect(1);
    page.planned();
    expect(tracker.reached().place).toEqual(start.place);
    page.settled(1);
    expect(tracker.reached().place).toEqual(placeAfter(0));
  });
});
