import type { Severity } from '../contracts/notification.js';
import type { Database } from './database.js';
import type { Grouping } from './deliveries.js';
import { inTransaction } from './in-transaction.js';
import { idFrom } from './new-id.js';

const MOST_TITLES = 10;
const severities: readonly Severity[] = ['info', 'warning', 'critical'];

interface Gathered {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly department: string | null;
}

/** mergeGathered makes one notification of each group whose time at a channel is over, with their count, and gives the ids. */
export async function mergeGathered(database: Database, channels: readonly Grouping[]): Promise<string[]> {
  const merged: string[] = [];
  for (const { channel, groupMs } of channels) {
    const { rows } = await database.pool.query<{ groupKey: string }>(
      `select group_key as "groupKey" from deliveries where channel = $1 and state = 'gathered' group by group_key having min(noted_at) <= now() - make_interval(secs => $2) order by 1 limit 100`,
      [channel, groupMs / 1000]);
    for (const { groupKey } of rows) merged.push(...(await mergeGroup(database, channel, groupKey)));
  }
  return merged;
}

async function mergeGroup(database: Database, channel: string, groupKey: string): Promise<string[]> {
  return inTransaction(database.pool, async (client) => {
    const { rows } = await client.query<Gathered>(
      `select n.id, n.title, n.severity, n.department from deliveries d join notifications n on n.id = d.notification_id
       where d.channel = $1 and d.group_key = $2 and d.state = 'gathered' order by d.noted_at, n.id for update of d`, [channel, groupKey]);
    const [first] = rows;
    if (first === undefined) return [];
    const id = idFrom(`merged/${channel}`, first.id);
    const severity = rows.map((row) => row.severity).reduce((worst, next) => (severities.indexOf(next) > severities.indexOf(worst) ? next : worst));
    const titles = rows.slice(0, MOST_TITLES).map(({ title }) => `• ${title}`);
    await client.query(
      `insert into notifications (id, severity, department, channels, title, body, group_key) values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing`,
      [id, severity, first.department, JSON.stringify([channel]), `${rows.length} more: ${first.title}`, [...titles, ...(rows.length > MOST_TITLES ? [`… and ${rows.length - MOST_TITLES} more`] : [])].join('\n'), groupKey]);
    await client.query(`insert into deliveries (notification_id, channel, group_key) values ($1, $2, $3) on conflict do nothing`, [id, channel, groupKey]);
    await client.query(`update deliveries set state = 'merged', message = $3 where channel = $1 and notification_id = any($2::uuid[]) and state = 'gathered'`, [channel, rows.map((row) => row.id), id]);
    return [id];
  });
}
