import type { BlankCounts } from '../../src/contracts/run.js';
import { createBlankCounter, type BlankCounter } from '../../src/domain/blanked-fields.js';
import type { OpenPage } from './page-tracker.js';
import type { PlannedWrite } from './planned-write.js';
import type { RecordWriter } from './record-writer.js';

/** CountingWriter counts what would be written, and holds on to none of it. */
export class CountingWriter implements RecordWriter {
  private changes = 0;
  private removals = 0;
  private readonly blanks: BlankCounter;

  /** `fields` are the target fields of the sync. */
  constructor(fields: readonly string[]) {
    this.blanks = createBlankCounter(fields);
  }

  /** page takes the counts of the pages whose writes are counted here. */
  readonly page: OpenPage = {
    expect: () => undefined,
    settled: () => undefined,
    planned: () => undefined,
    // An unlink is written nowhere, so the planner only counts it.
    count: ({ unlinked = 0 }) => { this.removals += unlinked; },
  };

  add({ intent }: PlannedWrite): Promise<void> {
    if (intent.kind === 'update') {
      this.changes += 1;
      this.blanks.count(intent.before ?? {}, intent.after ?? {});
    }
    if (intent.kind === 'archive' || intent.kind === 'delete') this.removals += 1;
    return Promise.resolve();
  }

  settledFor(): Promise<void> {
    return Promise.resolve();
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  /** take gives what was counted since it was last called: records that would be changed, removed or unlinked, and by field those that would lose its value. */
  take(): { readonly changes: number; readonly removals: number; readonly blanks: BlankCounts } {
    const { changes, removals } = this;
    [this.changes, this.removals] = [0, 0];
    return { changes, removals, blanks: this.blanks.take() };
  }
}
