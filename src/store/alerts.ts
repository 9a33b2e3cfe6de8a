import { alertSeverities, type AlertKind, type Trouble } from '../contracts/alert.js';
import type { AlertsDefinition } from '../contracts/alerts-definition.js';
import type { Database } from './database.js';
import { idFrom, newId } from './new-id.js';
import { recordNotification } from './notifications.js';

/** Alert is trouble that people are told of, until it has passed. */
export interface Alert {
  readonly id: string;
  readonly key: string;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly summary: string;
  readonly openedAt: Date;
  readonly seenAt: Date;
  /** Null until its notification is stored. */
  readonly toldAt: Date | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedWhy: string | null;
  readonly acknowledgedAt: Date | null;
  readonly closedAt: Date | null;
}

const columns = `id, key, kind, subject, summary, opened_at as "openedAt", seen_at as "seenAt", told_at as "toldAt",
  acknowledged_by as "acknowledgedBy", acknowledged_why as "acknowledgedWhy", acknowledged_at as "acknowledgedAt", closed_at as "closedAt"`;

/** openAlerts are the alerts that have not passed, the oldest first. */
export async function openAlerts(database: Database): Promise<Alert[]> {
  const { rows } = await database.pool.query<Alert>(`select ${columns} from alerts where closed_at is null order by opened_at, id`);
  return rows;
}

/** recentAlerts are the newest alerts, open or passed, newest first. */
export async function recentAlerts(database: Database, limit: number): Promise<Alert[]> {
  const { rows } = await database.pool.query<Alert>(`select ${columns} from alerts order by opened_at desc, id desc limit $1`, [limit]);
  return rows;
}

/** acknowledgeAlert notes who has seen to an open alert and why it may be silent; undefined where none is open under the id. */
export async function acknowledgeAlert(database: Database, id: string, by: string, why: string): Promise<Alert | undefined> {
  const { rows } = await database.pool.query<Alert>(
    `update alerts set acknowledged_by = $2, acknowledged_why = $3, acknowledged_at = now() where id::text = $1 and closed_at is null returning ${columns}`, [id, by, why]);
  return rows[0];
}

/**
 * settleAlerts makes the open alerts those of the trouble there is, and gives the ids of the notifications that tell of
 * what began, goes on for long, and passed. Each is stored before the alert says so, under an id of its own: after a
 * crash the next call tells what this one had not, once.
 */
export async function settleAlerts(database: Database, found: readonly Trouble[], { repeatMs, department }: AlertsDefinition): Promise<string[]> {
  const present = new Set(found.map((trouble) => keyOf(trouble)));
  for (const trouble of found) {
    await database.pool.query(
      `insert into alerts (id, key, kind, subject, summary) values ($1, $2, $3, $4, $5)
       on conflict (key) where closed_at is null do update set summary = excluded.summary, seen_at = now()`,
      [newId(), keyOf(trouble), trouble.kind, trouble.subject, trouble.summary]);
  }
  const ids: string[] = [];
  const tell = async (alert: Alert, title: string, moment: string, clears: boolean): Promise<void> => {
    const id = idFrom(moment, alert.id);
    await recordNotification(database, {
      id, severity: alertSeverities[alert.kind], department: department ?? null, channels: [], title, groupKey: `alert/${alert.key}`, link: null, clears,
      body: clears ? `It began ${alert.openedAt.toISOString()}.` : `Since ${alert.openedAt.toISOString()}. See "crosswalk alerts".`,
    });
    ids.push(id);
  };
  for (const alert of await openAlerts(database)) {
    if (!present.has(alert.key)) {
      if (alert.toldAt !== null) await tell(alert, alert.summary, 'all-clear', true);
      await database.pool.query('update alerts set closed_at = now() where id = $1', [alert.id]);
    } else if (isToBeTold(alert, repeatMs)) {
      await tell(alert, alert.toldAt === null ? alert.summary : `still: ${alert.summary}`, `told/${alert.toldAt?.toISOString() ?? ''}`, false);
      await database.pool.query('update alerts set told_at = now() where id = $1', [alert.id]);
    }
  }
  return ids;
}

function isToBeTold({ toldAt, acknowledgedAt }: Alert, repeatMs: number): boolean {
  if (toldAt === null) return true;
  return acknowledgedAt === null && repeatMs > 0 && Date.now() - toldAt.getTime() >= repeatMs;
}

function keyOf({ kind, subject }: Trouble): string {
  return subject === '' ? kind : `${kind}/${subject}`;
}
