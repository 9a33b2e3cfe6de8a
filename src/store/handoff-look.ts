import type { HandoffState, StepState } from '../contracts/handoff.js';
import type { JsonObject } from '../contracts/json.js';
import { execute, type Database } from './database.js';
import { gather, perDatabase } from './gather.js';
import type { HandoffRun } from './handoff-runs.js';
import type { HandoffStepRow } from './handoff-steps.js';
import type { DefinitionVersion } from './pinned-definitions.js';
import { toRun, type RunRow } from './runs.js';

/** HandoffLook is all that an attempt at a step wants to know of its handoff. */
export interface HandoffLook {
  readonly handoff: HandoffRun;
  readonly steps: readonly HandoffStepRow[];
  /** The version that the handoff is pinned to; absent where it has been lost. */
  readonly definition?: DefinitionVersion;
  /** The versions of the systems that it is pinned to. */
  readonly systems: readonly DefinitionVersion[];
  /** Short numbers of the objects of these systems, and of the handoff's own steps, by `system.object`; those that have none yet are not among them. */
  readonly objects: Readonly<Record<string, number>>;
}

interface LookRow extends RunRow {
  readonly handoff: string;
  readonly record_system: string;
  readonly record_object: string;
  readonly record_id: string;
  readonly key: string;
  readonly trigger: JsonObject;
  readonly handoff_state: HandoffState;
  readonly handoff_message: string | null;
  readonly definition_hash: string | null;
  readonly systems: readonly DefinitionVersion[] | null;
  readonly objects: Readonly<Record<string, number>> | null;
  readonly steps: readonly StepJson[] | null;
}

interface StepJson extends Omit<HandoffStepRow, 'startedAt' | 'endedAt' | 'state'> {
  readonly state: StepState;
  readonly started_at: string;
  readonly ended_at: string | null;
}

// One statement for what each step of each handoff asks: several would take most of the time of a short step.
const lookStatement = {
  name: 'handoff-look',
  text: `
    select h.id, h.handoff, h.record_system, h.record_object, h.record_id, h.key, h.trigger, h.state as handoff_state, h.message as handoff_message,
      s.name as sync, r.sync_id, r.definition_version, r.system_versions, r.mode, r.state, r.epoch, r.stalls, r.failures, r.place, r.counts, r.message, r.plan_id, r.approved_by, r.workflow_id, r.started_at, r.finished_at,
      d.hash as definition_hash,
      (select jsonb_agg(jsonb_build_object('name', x.name, 'version', x.version, 'hash', x.hash))
        from jsonb_each_text(r.system_versions) v cross join lateral (select name, version, hash from definitions where kind = 'system' and name = v.key and version = v.value::integer) x) as systems,
      (select jsonb_object_agg(o.system || '.' || o.object, o.id) from objects o where o.system = s.name or r.system_versions ? o.system) as objects,
      (select jsonb_agg(to_jsonb(t) order by t.started_at) from handoff_steps t where t.run_id = h.id) as steps
    from handoff_runs h join runs r on r.id = h.id join syncs s on s.id = r.sync_id
      left join definitions d on d.kind = 'handoff' and d.name = h.handoff and d.version = r.definition_version
    where h.id = any($1::uuid[])`,
};

const lookAtAll = perDatabase((database: Database) => gather(async (ids: readonly string[]): Promise<(HandoffLook | undefined)[]> => {
  const rows = await execute<LookRow>(database, lookStatement, [[...new Set(ids)]]);
  const looks = new Map(rows.map((row) => [row.id, toLook(row)]));
  return ids.map((id) => looks.get(id));
}));

/** lookAtHandoff is a handoff with its steps and the versions that it is pinned to; undefined where there is none. */
export function lookAtHandoff(database: Database, id: string): Promise<HandoffLook | undefined> {
  return lookAtAll(database)(id);
}

function toLook(row: LookRow): HandoffLook {
  const { handoff, definition_version: version, definition_hash: hash } = row;
  return {
    handoff: toHandoffRun(row),
    steps: (row.steps ?? []).map(({ started_at: startedAt, ended_at: endedAt, path, name, state, output, before, failures, message }) => ({
      path, name, state, output, before, failures, message, startedAt: new Date(startedAt), endedAt: endedAt === null ? null : new Date(endedAt),
    })),
    ...(hash === null ? {} : { definition: { name: handoff, version, hash } }),
    systems: row.systems ?? [],
    objects: row.objects ?? {},
  };
}

function toHandoffRun(row: LookRow): HandoffRun {
  return {
    id: row.id, handoff: row.handoff, record: { system: row.record_system, object: row.record_object, id: row.record_id }, key: row.key, trigger: row.trigger, state: row.handoff_state, message: row.handoff_message,
    run: toRun(row),
  };
}
