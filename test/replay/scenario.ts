import type { workflowTypes } from '../../src/contracts/names.js';
import type { SyncInput } from '../../src/contracts/sync-workflow.js';

/** Moment is when a fake activity does something to its own run. */
export type Moment = 'first index window' | 'first window' | 'second window';

/** Intervention is what a person does to a run. */
export type Intervention = 'pause' | 'stop' | 'cancel';

/** Scenario is one course of a workflow; its history is replayed against every later version of the code. */
export interface Scenario {
  readonly workflow: keyof typeof workflowTypes;
  /** Ends the file's name; small letters and hyphens. */
  readonly name: string;
  readonly mode?: SyncInput['mode'];
  readonly allowRemovals?: boolean;
  /** Windows that the target's index takes; none: it is there already. */
  readonly indexWindows?: number;
  /** Windows that reading and writing take. */
  readonly windows?: number;
  readonly removes?: boolean;
  /** Why the removals are held. */
  readonly held?: string;
  /** The activity that fails for good. */
  readonly fails?: 'startRun' | 'syncWindow' | 'removeMissing' | 'startApply' | 'applyWindow' | 'startUndo' | 'undoWindow';
  /** Planned writes that no longer fit when the plan is to be applied. */
  readonly misfits?: number;
  /** What happens to the run, and while which activity is under way. */
  readonly during?: { readonly moment: Moment; readonly intervention: Intervention };
  /** What follows once the run is seen to be paused. */
  readonly whilePaused?: 'resume' | 'stop';
  /** Another run of the same sync is under way when this one starts. */
  readonly anotherRunsAlready?: boolean;
}
