import type { SyncInput, SyncResult } from '../src/contracts/sync-workflow.js';
import { sync } from './sync.js';

/** backfill carries all of a source's history over once; it leaves the checkpoint of the regular runs alone and removes nothing. */
export async function backfill(input: Omit<SyncInput, 'mode'>): Promise<SyncResult> {
  return sync({ ...input, mode: 'backfill' });
}
