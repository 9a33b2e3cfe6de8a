import type { JsonObject } from '../contracts/json.js';
import { execute, type Database } from './database.js';
import { joiningEntities } from './entity-joins.js';
import { gather, perDatabase } from './gather.js';
import { settleStatement, settleValues, UNIQUE_VIOLATION, type Intent, type LedgerScope, type Settlement } from './ledger.js';
import { storableJson } from './storable-json.js';

/** FirstWrite is the first write of a handoff's step, which begins the step. */
export interface FirstWrite {
  readonly scope: LedgerScope;
  readonly intent: Intent;
  readonly path: string;
  readonly name: string;
}

// Nothing is recorded for a step that has begun already, since it may have written something, nor for a run that another attempt has taken over.
const intendStatement = {
  name: 'step-intend',
  text: `
    with r as materialized (
      select * from jsonb_to_recordset($1::jsonb) as r(run uuid, epoch integer, sync smallint, version integer, source smallint, target smallint,
        id uuid, e uuid, s text, k text, r text, b jsonb, a jsonb, path text, name text)
      where exists (select 1 from runs where runs.id = r.run and runs.epoch = r.epoch)
    ), begun as (
      insert into handoff_steps (run_id, path, name) select run, path, name from r order by run, path on conflict do nothing returning run_id, path
    ), first as materialized (
      select r.* from r join begun on begun.run_id = r.run and begun.path = r.path
    ), claimed as (
      insert into open_writes (sync_id, source_object_id, source_id, write_id) select sync, source, s, id from first order by sync, source, s
    )
    insert into intents (id, run_id, epoch, sync_id, definition_version, source_object_id, object_id, planned, entity_id, source_id, kind, reason, before, after, keeps)
    select id, run, epoch, sync, version, source, target, false, e, s, k, r, b, a, false from first returning id`,
};

const intendAll = perDatabase((database: Database) => gather(async (writes: readonly FirstWrite[]): Promise<boolean[]> => {
  try {
    return await intend(database, writes);
  } catch (error) {
    if (writes.length === 1 && error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION) return [false];
    throw error;
  }
}));

async function intend(database: Database, writes: readonly FirstWrite[]): Promise<boolean[]> {
  const rows = writes.map(({ scope, intent, path, name }) => ({
    run: scope.runId, epoch: scope.epoch, sync: scope.syncNumber, version: scope.definitionVersion, source: scope.sourceObject, target: scope.targetObject,
    id: intent.id, e: intent.entityId, s: intent.sourceId, k: intent.kind, r: intent.reason, b: intent.before ?? undefined, a: intent.after, path, name,
  }));
  const recorded = await execute<{ id: string }>(database, intendStatement, [storableJson(rows)]);
  const ids = new Set(recorded.map(({ id }) => id));
  return writes.map(({ intent }) => ids.has(intent.id));
}

/**
 * intendFirst begins a step of a handoff and records its first write, in one statement that steps of other handoffs share;
 * says whether the write may be sent. It may not, and nothing is recorded, where the step has begun before or another
 * attempt has taken the handoff over.
 */
export function intendFirst(database: Database, write: FirstWrite): Promise<boolean> {
  return intendAll(database)(write);
}

/** DoneStep is a step whose write was acknowledged, with what later steps see of it. */
export interface DoneStep {
  readonly settlement: Settlement & { readonly state: 'acknowledged' };
  readonly runId: string;
  readonly path: string;
  readonly output: JsonObject;
}

// $4 steps
const settleSteps = settleStatement('step-settle', `, steps as (
      update handoff_steps t set state = 'done', output = p.output, message = null, ended_at = clock_timestamp()
      from jsonb_to_recordset($4::jsonb) as p(run uuid, path text, write uuid, output jsonb)
      where t.run_id = p.run and t.path = p.path and t.state <> 'undone' and exists (select 1 from done where done.id = p.write)
    )`);

const settleAll = perDatabase((database: Database) => gather(async (steps: readonly DoneStep[]): Promise<undefined[]> => {
  // A target may answer two writes with one and the same record; one statement cannot set its link twice.
  const targets = new Set(steps.map(({ settlement }) => `${settlement.targetObject} ${settlement.externalId ?? ''}`));
  const parts = targets.size === steps.length ? [steps] : steps.map((step) => [step]);
  for (const part of parts) await settle(database, part);
  return steps.map(() => undefined);
}));

async function settle(database: Database, steps: readonly DoneStep[]): Promise<void> {
  const settlements = steps.map(({ settlement }) => settlement);
  const rows = storableJson(steps.map(({ settlement, runId, path, output }) => ({ run: runId, path, write: settlement.id, output })));
  await joiningEntities(database, settlements, () => execute(database, settleSteps.first, [...settleValues(settlements), rows]),
    (client, joined) => client.query({ ...settleSteps.joined, values: [...settleValues(joined, 'joined'), rows] }));
}

/** settleStep closes the acknowledged write of a step, and the step with it, in one transaction. Repeating it is harmless. */
export async function settleStep(database: Database, step: DoneStep): Promise<void> {
  await settleAll(database)(step);
}
