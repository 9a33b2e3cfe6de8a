import type { PlannedWrite } from './planned-write.js';

/** RecordWriter takes on planned writes: one that sends them through the ledger, and one that only stores a plan. */
export interface RecordWriter {
  /** add takes a write on; it may wait until there is room. */
  add(write: PlannedWrite): Promise<void>;
  /** settledFor waits until no write for a source record is under way. */
  settledFor(sourceId: string): Promise<void>;
  /** drain waits until nothing is under way. */
  drain(): Promise<void>;
}
