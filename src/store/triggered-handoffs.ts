import type { HandoffRecord } from '../contracts/handoff.js';
import { handoffSyncName } from '../contracts/ids.js';
import type { JsonObject } from '../contracts/json.js';
import { noCounts } from '../contracts/run.js';
import { execute, type Database } from './database.js';
import type { HandoffLook } from './handoff-look.js';
import type { DefinitionVersion } from './pinned-definitions.js';
import { storableJson } from './storable-json.js';

/** TriggeredHandoff is a handoff that an event begins. */
export interface TriggeredHandoff {
  readonly id: string;
  readonly workflowId: string;
  readonly handoff: string;
  readonly record: HandoffRecord;
  readonly key: string;
  readonly trigger: JsonObject;
}

/** PinnedVersions is the definitions that handoffs are pinned to when they are opened. */
export interface PinnedVersions {
  readonly syncNumber: number;
  readonly definition: DefinitionVersion;
  readonly systems: readonly DefinitionVersion[];
}

// It does not wait for the disk: the events are forgotten by a later statement, so whatever a crash of PostgreSQL takes back is
// opened again, under the same ids. A step that comes before that finds no handoff, and is tried again.
// $1 sync, $2 definition version, $3 versions of systems, $4 rows
const openStatement = {
  name: 'handoffs-open',
  text: `
    with lax as materialized (select set_config('synchronous_commit', 'off', true)), w as materialized (
      select w.* from lax cross join jsonb_to_recordset($4::jsonb) as w(id uuid, workflow text, handoff text, system text, object text, record text, key text, trigger jsonb)
    ), begun as materialized (
      select w.id, h.id as run_id, h.state from w join handoff_runs h on h.handoff = w.handoff and h.record_system = w.system and h.record_object = w.object and h.record_id = w.record and h.key = w.key
    ), opened as (
      insert into runs (id, sync_id, definition_version, system_versions, mode, state, place, workflow_id)
      select w.id, $1::smallint, $2::integer, $3::jsonb, 'handoff', 'running', '{}', w.workflow from w where not exists (select 1 from begun where begun.id = w.id)
      on conflict do nothing returning id
    ), numbers as materialized (
      select jsonb_object_agg(o.system || '.' || o.object, o.id) as objects from objects o where $3::jsonb ? o.system or o.system = (select name from syncs where id = $1::smallint)
    ), noted as (
      insert into handoff_runs (id, handoff, record_system, record_object, record_id, key, trigger)
      select w.id, w.handoff, w.system, w.object, w.record, w.key, w.trigger from w join opened on opened.id = w.id
    )
    select id, $2::integer as version, true as is_new, objects from opened cross join numbers
    union all
    select begun.id, r.definition_version, false, null from begun join runs r on r.id = begun.id where begun.run_id = begun.id and begun.state = 'running' and r.state = 'running'`,
};

/** OpenedRun is a handoff that is to be started: the version of its definition that it is pinned to, and how it stands where this call has opened it. */
export interface OpenedRun {
  readonly version: number;
  readonly look?: HandoffLook;
}

/**
 * openHandoffRuns opens handoffs in one statement, and gives those that are to be started by their ids: those that are new, and those that were opened before under the same id and have not
 * ended. Handoffs of a record and key that another run was opened for, or that have ended, are left out.
 */
export async function openHandoffRuns(database: Database, pinned: PinnedVersions, handoffs: readonly TriggeredHandoff[]): Promise<ReadonlyMap<string, OpenedRun>> {
  const rows = handoffs.map(({ id, workflowId, handoff, record, key, trigger }) => ({ id, workflow: workflowId, handoff, system: record.system, object: record.object, record: record.id, key, trigger }));
  const byId = new Map(handoffs.map((handoff) => [handoff.id, handoff]));
  const systemVersions = Object.fromEntries(pinned.systems.map(({ name, version }) => [name, version]));
  const openAll = async (some: typeof rows): Promise<[string, OpenedRun][]> => {
    const opened = await execute<OpenedRow>(database, openStatement, [pinned.syncNumber, pinned.definition.version, JSON.stringify(systemVersions), storableJson(some)]);
    return opened.map(({ id, version, is_new: isNew, objects }) => {
      const handoff = byId.get(id);
      return [id, { version, ...(isNew && handoff !== undefined ? { look: firstLook(handoff, { ...pinned, systemVersions, objects: objects ?? {} }) } : {}) }];
    });
  };
  const open = new Map(await openAll(rows));
  const missing = rows.filter(({ id }) => !open.has(id));
  if (missing.length === 0) return open;
  // Another attempt may have opened some of them at the same moment, unseen by the statement, and may be lost before it starts them.
  return new Map([...open, ...(await openAll(missing))]);
}

interface OpenedRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly version: number;
  readonly is_new: boolean;
  readonly objects: Readonly<Record<string, number>> | null;
}

/** How a handoff stands that was opened this moment. */
function firstLook({ id, workflowId, handoff, record, key, trigger }: TriggeredHandoff, { syncNumber, definition, systems, systemVersions, objects }: PinnedVersions & { readonly systemVersions: Readonly<Record<string, number>>; readonly objects: HandoffLook['objects'] }): HandoffLook {
  const run = {
    id, sync: handoffSyncName(handoff), syncNumber, definitionVersion: definition.version, systemVersions, mode: 'handoff' as const, state: 'running' as const, epoch: 0, stalls: 0, failures: 0,
    place: {}, counts: noCounts, message: null, planId: null, approvedBy: null, workflowId, startedAt: new Date(), finishedAt: null,
  };
  return { handoff: { id, handoff, record, key, trigger, state: 'running', message: null, run }, steps: [], definition, systems, objects };
}
