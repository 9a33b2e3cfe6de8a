export { CrosswalkClient } from './crosswalk-client.js';
export type { CrosswalkClientOptions, StartSyncOptions, SyncHandle, SyncStatus } from './crosswalk-client.js';
export type { ReconciliationHandle, StartReconciliationOptions } from './start-reconciliation.js';
export type { ReconcileProgress, ReconcileResult, RepairPlan } from '../contracts/reconcile-workflow.js';
export type { ReconciliationCounts } from '../contracts/reconciliation.js';
export type { RunCounts, RunMode, RunState } from '../contracts/run.js';
export type { SyncProgress, SyncResult } from '../contracts/sync-workflow.js';
