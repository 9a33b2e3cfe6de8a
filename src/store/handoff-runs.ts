import type { HandoffRecord, HandoffState } from '../contracts/handoff.js';
import type { JsonObject } from '../contracts/json.js';
import { execute, type Database } from './database.js';
import { gather, perDatabase } from './gather.js';
import { foundLater } from './ledger.js';
import { findRun, openRun, type NewRun, type Run } from './runs.js';
import { storableJson } from './storable-json.js';

/** HandoffRun is one handoff of one record. */
export interface HandoffRun {
  readonly id: string;
  readonly handoff: string;
  readonly record: HandoffRecord;
  readonly key: string;
  /** The record as it was when the handoff began. */
  readonly trigger: JsonObject;
  readonly state: HandoffState;
  readonly message: string | null;
  /** The run under which the ledger keeps the writes. */
  readonly run: Run;
}

/** openHandoffRun stores a handoff, once however often it is called. */
export async function openHandoffRun(database: Database, run: NewRun, handoff: Pick<HandoffRun, 'handoff' | 'record' | 'key' | 'trigger'>): Promise<void> {
  await openRun(database, run);
  const { record, key, trigger } = handoff;
  await database.kysely.insertInto('handoff_runs').values({
    id: run.id, handoff: handoff.handoff, record_system: record.system, record_object: record.object, record_id: record.id, key, trigger: storableJson(trigger), message: null,
  }).onConflict((conflict) => conflict.column('id').doNothing()).execute();
}

/** findHandoffRun is a handoff by its id; undefined where there is none. */
export async function findHandoffRun(database: Database, id: string): Promise<HandoffRun | undefined> {
  const [row, run] = await Promise.all([
    database.kysely.selectFrom('handoff_runs').selectAll().where('id', '=', id).executeTakeFirst(),
    findRun(database, id),
  ]);
  if (row === undefined || run === undefined) return undefined;
  const record = { system: row.record_system, object: row.record_object, id: row.record_id };
  return { id: row.id, handoff: row.handoff, record, key: row.key, trigger: row.trigger, state: row.state, message: row.message, run };
}

/** recentHandoffRuns are the newest handoffs, of one definition or of all. */
export async function recentHandoffRuns(database: Database, limit: number, handoff?: string): Promise<HandoffRun[]> {
  // Their ids are made in workflows and say nothing of the time.
  let query = database.kysely.selectFrom('handoff_runs').innerJoin('runs', 'runs.id', 'handoff_runs.id').select('handoff_runs.id').orderBy('runs.started_at', 'desc').limit(limit);
  if (handoff !== undefined) query = query.where('handoff_runs.handoff', '=', handoff);
  const rows = await query.execute();
  const found = await Promise.all(rows.map(({ id }) => findHandoffRun(database, id)));
  return found.flatMap((run) => run ?? []);
}

/** setParked notes whether a handoff waits for a person; one that has ended keeps its end. */
export async function setParked(database: Database, id: string, parked: boolean): Promise<void> {
  await database.kysely.updateTable('handoff_runs').set({ state: parked ? 'parked' : 'running' }).where('id', '=', id).where('state', 'in', ['running', 'parked']).execute();
}

const runStates = { succeeded: 'succeeded', compensated: 'failed', failed: 'failed', stopped: 'stopped', running: 'interrupted', parked: 'held' } as const;

/**
 * closeHandoffRun ends a handoff and gives it; one that has ended keeps its first end. What it has written is counted from
 * the ledger. Undefined where there is none.
 */
export function closeHandoffRun(database: Database, id: string, state: HandoffState, message: string | null): Promise<ClosedHandoff | undefined> {
  return closeAll(database)({ id, state, message });
}

/** ClosedHandoff is a handoff that has ended. */
export type ClosedHandoff = Pick<HandoffRun, 'handoff' | 'state' | 'message'>;

const closeAll = perDatabase((database: Database) => gather(async (ends: readonly { readonly id: string; readonly state: HandoffState; readonly message: string | null }[]): Promise<(ClosedHandoff | undefined)[]> => {
  const values = storableJson(ends.map(({ id, state, message }) => ({ id, state, message, run: runStates[state] })));
  const closed = await execute<ClosedHandoff & { id: string }>(database, closeStatement, [values, foundLater]);
  const byId = new Map(closed.map(({ id, ...ended }) => [id, ended]));
  return ends.map(({ id }) => byId.get(id));
}));

// The rows that the statement itself changes are seen as they were, so what is given back is put together from both.
const closeStatement = {
  name: 'handoff-close',
  text: `
    with e as materialized (
      select distinct on (id) * from jsonb_to_recordset($1::jsonb) as e(id uuid, state text, message text, run text) order by id
    ), ended as (
      update handoff_runs h set state = e.state, message = e.message from e where h.id = e.id and h.state in ('running', 'parked') returning h.id, h.handoff, h.state, h.message
    ), closed as (
      update runs r set state = e.run, message = e.message, finished_at = now(),
        counts = r.counts || (
          select jsonb_build_object('created', count(*) filter (where kind = 'create'), 'updated', count(*) filter (where kind = 'update'), 'archived', count(*) filter (where kind = 'archive'),
            'deleted', count(*) filter (where kind = 'delete'), 'recovered', count(*) filter (where w.message = $2))
          from writes w where w.run_id = r.id and w.state = 'acknowledged')
      from e where r.id = e.id and r.state = 'running'
    )
    select id, handoff, state, message from ended
    union all
    select h.id, h.handoff, h.state, h.message from handoff_runs h join e on e.id = h.id where not exists (select 1 from ended where ended.id = h.id)`,
};
