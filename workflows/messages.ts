import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { HandoffProgress, SettleStep } from '../src/contracts/handoff.js';
import { handoffMessages, messageNames } from '../src/contracts/names.js';
import type { SyncProgress } from '../src/contracts/sync-workflow.js';

/** pauseSignal holds a run at its next checkpoint until it is resumed. */
export const pauseSignal = defineSignal(messageNames.pause);

/** resumeSignal lets a paused run go on. */
export const resumeSignal = defineSignal(messageNames.resume);

/** stopSignal ends a run at its next checkpoint; the next run continues from there. */
export const stopSignal = defineSignal(messageNames.stop);

/** progressQuery asks how far a run has come. */
export const progressQuery = defineQuery<SyncProgress>(messageNames.progress);

/** eventSignal tells a handoff of an event that one of its steps may wait for. */
export const eventSignal = defineSignal<[string]>(handoffMessages.event);

/** settleSignal tells a handoff what a person has decided about a step that waits for one. */
export const settleSignal = defineSignal<[SettleStep]>(handoffMessages.settle);

/** wakeSignal tells the triggers of a handoff that there are events to look at. */
export const wakeSignal = defineSignal(handoffMessages.wake);

/** handoffProgressQuery asks where a handoff stands. */
export const handoffProgressQuery = defineQuery<HandoffProgress>(handoffMessages.progress);
