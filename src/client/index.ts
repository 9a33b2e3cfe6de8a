export { CrosswalkClient } from './crosswalk-client.js';
export type { CrosswalkClientOptions, StartSyncOptions, SyncHandle, SyncStatus } from './crosswalk-client.js';
export type { RunCounts, RunMode, RunState } from '../contracts/run.js';
export type { SyncProgress, SyncResult } from '../contracts/sync-workflow.js';
export { CrosswalkApiError, DeadLettersClient } from './dead-letters-client.js';
export type { DeadLettersClientOptions, Sent, SentLetter, SentLetterDetail, StartedRedrive } from './dead-letters-client.js';
export type { LetterEvent, LetterGroup, LetterPreview } from '../contracts/dead-letter.js';
export type { LetterChoice, RedriveSelection, TargetFinding } from '../contracts/redrive.js';
