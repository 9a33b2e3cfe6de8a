import type { QualityCheck, QualityTargets } from './quality-definition.js';
import type { PageToken } from './page-token.js';

/** QualityRunState is where a quality run stands; `interrupted`: its workflow vanished. */
export type QualityRunState = 'running' | 'succeeded' | 'failed' | 'stopped' | 'interrupted';

/** QualityPlace is how far a quality run has come; what lies before it is counted. */
export interface QualityPlace {
  /** Absent: the first page. */
  readonly page?: PageToken;
  readonly readDone?: boolean;
}

/** QualityCounts is what a quality run has come across, in records. */
export interface QualityCounts {
  /** Records in scope, each once however often it was read. */
  readonly records: number;
  readonly outOfScope: number;
  /** Elements of pages that are no records. */
  readonly unreadable: number;
  /** Records without a value in at least one required field. */
  readonly missing: number;
  /** Records with at least one value that breaks a rule other than `required`. */
  readonly invalid: number;
  /** Records that the declared repairs would change. */
  readonly repairable: number;
  /** By rule: how many values break it, and how many of them are kept as findings. */
  readonly rules: Readonly<Record<string, RuleCount>>;
}

/** RuleCount is how often a rule is broken and how many findings of it are kept. */
export interface RuleCount {
  readonly failed: number;
  readonly kept: number;
}

/** noQualityCounts is the counts of a quality run that has read nothing. */
export const noQualityCounts: QualityCounts = { records: 0, outOfScope: 0, unreadable: 0, missing: 0, invalid: 0, repairable: 0, rules: {} };

/** QualityProblem is one value, or one record, that breaks a rule. */
export interface QualityProblem {
  /** Name of the rule: the field and the check, as in `email.format`. */
  readonly rule: string;
  readonly field: string;
  readonly check: QualityCheck;
  /** Plain sentence that does not repeat the value. */
  readonly message: string;
}

/** QualityFigures is the figures of one object on one day. */
export interface QualityFigures {
  readonly records: number;
  readonly outOfScope: number;
  readonly unreadable: number;
  /** Records that another record already stands for, by a duplicate key. */
  readonly duplicates: number;
  readonly missing: number;
  readonly invalid: number;
  readonly repairable: number;
  /** Records whose fields differ between two systems, and how many were compared; null where nothing was. */
  readonly differs: number | null;
  readonly compared: number | null;
  /** How often each rule is broken; rules that hold everywhere have 0. */
  readonly rules: Readonly<Record<string, number>>;
}

/** QualityDay is the figures of a definition on one day, and what they were judged by then. */
export interface QualityDay extends QualityFigures {
  readonly quality: string;
  readonly title: string;
  /** Department; `unassigned` where neither the definition nor the system names one. */
  readonly owner: string;
  readonly system: string;
  readonly object: string;
  /** `2026-11-23`, in the zone of the definition. */
  readonly day: string;
  readonly runId: string;
  readonly definitionVersion: number;
  readonly targets: QualityTargets;
}
