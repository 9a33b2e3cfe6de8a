import { addCounts, type RunCounts, type RunPlace } from '../../src/contracts/run.js';

/** OpenPage is a page whose records are being worked on. */
export interface OpenPage {
  /** expect announces writes that have to be settled before the page is. */
  expect(writes: number): void;
  /** settled reports that writes have come to an end, whatever it was. */
  settled(writes: number): void;
  /** count adds to what the page came to. */
  count(counts: Partial<RunCounts>): void;
  /** planned says that no more writes will be announced. */
  planned(): void;
}

/** SettledPlace is the furthest place before which everything is settled, with the counts up to it. */
export interface SettledPlace {
  readonly place: RunPlace;
  readonly counts: RunCounts;
}

interface PageState {
  readonly place: RunPlace;
  pending: number;
  planned: boolean;
  counts: Partial<RunCounts>;
}

/**
 * PageTracker holds the checkpoint back until it is on a strict boundary: pages are settled in any order, and the place
 * moves only past those before which nothing is open.
 */
export class PageTracker {
  private readonly pages: PageState[] = [];

  constructor(private current: SettledPlace) {}

  /** open starts a page; `placeAfter` is where the run stands once the page and all before it are settled. */
  open(placeAfter: RunPlace): OpenPage {
    const page: PageState = { place: placeAfter, pending: 0, planned: false, counts: {} };
    this.pages.push(page);
    return {
      expect: (writes) => { page.pending += writes; },
      settled: (writes) => { page.pending -= writes; this.shift(); },
      count: (counts) => { page.counts = mergeCounts(page.counts, counts); },
      planned: () => { page.planned = true; this.shift(); },
    };
  }

  /** reached is the furthest place before which everything is settled. */
  reached(): SettledPlace {
    return this.current;
  }

  /** allSettled says whether no page is open. */
  allSettled(): boolean {
    return this.pages.length === 0;
  }

  private shift(): void {
    for (let first = this.pages[0]; first !== undefined && first.planned && first.pending === 0; first = this.pages[0]) {
      this.current = { place: first.place, counts: addCounts(this.current.counts, first.counts) };
      this.pages.shift();
    }
  }
}

function mergeCounts(left: Partial<RunCounts>, right: Partial<RunCounts>): Partial<RunCounts> {
  const sum: Record<string, number> = { ...left };
  for (const [name, count] of Object.entries(right)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
