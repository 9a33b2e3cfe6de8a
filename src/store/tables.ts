import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { DefinitionKind } from '../contracts/definition-kind.js';
import type { RunCounts, RunMode, RunPlace, RunState } from '../contracts/run.js';
import type { QualityCounts, QualityPlace, QualityRunState } from '../contracts/quality.js';
import type { WriteKind } from '../contracts/connector.js';
import type { LetterAction } from '../contracts/dead-letter.js';
import type { HandoffState, StepState } from '../contracts/handoff.js';
import type { Json, JsonObject } from '../contracts/json.js';
import type { ReconciliationCounts, ReconciliationPlace, ReconciliationState } from '../contracts/reconciliation.js';
import type { DeadLetterStage, WriteState } from '../contracts/ledger.js';
import type { PlanKind } from '../contracts/plan.js';

type CreatedAt = ColumnType<Date, never, never>;

/** Tables is the shape of the database, in the database's own names. */
export interface Tables {
  definitions: DefinitionsTable;
  objects: { id: GeneratedAlways<number>; system: string; object: string };
  syncs: { id: GeneratedAlways<number>; name: string; since_ms: number | null; indexed_at: Date | null; target_since_ms: Generated<number | null> };
  runs: RunsTable;
  links: LinksTable;
  bases: { sync_id: number; entity_id: string; fingerprint: Buffer | null; values: JSONColumnType<object>; state: Generated<'live' | 'removed' | 'unlinked' | 'kept'> };
  match_keys: { object_id: number; kind: string; value: string; entity_id: string };
  entity_joins: { from_entity: string; into_entity: string };
  writes: WritesView;
  intents: { id: string };
  outcomes: { write_id: string; state: WriteState };
  open_writes: { sync_id: number; source_object_id: number; source_id: string; write_id: string };
  pairs: PairsTable;
  conflicts: ConflictsTable;
  seen: { run_id: string; external_id: string };
  dead_letters: DeadLettersTable;
  plans: { run_id: string; kind: PlanKind; title: string; hash: string | null; approved_by: string | null; approved_at: Date | null; applied_run: string | null };
  plan_writes: { planned_id: string; write_id: string };
  reconciliations: ReconciliationsTable;
  selections: { run_id: string; position: number; source_id: string; payload: JSONColumnType<object> | null; version: string | null };
  letter_events: { id: GeneratedAlways<number>; letter_id: string; at: CreatedAt; by_whom: string; action: LetterAction; run_id: string | null; note: string | null };
  previewed_problems: { run_id: string; source_id: string; stage: DeadLetterStage; code: string; message: string; problems: JSONColumnType<object[]> };
  quality_runs: QualityRunsTable;
  quality_keys: { run_id: string; slot: number; key: Buffer; record_id: string; flagged: boolean };
  quality_findings: { id: string; run_id: string; name: string; rule: string; record_id: string };
  quality_reviews: { name: string; rule: string; record_id: string; reason: string; reviewed_at: ColumnType<Date, never, Date> };
  quality_days: QualityDaysTable;
  handoff_runs: HandoffRunsTable;
  handoff_steps: HandoffStepsTable;
  budgets: { system: string; tokens: number; refilled_at: Date; closed_until: Date | null; narrowed_rate: Generated<number | null>; narrowed_until: Generated<Date | null> };
  budget_members: { system: string; worker: string; seen_at: Date };
}

interface DefinitionsTable {
  kind: DefinitionKind;
  name: string;
  version: number;
  hash: string;
  body: JSONColumnType<object>;
  source: string;
  applied_at: CreatedAt;
  retired_at: Date | null;
}

interface RunsTable {
  id: string;
  sync_id: number;
  definition_version: number;
  system_versions: JSONColumnType<Record<string, number>>;
  mode: RunMode;
  state: RunState;
  epoch: Generated<number>;
  stalls: Generated<number>;
  failures: Generated<number>;
  place: JSONColumnType<RunPlace, string | undefined>;
  counts: JSONColumnType<RunCounts, string | undefined>;
  message: string | null;
  plan_id: Generated<string | null>;
  approved_by: Generated<string | null>;
  workflow_id: string;
  started_at: CreatedAt;
  finished_at: Date | null;
}

interface LinksTable {
  object_id: number;
  external_id: string;
  entity_id: string;
  version: string | null;
  state: Generated<'live' | 'missing' | 'gone' | 'unlinked'>;
  run_id: string | null;
}

/** The ledger as it is read: intents with what became of them. */
interface WritesView {
  id: string;
  run_id: string;
  sync_id: number;
  definition_version: number;
  epoch: number;
  entity_id: string;
  source_object_id: number;
  source_id: string;
  source_version: string | null;
  object_id: number;
  external_id: string | null;
  kind: WriteKind;
  state: WriteState;
  reason: string;
  before: JSONColumnType<object> | null;
  after: JSONColumnType<object>;
  fingerprint: Buffer | null;
  expected_version: string | null;
  result_version: string | null;
  message: string | null;
  intended_at: CreatedAt;
  settled_at: Date | null;
}

type PairStateColumn = Generated<'absent' | 'live' | 'inactive' | 'outside' | 'gone'>;

interface PairsTable {
  sync_id: number;
  entity_id: string;
  source_id: string | null;
  target_id: string | null;
  base: JSONColumnType<Record<string, Json>>;
  source_values: JSONColumnType<Record<string, Json>>;
  target_values: JSONColumnType<Record<string, Json>>;
  source_version: string | null;
  target_version: string | null;
  source_at: number | null;
  target_at: number | null;
  source_state: PairStateColumn;
  target_state: PairStateColumn;
  removed: 'source' | 'target' | null;
  dirty: Generated<boolean>;
  stamp: Generated<number>;
}

interface ConflictsTable {
  id: string;
  sync_id: number;
  entity_id: string;
  field: string;
  base: JSONColumnType<object> | null;
  source_value: JSONColumnType<object> | null;
  target_value: JSONColumnType<object> | null;
  source_at: number | null;
  target_at: number | null;
  run_id: string;
  state: Generated<'open' | 'decided' | 'closed'>;
  value: JSONColumnType<object> | null;
  choice: 'source' | 'target' | 'value' | null;
  decided_by: string | null;
  decided_at: Date | null;
  opened_at: CreatedAt;
  closed_at: Date | null;
}

interface DeadLettersTable {
  id: string;
  sync_id: number;
  run_id: string;
  definition_version: number;
  source_object_id: number;
  source_id: string;
  stage: DeadLetterStage;
  code: string;
  error_fingerprint: string;
  message: string;
  problems: JSONColumnType<object[]>;
  payload: JSONColumnType<object> | null;
  request: JSONColumnType<object> | null;
  response_excerpt: string | null;
  attempts: Generated<number>;
  state: Generated<'open' | 'resolved' | 'discarded'>;
  first_at: CreatedAt;
  last_at: ColumnType<Date, never, Date>;
  resolved_at: Date | null;
  source_version: string | null;
  edited: JSONColumnType<object> | null;
  edited_version: string | null;
  edited_by: string | null;
  edited_at: Date | null;
  retries: Generated<number>;
  group_id: GeneratedAlways<string>;
}

interface ReconciliationsTable {
  id: string;
  sync_id: number;
  definition_version: number;
  system_versions: JSONColumnType<Record<string, number>>;
  owner: string | null;
  state: Generated<ReconciliationState>;
  epoch: Generated<number>;
  stalls: Generated<number>;
  failures: Generated<number>;
  place: JSONColumnType<ReconciliationPlace, string | undefined>;
  counts: JSONColumnType<Partial<ReconciliationCounts>, string | undefined>;
  alert_above: number;
  alert: Generated<boolean>;
  plan: JSONColumnType<{ runId: string; writes: number; left: number }> | null;
  message: string | null;
  workflow_id: string;
  started_at: CreatedAt;
  finished_at: Date | null;
}

interface QualityRunsTable {
  id: string;
  name: string;
  definition_version: number;
  system_version: number;
  day: ColumnType<never, string, never>;
  state: Generated<QualityRunState>;
  epoch: Generated<number>;
  stalls: Generated<number>;
  failures: Generated<number>;
  place: JSONColumnType<QualityPlace, string | undefined>;
  counts: JSONColumnType<Partial<QualityCounts>, string | undefined>;
  message: string | null;
  workflow_id: string;
  started_at: CreatedAt;
  moved_at: ColumnType<Date, never, Date>;
  finished_at: Date | null;
}

interface QualityDaysTable {
  name: string;
  day: ColumnType<string, string, never>;
  run_id: string;
  title: string;
  owner: string;
  system: string;
  object: string;
  definition_version: number;
  figures: JSONColumnType<object>;
  targets: JSONColumnType<object>;
  measured_at: ColumnType<Date, never, Date>;
}

interface HandoffRunsTable {
  id: string;
  handoff: string;
  record_system: string;
  record_object: string;
  record_id: string;
  key: string;
  trigger: JSONColumnType<JsonObject>;
  state: Generated<HandoffState>;
  message: string | null;
}

interface HandoffStepsTable {
  run_id: string;
  path: string;
  name: string;
  state: Generated<StepState>;
  output: JSONColumnType<JsonObject> | null;
  before: JSONColumnType<JsonObject> | null;
  failures: Generated<number>;
  message: string | null;
  started_at: CreatedAt;
  ended_at: Date | null;
}
