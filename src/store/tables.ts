import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { RunCounts, RunMode, RunPlace, RunState } from '../contracts/run.js';
import type { WriteKind } from '../contracts/connector.js';
import type { DeadLetterStage, WriteState } from '../contracts/ledger.js';
import type { PlanKind } from '../contracts/plan.js';

type CreatedAt = ColumnType<Date, never, never>;

/** Tables is the shape of the database, in the database's own names. */
export interface Tables {
  definitions: DefinitionsTable;
  objects: { id: GeneratedAlways<number>; system: string; object: string };
  syncs: { id: GeneratedAlways<number>; name: string; since_ms: number | null; indexed_at: Date | null };
  runs: RunsTable;
  links: LinksTable;
  bases: { sync_id: number; entity_id: string; fingerprint: Buffer | null; values: JSONColumnType<object>; state: Generated<'live' | 'removed' | 'unlinked' | 'kept'> };
  match_keys: { object_id: number; kind: string; value: string; entity_id: string };
  writes: WritesView;
  intents: { id: string };
  outcomes: { write_id: string; state: WriteState };
  open_writes: { sync_id: number; source_id: string; write_id: string };
  seen: { run_id: string; external_id: string };
  dead_letters: DeadLettersTable;
  plans: { run_id: string; kind: PlanKind; title: string; hash: string | null; approved_by: string | null; approved_at: Date | null; applied_run: string | null };
  plan_writes: { planned_id: string; write_id: string };
  budgets: { system: string; tokens: number; refilled_at: Date; closed_until: Date | null };
  budget_members: { system: string; worker: string; seen_at: Date };
}

interface DefinitionsTable {
  kind: 'system' | 'sync';
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
}
