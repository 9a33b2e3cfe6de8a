import { sql } from 'kysely';
import { noReconciliationCounts, type ReconciliationCounts, type ReconciliationPlace, type ReconciliationState } from '../contracts/reconciliation.js';
import type { RepairPlan } from '../contracts/reconcile-workflow.js';
import type { Database } from './database.js';

/** Reconciliation is one comparison of both sides of a sync. */
export interface Reconciliation {
  readonly id: string;
  readonly sync: string;
  readonly syncNumber: number;
  readonly definitionVersion: number;
  readonly systemVersions: Readonly<Record<string, number>>;
  /** Department that it is summed up for. */
  readonly owner: string | null;
  readonly state: ReconciliationState;
  readonly epoch: number;
  readonly stalls: number;
  readonly failures: number;
  readonly place: ReconciliationPlace;
  readonly counts: ReconciliationCounts;
  /** Share of the records, 0 to 1, and whether more of them differ. */
  readonly alertAbove: number;
  readonly alert: boolean;
  readonly plan: RepairPlan | null;
  readonly message: string | null;
  readonly workflowId: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

const query = (database: Database) =>
  database.kysely.selectFrom('reconciliations').innerJoin('syncs', 'syncs.id', 'reconciliations.sync_id').selectAll('reconciliations').select('syncs.name as sync');

type Row = Awaited<ReturnType<ReturnType<typeof query>['executeTakeFirstOrThrow']>>;

function toReconciliation(row: Row): Reconciliation {
  return {
    id: row.id, sync: row.sync, syncNumber: row.sync_id, definitionVersion: row.definition_version, systemVersions: row.system_versions, owner: row.owner, state: row.state,
    epoch: row.epoch, stalls: row.stalls, failures: row.failures, place: row.place, counts: { ...noReconciliationCounts, ...row.counts }, alertAbove: row.alert_above,
    alert: row.alert, plan: row.plan, message: row.message, workflowId: row.workflow_id, startedAt: row.started_at, finishedAt: row.finished_at,
  };
}

/** NewReconciliation is a reconciliation to be opened. */
export type NewReconciliation = Pick<Reconciliation, 'id' | 'syncNumber' | 'definitionVersion' | 'systemVersions' | 'owner' | 'alertAbove' | 'workflowId'>;

/** openReconciliation stores a reconciliation, once however often it is called; one of the same workflow that was left running is closed. */
export async function openReconciliation(database: Database, row: NewReconciliation): Promise<void> {
  const left = await database.kysely.selectFrom('reconciliations').select('id').where('workflow_id', '=', row.workflowId).where('state', '=', 'running').where('id', '<>', row.id).execute();
  for (const { id } of left) await closeReconciliation(database, id, 'interrupted', 'Its workflow ended without closing it.');
  await database.kysely.insertInto('reconciliations').values({
    id: row.id, sync_id: row.syncNumber, definition_version: row.definitionVersion, system_versions: JSON.stringify(row.systemVersions), owner: row.owner,
    alert_above: row.alertAbove, workflow_id: row.workflowId, message: null, plan: null, finished_at: null,
  }).onConflict((conflict) => conflict.doNothing()).execute();
}

/** readReconciliation is a reconciliation by its id; throws when there is none. */
export async function readReconciliation(database: Database, id: string): Promise<Reconciliation> {
  return toReconciliation(await query(database).where('reconciliations.id', '=', id).executeTakeFirstOrThrow());
}

/** takeReconciliation makes the caller the only attempt that moves a reconciliation's place. */
export async function takeReconciliation(database: Database, id: string): Promise<Reconciliation> {
  await database.kysely.updateTable('reconciliations').set({ epoch: sql`epoch + 1`, stalls: sql`stalls + 1` }).where('id', '=', id).execute();
  return readReconciliation(database, id);
}

/** advanceReconciliation records how far it has come; false when another attempt has taken over. */
export async function advanceReconciliation(database: Database, { id, epoch }: Pick<Reconciliation, 'id' | 'epoch'>, place: ReconciliationPlace, counts: ReconciliationCounts): Promise<boolean> {
  const result = await database.kysely.updateTable('reconciliations').set({ place: JSON.stringify(place), counts: JSON.stringify(counts), stalls: 0, failures: 0 })
    .where('id', '=', id).where('epoch', '=', epoch).executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** noteReconciliationFailure notes that the attempt under way ended in trouble, and says how many have since it last came further; `patient` trouble is no failure. */
export async function noteReconciliationFailure(database: Database, { id, epoch }: Pick<Reconciliation, 'id' | 'epoch'>, patient: boolean): Promise<number> {
  const row = await database.kysely.updateTable('reconciliations').set({ stalls: 0, ...(patient ? {} : { failures: sql<number>`failures + 1` }) })
    .where('id', '=', id).where('epoch', '=', epoch).returning('failures').executeTakeFirst();
  return row?.failures ?? 1;
}

/** closeReconciliation ends a reconciliation and drops what it had read; one that has ended keeps its first end. */
export async function closeReconciliation(database: Database, id: string, state: ReconciliationState, message: string | null, alert = false): Promise<Reconciliation> {
  await database.kysely.updateTable('reconciliations').set({ state, message, alert, finished_at: new Date() }).where('id', '=', id).where('state', '=', 'running').execute();
  await database.pool.query('delete from reconciliation_records where reconciliation_id = $1', [id]);
  await database.pool.query('delete from reconciliation_pairs where reconciliation_id = $1', [id]);
  return readReconciliation(database, id);
}

/** keptDays is for how long reports are kept; the newest of each sync stays for longer. */
export const keptDays = 90;

/** forgetOldReconciliations drops reports of a sync that are older than is kept, with their differences. */
export async function forgetOldReconciliations(database: Database, syncNumber: number): Promise<void> {
  await database.pool.query(
    `delete from reconciliations r where sync_id = $1 and state <> 'running' and finished_at < now() - make_interval(days => $2)
       and exists (select from reconciliations n where n.sync_id = $1 and n.state = 'succeeded' and n.started_at > r.started_at)`,
    [syncNumber, keptDays],
  );
}

/** setRepairPlan notes the plan that repairs what a reconciliation found. */
export async function setRepairPlan(database: Database, id: string, plan: RepairPlan): Promise<void> {
  await database.kysely.updateTable('reconciliations').set({ plan: JSON.stringify(plan) }).where('id', '=', id).execute();
}

/** recentReconciliations are the newest ones, of one sync or of all. */
export async function recentReconciliations(database: Database, limit: number, sync?: string): Promise<Reconciliation[]> {
  let wanted = query(database).orderBy('reconciliations.started_at', 'desc').limit(limit);
  if (sync !== undefined) wanted = wanted.where('syncs.name', '=', sync);
  return (await wanted.execute()).map(toReconciliation);
}

/** lastReconciliations is the newest one of each sync that came to its end. */
export async function lastReconciliations(database: Database): Promise<Reconciliation[]> {
  const rows = await query(database).distinctOn('reconciliations.sync_id').where('reconciliations.state', '=', 'succeeded')
    .orderBy('reconciliations.sync_id').orderBy('reconciliations.started_at', 'desc').execute();
  return rows.map(toReconciliation);
}

/** findReconciliations finds those whose id is, begins or ends with a text; at most two, which is enough to see that it is ambiguous. */
export async function findReconciliations(database: Database, idPart: string): Promise<Reconciliation[]> {
  // Only what can be a part of a UUID gets into the pattern.
  if (!/^[0-9a-f-]{4,36}$/i.test(idPart)) return [];
  const part = idPart.toLowerCase();
  const rows = await query(database).where((where) => where.or([`${part}%`, `%${part}`].map((pattern) => where(where.cast<string>('reconciliations.id', 'text'), 'like', pattern)))).limit(2).execute();
  return rows.map(toReconciliation);
}
