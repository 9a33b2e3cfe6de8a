import type { NewNotification } from '../contracts/notification.js';
import type { Database } from './database.js';
import { storableJson } from './storable-json.js';

/** StoredNotification is a notification as the database has it. */
export interface StoredNotification extends NewNotification {
  readonly notedAt: Date;
  /** Null while no channel has taken it. */
  readonly deliveredAt: Date | null;
}

const columns = 'id, severity, department, channels, title, body, group_key as "groupKey", link, clears, noted_at as "notedAt", delivered_at as "deliveredAt"';

/** recordNotification stores what people are to be told; one that is stored under the id already stays as it is. */
export async function recordNotification(database: Database, { id, severity, department, channels, title, body, groupKey, link, clears = false }: NewNotification): Promise<void> {
  await database.pool.query(
    'insert into notifications (id, severity, department, channels, title, body, group_key, link, clears) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing',
    [id, severity, department, storableJson(channels), storable(title), storable(body), groupKey, link, clears],
  );
}

// PostgreSQL keeps no text that holds U+0000.
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}

/** findNotification is a notification by its id; undefined where there is none. */
export async function findNotification(database: Database, id: string): Promise<StoredNotification | undefined> {
  const { rows } = await database.pool.query<StoredNotification>(`select ${columns} from notifications where id = $1`, [id]);
  return rows[0];
}

/** recentNotifications are the newest notifications, newest first. */
export async function recentNotifications(database: Database, limit: number): Promise<StoredNotification[]> {
  const { rows } = await database.pool.query<StoredNotification>(`select ${columns} from notifications order by noted_at desc, id desc limit $1`, [limit]);
  return rows;
}
