import { sql } from 'kysely';
import type { PlanKind, PlanState } from '../contracts/plan.js';
import type { RunCounts, RunState } from '../contracts/run.js';
import type { Database } from './database.js';
import { readRun, totalCounts } from './runs.js';

/** Plan is a stored plan. */
export interface Plan {
  readonly id: string;
  readonly kind: PlanKind;
  readonly title: string;
  readonly sync: string;
  readonly syncNumber: number;
  readonly definitionVersion: number;
  readonly state: PlanState;
  /** SHA-256 in hex; null while the plan is being made, or where making it failed. */
  readonly hash: string | null;
  /** What applying the whole plan would do, in records. */
  readonly counts: RunCounts;
  readonly createdAt: Date;
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  /** The run that applied it last. */
  readonly appliedRun: { readonly id: string; readonly state: RunState; readonly message: string | null } | null;
}

/** PlanRefusedError is thrown when a plan cannot be approved or applied as it stands; its message says why and what to do. */
export class PlanRefusedError extends Error {
  override readonly name = 'PlanRefusedError';
}

const planQuery = (database: Database) => database.kysely.selectFrom('plans as p').innerJoin('runs as r', 'r.id', 'p.run_id').innerJoin('syncs as s', 's.id', 'r.sync_id')
  .leftJoin('runs as a', 'a.id', 'p.applied_run')
  .selectAll('p').select(['s.name as sync', 's.id as sync_id', 'r.definition_version', 'r.started_at', 'a.state as applied_state', 'a.message as applied_message']);

type PlanRow = Awaited<ReturnType<ReturnType<typeof planQuery>['executeTakeFirstOrThrow']>>;

async function toPlan(database: Database, row: PlanRow): Promise<Plan> {
  return {
    id: row.run_id, kind: row.kind, title: row.title, sync: row.sync, syncNumber: row.sync_id, definitionVersion: row.definition_version, state: stateOf(row), hash: row.hash,
    counts: await totalCounts(database, await readRun(database, row.run_id)), createdAt: row.started_at, approvedBy: row.approved_by, approvedAt: row.approved_at,
    appliedRun: row.applied_run === null || row.applied_state === null ? null : { id: row.applied_run, state: row.applied_state, message: row.applied_message },
  };
}

const afterApplying: Readonly<Record<RunState, PlanState>> = {
  running: 'applying', succeeded: 'applied', held: 'unfit', failed: 'unfinished', stopped: 'unfinished', interrupted: 'unfinished',
};

function stateOf({ hash, approved_at: approvedAt, applied_state: applied }: PlanRow): PlanState {
  if (hash === null) return 'making';
  if (applied !== null) return afterApplying[applied];
  return approvedAt === null ? 'open' : 'approved';
}

/** readPlan is a plan by its id; undefined where there is none. */
export async function readPlan(database: Database, id: string): Promise<Plan | undefined> {
  const row = await planQuery(database).where('p.run_id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toPlan(database, row);
}

/** recentPlans are the newest plans, of one sync or of all. */
export async function recentPlans(database: Database, limit: number, sync?: string): Promise<Plan[]> {
  let query = planQuery(database).orderBy('r.started_at', 'desc').limit(limit);
  if (sync !== undefined) query = query.where('s.name', '=', sync);
  return Promise.all((await query.execute()).map((row) => toPlan(database, row)));
}

/** findPlans finds plans whose id is, begins or ends with a text; at most two, which is enough to see that it is ambiguous. */
export async function findPlans(database: Database, idPart: string): Promise<Plan[]> {
  // Only what can be a part of a UUID gets into the pattern.
  if (!/^[0-9a-f-]{4,36}$/i.test(idPart)) return [];
  const part = idPart.toLowerCase();
  const rows = await planQuery(database).where((where) => where.or([`${part}%`, `%${part}`].map((pattern) => where(where.cast<string>('p.run_id', 'text'), 'like', pattern)))).limit(2).execute();
  return Promise.all(rows.map((row) => toPlan(database, row)));
}

/** shortestHash is how many hex digits of a plan's hash an approval must name at least. */
export const shortestHash = 12;

/** Approval says who approves of what. */
export interface Approval {
  /** The plan's hash, or at least its first 12 hex digits. */
  readonly hash: string;
  readonly by: string;
}

/** approvePlan records an approval, bound to the hash; throws PlanRefusedError for any other hash than the plan's own. The first approval stands. */
export async function approvePlan(database: Database, id: string, { hash, by }: Approval): Promise<Plan> {
  const plan = await readPlan(database, id);
  if (plan?.hash == null) throw new PlanRefusedError(`There is no plan ${id.slice(0, 60)} that is complete.`);
  const given = hash.trim().toLowerCase();
  if (!/^[0-9a-f]+$/.test(given) || given.length < shortestHash || given.length > plan.hash.length) {
    throw new PlanRefusedError(`A hash is ${plan.hash.length} hex digits, of which at least the first ${shortestHash} must be given.`);
  }
  if (!plan.hash.startsWith(given)) {
    throw new PlanRefusedError(`The plan's hash begins with ${plan.hash.slice(0, shortestHash)}, not with ${given.slice(0, shortestHash)}: what was looked at is another plan than this one. Nothing was approved.`);
  }
  await database.kysely.updateTable('plans').set({ approved_by: by, approved_at: new Date() }).where('run_id', '=', id).where('approved_at', 'is', null).execute();
  return (await readPlan(database, id)) ?? plan;
}

/** whyNotApplicable says why a plan cannot be applied now; null where it can, a first time or to its end. */
export function whyNotApplicable({ id, state, appliedRun }: Pick<Plan, 'id' | 'state' | 'appliedRun'>): string | null {
  switch (state) {
    case 'making':
      return `The plan ${id} is not complete. Make it again.`;
    case 'open':
      return `The plan ${id} is not approved. Look at it with "crosswalk plans show ${id}", then approve it by its hash.`;
    case 'applied':
      return `The plan ${id} was applied already, by run ${appliedRun?.id ?? ''}. A plan is applied once; make a new one.`;
    case 'approved':
    case 'applying':
    case 'unfinished':
    case 'unfit':
      return null;
  }
}

/** claimPlan makes a run the one that applies a plan; false where another one does at the moment, or has. */
export async function claimPlan(database: Database, planId: string, runId: string): Promise<boolean> {
  const result = await database.kysely.updateTable('plans').set({ applied_run: runId }).where('run_id', '=', planId).where('approved_at', 'is not', null)
    .where((where) => where.or([
      where('applied_run', 'is', null), where('applied_run', '=', runId),
      where.not(where.exists(where.selectFrom('runs').select(sql`1`.as('one')).whereRef('runs.id', '=', 'plans.applied_run').where('runs.state', 'in', ['running', 'succeeded']))),
    ])).executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** openPlan stores a plan that is about to be made; its hash comes with its last write. */
export async function openPlan(database: Database, plan: { readonly runId: string; readonly kind: PlanKind; readonly title: string }): Promise<void> {
  await database.kysely.insertInto('plans').values({ run_id: plan.runId, kind: plan.kind, title: plan.title, hash: null, approved_by: null, approved_at: null, applied_run: null })
    .onConflict((conflict) => conflict.doNothing()).execute();
}
