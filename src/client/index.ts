export { CrosswalkClient } from './crosswalk-client.js';
export type { CrosswalkClientOptions, StartSyncOptions, SyncHandle, SyncStatus } from './crosswalk-client.js';
export type { RunCounts, RunMode, RunState, SyncMode } from '../contracts/run.js';
export type { SyncProgress, SyncResult } from '../contracts/sync-workflow.js';
