import type { workflowTypes } from '../../src/contracts/names.js';
import type { LetterChoice } from '../../src/contracts/redrive.js';
import type { SyncInput } from '../../src/contracts/sync-workflow.js';

/** Moment is when a fake activity does something to its own run. */
export type Moment = 'first measuring window' | 'first index window' | 'first window' | 'second window';

/** Intervention is what a person does to a run. */
export type Intervention = 'pause' | 'stop' | 'cancel';

/** Scenario is one course of a workflow; its history is replayed against every later version of the code. */
export interface Scenario {
  /** A handoff such as `renewalDue` has no workflow of its own and runs by the default one. */
  readonly workflow: keyof typeof workflowTypes | 'renewalDue' | 'stageProgression';
  /** Ends the file's name; small letters and hyphens. */
  readonly name: string;
  readonly mode?: SyncInput['mode'];
  readonly allowRemovals?: boolean;
  /** Windows that measuring takes; none: nothing is measured. */
  readonly measureWindows?: number;
  /** Why the run is held before its first write. */
  readonly measureHolds?: string;
  /** The dead letters that the run is about. */
  readonly redrives?: LetterChoice;
  /** Windows that the target's index takes; none: it is there already. */
  readonly indexWindows?: number;
  /** Windows that reading and writing take. */
  readonly windows?: number;
  readonly removes?: boolean;
  /** Changes of some field flow back. */
  readonly twoWay?: boolean;
  /** Why the removals are held. */
  readonly held?: string;
  /** The activity that fails for good. */
  readonly fails?:
    | 'startRun' | 'measureChanges' | 'syncWindow' | 'removeMissing' | 'startApply' | 'applyWindow' | 'startUndo' | 'undoWindow' | 'compareSides' | 'planRepair'
    | 'adjustStrategy' | 'startQuality' | 'measureQuality' | 'openHandoff' | 'carryOutStep' | 'sampleObject';
  /** Planned writes that no longer fit when the plan is to be applied. */
  readonly misfits?: number;
  /** Whether a reconciliation plans the repair, or only plans it for one that was there before. */
  readonly repair?: 'after' | 'only';
  /** What happens to the run, and while which activity is under way. */
  readonly during?: { readonly moment: Moment; readonly intervention: Intervention };
  /** What follows once the run is seen to be paused. */
  readonly whilePaused?: 'resume' | 'stop';
  /** What becomes of the decision about a conflict. */
  readonly decision?: 'decided' | 'outdated';
  /** What happens to a question; nothing: it lapses after a reminder and an escalation. */
  readonly answers?: 'approve' | 'reject' | 'cancel';
  /** The handoff's run was opened by whoever started it. */
  readonly isOpened?: boolean;
  /** Its actions are attempted together where they begin at the same moment; `only`: it has no other steps. Not set: as handoffs did at first. */
  readonly together?: 'some' | 'only';
  /** The record of a handoff has moved on before it is opened. */
  readonly movedOn?: boolean;
  /** Another run of the same sync is under way when this one starts. */
  readonly anotherRunsAlready?: boolean;
}
