import type { JsonObject } from '../contracts/json.js';
import type { QualityDay, QualityRunState } from '../contracts/quality.js';
import type { RepairPlan } from '../contracts/reconcile-workflow.js';
import type { DifferenceCause, DifferenceKind, LastWriter, ReconciliationCounts, ReconciliationState } from '../contracts/reconciliation.js';
import { queryOf, requestApi, type ApiClientOptions, type Started } from './api-request.js';

/** SentReconciliation is one comparison of both sides of a sync, as the API gives it. */
export interface SentReconciliation {
  readonly id: string;
  readonly sync: string;
  readonly definitionVersion: number;
  /** Department that it is summed up for. */
  readonly owner: string | null;
  readonly state: ReconciliationState;
  readonly counts: ReconciliationCounts;
  /** Share of the records, 0 to 1, and whether more of them differ. */
  readonly alertAbove: number;
  readonly alert: boolean;
  readonly plan: RepairPlan | null;
  readonly message: string | null;
  readonly workflowId: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

/** SentDifference is one difference between both sides, as the API gives it. */
export interface SentDifference {
  /** Place within its reconciliation, from 1. */
  readonly number: number;
  readonly kind: DifferenceKind;
  readonly cause: DifferenceCause;
  readonly detail: string;
  readonly sourceId: string | null;
  readonly targetId: string | null;
  readonly fields: readonly string[];
  readonly sourceValues: JsonObject | null;
  readonly targetValues: JsonObject | null;
  readonly lastWriter: LastWriter;
  readonly since: string;
  readonly confirmed: boolean;
}

/** ReconciliationPage is a reconciliation with a part of its differences; `next` is where the part after it begins, null at the end. */
export interface ReconciliationPage {
  readonly reconciliation: SentReconciliation;
  readonly groups: readonly { readonly kind: DifferenceKind; readonly cause: DifferenceCause; readonly count: number; readonly oldest: string }[];
  readonly differences: readonly SentDifference[];
  readonly next: number | null;
}

/** QualityState is a quality definition in force with the figures of its newest day; null before its first run. */
export interface QualityState {
  readonly quality: string;
  readonly title: string;
  readonly owner: string | null;
  readonly day: QualityDay | null;
}

/** QualitySeries is a quality definition with its newest run and the figures of its newest days, oldest first. */
export interface QualitySeries extends Pick<QualityState, 'quality' | 'title'> {
  readonly version: number;
  readonly days: readonly QualityDay[];
  readonly newestRun: { readonly id: string; readonly state: QualityRunState; readonly message: string | null; readonly workflowId: string; readonly startedAt: string; readonly finishedAt: string | null } | null;
}

/** ChecksClient reads and starts reconciliations and quality runs over the API; every method throws CrosswalkApiError for what the API refuses. */
export class ChecksClient {
  constructor(private readonly options: ApiClientOptions) {}

  /** reconciliations are the newest ones, of one sync or of all. */
  async reconciliations(filter: { readonly sync?: string; readonly limit?: number } = {}): Promise<readonly SentReconciliation[]> {
    return (await requestApi<{ reconciliations: readonly SentReconciliation[] }>(this.options, 'GET', `/api/reconciliations${queryOf(filter)}`)).reconciliations;
  }

  /** reconciliation is one of them with its first differences, or those after a number. */
  reconciliation(id: string, part: { readonly after?: number; readonly limit?: number } = {}): Promise<ReconciliationPage> {
    return requestApi(this.options, 'GET', `/api/reconciliations/${encodeURIComponent(id)}${queryOf(part)}`);
  }

  /** reconcile starts the comparison of both sides of a sync. */
  reconcile(sync: string, options: { readonly repair?: boolean } = {}): Promise<Started> {
    return requestApi(this.options, 'POST', `/api/syncs/${encodeURIComponent(sync)}/reconciliations`, options);
  }

  /** planRepair plans the repair of what a reconciliation found; nothing is written. */
  planRepair(id: string): Promise<Started> {
    return requestApi(this.options, 'POST', `/api/reconciliations/${encodeURIComponent(id)}/repair-plan`, {});
  }

  /** quality is the definitions in force, each with its newest figures. */
  async quality(): Promise<readonly QualityState[]> {
    return (await requestApi<{ definitions: readonly QualityState[] }>(this.options, 'GET', '/api/quality')).definitions;
  }

  /** qualitySeries is one definition with the figures of its newest days. */
  qualitySeries(quality: string, days?: number): Promise<QualitySeries> {
    return requestApi(this.options, 'GET', `/api/quality/${encodeURIComponent(quality)}${queryOf({ days })}`);
  }

  /** runQuality starts a run of a quality definition. */
  runQuality(quality: string): Promise<Started> {
    return requestApi(this.options, 'POST', `/api/quality/${encodeURIComponent(quality)}/runs`, {});
  }
}
