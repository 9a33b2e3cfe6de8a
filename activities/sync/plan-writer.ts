import { intend } from '../../src/store/ledger.js';
import type { PlannedWrite } from './planned-write.js';
import type { RecordWriter } from './record-writer.js';
import type { RunContext } from './run-context.js';

/** How many planned writes go into one statement. */
const BATCH = 500;

/** PlanWriter stores what would be written. It holds no connector, so it cannot send anything. */
export class PlanWriter implements RecordWriter {
  private waiting: PlannedWrite[] = [];

  constructor(private readonly context: Pick<RunContext, 'database' | 'scope'>) {}

  async add(write: PlannedWrite): Promise<void> {
    this.waiting.push(write);
    if (this.waiting.length >= BATCH) await this.drain();
  }

  settledFor(): Promise<void> {
    return Promise.resolve();
  }

  async drain(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length === 0) return;
    await intend(this.context.database, this.context.scope, batch.map((write) => write.intent), 'planned');
    for (const write of batch) write.page.settled(1);
  }
}
