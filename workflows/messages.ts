import { defineQuery, defineSignal } from '@temporalio/workflow';
import { messageNames } from '../src/contracts/names.js';
import type { SyncProgress } from '../src/contracts/sync-workflow.js';

/** pauseSignal holds a run at its next checkpoint until it is resumed. */
export const pauseSignal = defineSignal(messageNames.pause);

/** resumeSignal lets a paused run go on. */
export const resumeSignal = defineSignal(messageNames.resume);

/** stopSignal ends a run at its next checkpoint; the next run continues from there. */
export const stopSignal = defineSignal(messageNames.stop);

/** progressQuery asks how far a run has come. */
export const progressQuery = defineQuery<SyncProgress>(messageNames.progress);
