import type { ReconcileSide, ReconciliationCounts, ReconciliationState } from './reconciliation.js';

/** ReconcileInput starts a reconciliation of a sync, or a repair plan for one that has ended. */
export interface ReconcileInput {
  readonly sync: string;
  /** Whether a repair is planned for what is found. */
  readonly repair?: boolean;
  /** Id of a reconciliation that has ended and that only a repair is to be planned for. */
  readonly repairOf?: string;
  /** Set when it goes on after continue-as-new. */
  readonly continued?: { readonly reconciliationId: string; readonly counts: ReconciliationCounts };
}

/** ReconcileResult is what a reconciliation came to. */
export interface ReconcileResult {
  readonly reconciliationId: string;
  readonly sync: string;
  readonly state: ReconciliationState;
  readonly counts: ReconciliationCounts;
  /** Whether more differs than the sync allows. */
  readonly alert: boolean;
  readonly plan: RepairPlan | null;
  readonly message: string | null;
}

/** RepairPlan is a stored plan: a run of mode `plan` whose planned writes bring the target back to the source. */
export interface RepairPlan {
  readonly runId: string;
  readonly writes: number;
  /** Differences that no write to the target can mend; they are left to people. */
  readonly left: number;
}

/** ReconcilePhase is what a reconciliation is at. */
export type ReconcilePhase = 'starting' | 'reading the source' | 'reading the target' | 'comparing' | 'planning the repair' | 'finishing' | 'done';

/** ReconcileProgress is the answer to the `progress` query. */
export interface ReconcileProgress {
  readonly reconciliationId: string | null;
  readonly phase: ReconcilePhase;
  readonly stopping: boolean;
  readonly counts: ReconciliationCounts;
}

/** StartReconciliationInput asks for a reconciliation to be opened. */
export interface StartReconciliationInput {
  readonly reconciliationId: string;
  readonly sync: string;
  readonly workflowId: string;
}

/** StartedReconciliation is an opened reconciliation. */
export interface StartedReconciliation {
  readonly reconciliationId: string;
  readonly definitionVersion: number;
  readonly toSystem: string;
}

/** ReconcileWindowInput asks for the next part of a reconciliation's work. */
export interface ReconcileWindowInput {
  readonly reconciliationId: string;
}

/** ReadSideInput asks for the next window of one side. */
export interface ReadSideInput extends ReconcileWindowInput {
  readonly side: ReconcileSide;
}

/** ReconcileWindowResult is what one window did; records stay out of it. */
export interface ReconcileWindowResult {
  readonly done: boolean;
  readonly counts: ReconciliationCounts;
}

/** PlanRepairInput asks for a repair to be planned; `runId` is that of the plan. */
export interface PlanRepairInput extends ReconcileWindowInput {
  readonly runId: string;
  readonly workflowId: string;
}

/** FinishReconciliationInput closes a reconciliation. */
export interface FinishReconciliationInput extends ReconcileWindowInput {
  readonly state: ReconciliationState;
  readonly message: string | null;
}

/** ReconcileActivities are the activities of a reconciliation; workflows know them by this interface only. */
export interface ReconcileActivities {
  startReconciliation(input: StartReconciliationInput): Promise<StartedReconciliation>;
  readSide(input: ReadSideInput): Promise<ReconcileWindowResult>;
  compareSides(input: ReconcileWindowInput): Promise<ReconcileWindowResult>;
  planRepair(input: PlanRepairInput): Promise<RepairPlan>;
  finishReconciliation(input: FinishReconciliationInput): Promise<ReconcileResult>;
}
