import { scheduleId } from '../../contracts/ids.js';
import { describeSchedules, type DescribedSchedule } from '../../schedules/existing-schedules.js';
import { missedTargets } from '../../domain/quality/targets.js';
import { accountOverview, type AccountOverview } from '../../store/account-overview.js';
import type { Database } from '../../store/database.js';
import { openAlerts } from '../../store/alerts.js';
import { openCircuits, type StoredCircuit } from '../../store/circuits.js';
import { undeliveredCount } from '../../store/deliveries.js';
import { activeDefinitions } from '../../store/definitions.js';
import { latestQualityDays } from '../../store/quality-days.js';
import { clockDifferences, type ClockDifference } from '../../store/clocks.js';
import { lastReconciliations, type Reconciliation } from '../../store/reconciliations.js';
import { syncOverview, type SyncOverview } from '../../store/sync-overview.js';
import { explainError } from '../explain-error.js';
import type { Session } from '../session.js';
import { readStrategy, type SyncStrategy } from '../strategy/read-strategy.js';

/** SyncStatusRow is a sync with its next scheduled run. */
export interface SyncStatusRow extends SyncOverview {
  /** Null where none is planned, or where Temporal could not be asked. */
  readonly nextRunAt: Date | null;
  /** The newest reconciliation that came to its end; null before the first. */
  readonly reconciliation: Pick<Reconciliation, 'id' | 'counts' | 'alert' | 'alertAbove' | 'owner' | 'startedAt'> | null;
  readonly schedule: 'running' | 'paused' | 'none' | 'unknown';
}

/** Status is what `crosswalk status` shows. */
export interface Status {
  readonly syncs: readonly SyncStatusRow[];
  /** The quality definitions in force; `day` is null and `missed` empty before the first run. */
  readonly quality: readonly { readonly quality: string; readonly day: string | null; readonly missed: readonly string[]; readonly targets: number }[];
  /** How each sync is carried over, and how far clocks are from the database's. */
  readonly strategies: readonly SyncStrategy[];
  readonly clocks: readonly ClockDifference[];
  /** Systems that fail and are left alone by all workers. */
  readonly circuits: readonly StoredCircuit[];
  /** Accounts that people have connected or have to connect, and credentials whose end is known. */
  readonly accounts: readonly AccountOverview[];
  /** Open alerts, and notifications of the last seven days that no channel took. */
  readonly alerts: { readonly open: number; readonly unacknowledged: number; readonly undelivered: number };
  /** Why the schedules are not known; null where they are. */
  readonly schedulesUnknown: string | null;
  readonly addresses: { readonly temporalUi: string | null; readonly api: string | null; readonly console: string | null };
}

/** readStatus reads where every sync stands; without Temporal, everything but the schedules. */
export async function readStatus(session: Session): Promise<Status> {
  const overview = await syncOverview(await session.database());
  const reconciliations = await lastReconciliations(await session.database());
  const schedules = await readSchedules(session, overview.map(({ sync }) => sync));
  const instance = session.instance();
  return {
    syncs: overview.map((sync) => {
      const own = schedules.found.filter(({ id, owned }) => owned && (id === scheduleId(sync.sync, 'every') || id === scheduleId(sync.sync, 'full-read')));
      const next = own.flatMap(({ nextAt }) => (nextAt === null ? [] : [nextAt.getTime()]));
      return { ...sync, reconciliation: lastOf(reconciliations, sync.sync), nextRunAt: next.length === 0 ? null : new Date(Math.min(...next)), schedule: schedules.problem === null ? scheduleState(own) : 'unknown' };
    }),
    quality: await readQuality(await session.database()),
    strategies: await readStrategy(await session.database()),
    clocks: await clockDifferences(await session.database()),
    circuits: await openCircuits(await session.database()),
    accounts: await accountOverview(await session.database()),
    alerts: await readAlerts(await session.database()),
    schedulesUnknown: schedules.problem,
    addresses: { temporalUi: instance?.temporalUiUrl ?? null, api: instance?.apiUrl ?? null, console: instance?.consoleUrl ?? null },
  };
}

async function readAlerts(database: Database): Promise<Status['alerts']> {
  const open = await openAlerts(database);
  return { open: open.length, unacknowledged: open.filter(({ acknowledgedAt }) => acknowledgedAt === null).length, undelivered: await undeliveredCount(database) };
}

async function readQuality(database: Database): Promise<Status['quality']> {
  const latest = await latestQualityDays(database, 1);
  return (await activeDefinitions(database, 'quality')).map(({ name }) => {
    const day = latest.find(({ quality }) => quality === name);
    return { quality: name, day: day?.day ?? null, missed: day === undefined ? [] : missedTargets(day, day.targets), targets: Object.keys(day?.targets ?? {}).length };
  });
}

function lastOf(reconciliations: readonly Reconciliation[], name: string): SyncStatusRow['reconciliation'] {
  const found = reconciliations.find(({ sync }) => sync === name);
  if (found === undefined) return null;
  const { id, counts, alert, alertAbove, owner, startedAt } = found;
  return { id, counts, alert, alertAbove, owner, startedAt };
}

function scheduleState(own: readonly DescribedSchedule[]): SyncStatusRow['schedule'] {
  if (own.length === 0) return 'none';
  return own.every(({ paused }) => paused) ? 'paused' : 'running';
}

async function readSchedules(session: Session, syncs: readonly string[]) {
  try {
    const client = await session.temporal();
    return { found: await describeSchedules(client.schedule, syncs.flatMap((sync) => [scheduleId(sync, 'every'), scheduleId(sync, 'full-read')])), problem: null };
  } catch (error) {
    const { message, where } = explainError(error);
    return { found: [], problem: where === null ? message : `${message.replace(/\.$/, '')} (${where}).` };
  }
}
