export { CrosswalkClient } from './crosswalk-client.js';
export { PlansClient, PlansClientError } from './plans-client.js';
export type { CrosswalkClientOptions, PlanHandle, StartSyncOptions, SyncHandle, SyncStatus } from './crosswalk-client.js';
export type { RunCounts, RunMode, RunState, SyncMode } from '../contracts/run.js';
export type { SyncProgress, SyncResult } from '../contracts/sync-workflow.js';
export type { PlanKind, PlanResult, PlanState, UndoScope } from '../contracts/plan.js';
export type { PlannedWriteView, PlanPage, PlanView, RefusalView } from '../contracts/plan-view.js';
