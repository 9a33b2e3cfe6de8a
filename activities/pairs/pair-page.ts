import type { PairSide } from '../../src/store/pairs.js';
import type { OpenPage } from '../sync/page-tracker.js';

/** PairProgress is what the writes of one pair have come to. */
export class PairProgress {
  private pending = 0;
  /** The pair has to be merged once more, with what was read again. */
  again = false;
  parked = 0;
  private readonly written: { readonly side: PairSide; readonly id: string | null }[] = [];

  /** page is what the writer reports to. */
  readonly page: OpenPage = {
    expect: (writes) => { this.pending += writes; },
    settled: (writes) => { this.pending -= writes; },
    count: ({ parked = 0, duplicates = 0 }) => { this.parked += parked + duplicates; },
    planned: () => undefined,
  };

  /** writing notes that a write goes to a record of a side. */
  writing(side: PairSide, id: string | null): void {
    this.written.push({ side, id });
  }

  /** writesTo says whether a write goes to that record. */
  writesTo(side: PairSide, id: unknown): boolean {
    return id !== null && this.written.some((each) => each.side === side && each.id === id);
  }

  /** isSettled says whether every write was answered. */
  isSettled(): boolean {
    return this.pending === 0;
  }
}
