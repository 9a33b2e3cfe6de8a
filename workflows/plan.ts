import type { SyncInput, SyncResult } from '../src/contracts/sync-workflow.js';
import { sync } from './sync.js';

/** plan finds out what a run would write and stores it, without sending anything. */
export async function plan(input: Omit<SyncInput, 'mode'>): Promise<SyncResult> {
  return sync({ ...input, mode: 'plan' });
}
