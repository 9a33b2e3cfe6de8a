import { defaultAlerts, type AlertsDefinition } from '../contracts/alerts-definition.js';
import { refusedSystems, usageSpikes } from './api-usage.js';
import type { AlertKind, Trouble } from '../contracts/alert.js';
import type { SyncDefinition } from '../contracts/sync-definition.js';
import { accountTrouble } from './account-trouble.js';
import type { Database } from './database.js';
import { activeDefinitions } from './definitions.js';

/** What a run says that a system refused; its message ends with the hint of src/http/failure.ts. */
const REFUSED_CREDENTIALS = 'the credentials were refused';

interface Found {
  readonly subject: string;
  /** Milliseconds, or a count. */
  readonly value: number;
  readonly of?: number;
}

/** findTrouble is everything that is above its threshold now. */
export async function findTrouble(database: Database, definition: AlertsDefinition): Promise<Trouble[]> {
  const { above, withinMs } = definition;
  const ask = async (kind: AlertKind, sql: string, values: readonly unknown[], say: (found: Found) => string): Promise<Trouble[]> => {
    const { rows } = await database.pool.query<Found>(sql, [...values]);
    return rows.map((found) => ({ kind, subject: found.subject, summary: say(found) }));
  };
  const found = await Promise.all([
    ask('error-rate', failedRuns, [withinMs / 1000, above.errorRate, above.errorRateOf], ({ subject, value, of = 0 }) => `${subject}: ${value} of ${of} runs failed`),
    above.authentication ? refusedCredentials(database) : [],
    ask('rate-limit', closedBudgets, [above.rateLimitMs / 1000], ({ subject, value }) => `${subject}: asks to be left alone for ${minutes(value)}`),
    ask('circuit', failingSystems, [(above.circuitMs ?? defaultAlerts.above.circuitMs ?? 0) / 1000], ({ subject, value }) => `${subject}: has failed for ${minutes(value)}, and is left alone; what needs it waits`),
    usageTrouble(database, above.usageFactor ?? defaultAlerts.above.usageFactor ?? Infinity),
    ask('lag', waitingWork, [above.lagMs / 1000], ({ subject, value, of = 0 }) => `${subject}: ${of} announced changes wait, the oldest for ${minutes(value)}`),
    ask('waiting-approvals', waitingApprovals, [above.waitingApprovalMs / 1000], ({ value, of = 0 }) => `${of} questions wait for people, the oldest for ${minutes(value)}`),
    ask('dead-letters', openLetters, [above.deadLetters], ({ subject, value }) => `${subject}: ${value} dead letters`),
    missedSchedules(database, above.missedScheduleMs),
    accountTrouble(database, definition),
  ]);
  return found.flat();
}

function minutes(ms: number): string {
  return `${Math.max(1, Math.round(ms / 60_000))} min`;
}

const failedRuns = `
  select s.name as subject, count(*) filter (where r.state = 'failed')::integer as value, count(*)::integer as of
  from runs r join syncs s on s.id = r.sync_id where r.finished_at > now() - make_interval(secs => $1) and r.state in ('succeeded', 'failed')
  group by 1 having count(*) >= $3 and count(*) filter (where r.state = 'failed') > $2::double precision * count(*) order by 1`;

// The newest run that ended says whether they still are. Which part of them was wrong is nobody's business.
const refusedBySync = `
  select s.name as subject, split_part(r.message, ':', 1) as system from syncs s
  cross join lateral (select state, message from runs where sync_id = s.id and finished_at is not null order by finished_at desc limit 1) r
  where r.state = 'failed' and r.message like $1 order by 1`;

/** Credentials of syncs, and of systems that no such sync tells of: those of handoffs, and those that a token is asked for with. */
async function refusedCredentials(database: Database): Promise<Trouble[]> {
  const { rows } = await database.pool.query<{ subject: string; system: string }>(refusedBySync, [`%${REFUSED_CREDENTIALS}%`]);
  const others = (await refusedSystems(database)).filter((system) => !rows.some((row) => row.system === system));
  return [...rows.map(({ subject }) => subject), ...others].map((subject) => ({ kind: 'authentication', subject, summary: `${subject}: the credentials are refused` }));
}

async function usageTrouble(database: Database, factor: number): Promise<Trouble[]> {
  return (await usageSpikes(database, factor)).map(({ system, requests, usual }) => (
    { kind: 'usage', subject: system, summary: `${system}: ${requests} requests within an hour, usual are ${Math.round(usual)}` }));
}

const failingSystems = `
  select system as subject, (extract(epoch from clock_timestamp() - opened_at) * 1000)::double precision as value from circuits
  where opened_at <= clock_timestamp() - make_interval(secs => $1) and open_until > clock_timestamp() - interval '1 hour' order by 1`;

const closedBudgets = `
  select system as subject, (extract(epoch from closed_until - now()) * 1000)::double precision as value from budgets
  where closed_until > now() + make_interval(secs => $1) order by 1`;

const waitingWork = `
  select consumer as subject, (extract(epoch from now() - min(first_at)) * 1000)::double precision as value, count(*)::integer as of
  from inbox_work group by 1 having min(first_at) < now() - make_interval(secs => $1) order by 1`;

const waitingApprovals = `
  select '' as subject, (extract(epoch from now() - min(opened_at)) * 1000)::double precision as value, count(*)::integer as of
  from approvals where state = 'open' and opened_at < now() - make_interval(secs => $1) having count(*) > 0`;

const openLetters = `
  select s.name as subject, count(*)::integer as value from dead_letters d join syncs s on s.id = d.sync_id
  where d.state = 'open' group by 1 having count(*) > $1 order by 1`;

async function missedSchedules(database: Database, aboveMs: number): Promise<Trouble[]> {
  const definitions = (await activeDefinitions(database, 'sync')).map(({ body }) => body).filter(({ when, rollout }: SyncDefinition) => when.everyMs !== undefined && rollout.mode !== 'paused');
  const { rows } = await database.pool.query<{ sync: string; lateMs: number }>(
    `select w.sync, (extract(epoch from now() - greatest(w.since, r.last)) * 1000 - w.every)::double precision as "lateMs"
     from (select j.sync, j.every, d.applied_at as since from jsonb_to_recordset($1::jsonb) as j(sync text, every double precision)
           join definitions d on d.kind = 'sync' and d.name = j.sync and d.retired_at is null) w
     cross join lateral (select max(coalesce(r.finished_at, now())) as last from runs r join syncs s on s.id = r.sync_id where s.name = w.sync) r
     where extract(epoch from now() - greatest(w.since, r.last)) * 1000 > w.every + $2 order by 1`,
    [JSON.stringify(definitions.map(({ sync, when }) => ({ sync, every: when.everyMs }))), aboveMs],
  );
  return rows.map(({ sync, lateMs }) => ({ kind: 'missed-schedule', subject: sync, summary: `${sync}: its schedule is ${minutes(lateMs)} late` }));
}
