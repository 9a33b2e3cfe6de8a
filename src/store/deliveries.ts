import type { Database } from './database.js';
import { inTransaction } from './in-transaction.js';

/** DeliveryState is where a notification stands at a channel: `gathered` waits for others of its group, `merged` is told with them. */
export type DeliveryState = 'pending' | 'gathered' | 'merged' | 'delivered' | 'undelivered';

/** Delivery is what became of a notification at one channel. */
export interface Delivery {
  readonly notificationId: string;
  readonly channel: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Why the channel did not take it; never holds a secret. */
  readonly message: string | null;
}

/** Grouping is how the notifications of a group are gathered at a channel. */
export interface Grouping {
  readonly channel: string;
  /** How long they are gathered, milliseconds; 0: each is sent. */
  readonly groupMs: number;
}

const columns = 'notification_id as "notificationId", channel, state, attempts, message';

/** openDeliveries notes which channels a notification goes to, once; where one of its group went to a channel just before, it waits there for others. */
export async function openDeliveries(database: Database, notificationId: string, groupKey: string | null, targets: readonly Grouping[]): Promise<void> {
  await inTransaction(database.pool, async (client) => {
    for (const { channel, groupMs } of targets) {
      // Two of one group at the same moment must not both be the first.
      if (groupKey !== null && groupMs > 0) await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${channel}/${groupKey}`]);
      await client.query(
        `insert into deliveries (notification_id, channel, group_key, state)
         select $1, $2, $3, case when $4::double precision > 0 and exists (
           select from deliveries where channel = $2 and group_key = $3 and state in ('pending', 'delivered') and noted_at > now() - make_interval(secs => $4)
         ) then 'gathered' else 'pending' end on conflict do nothing`,
        [notificationId, channel, groupKey, groupMs / 1000],
      );
    }
  });
}

/** clearGathered has an all-clear tell of what waits in its group at the channels that it goes to: nobody is to hear of it afterwards. */
export async function clearGathered(database: Database, allClearId: string, groupKey: string, channels: readonly string[]): Promise<void> {
  await database.pool.query(`update deliveries set state = 'merged', message = $1::text where group_key = $2 and channel = any($3::text[]) and state = 'gathered'`, [allClearId, groupKey, channels]);
}

/** deliveriesOf is what became of a notification at every channel. */
export async function deliveriesOf(database: Database, notificationIds: readonly string[]): Promise<Delivery[]> {
  const { rows } = await database.pool.query<Delivery>(`select ${columns} from deliveries where notification_id = any($1::uuid[]) order by noted_at, channel`, [notificationIds]);
  return rows;
}

/** settleDelivery notes that a channel took a notification, and with it those of its group that it tells of. */
export async function settleDelivery(database: Database, notificationId: string, channel: string): Promise<void> {
  await database.pool.query(
    `with settled as (
       update deliveries set state = 'delivered', attempts = attempts + case when notification_id = $1 then 1 else 0 end, message = null, settled_at = now()
       where channel = $2 and (notification_id = $1 or (state = 'merged' and message = $1::text)) returning notification_id
     )
     update notifications set delivered_at = coalesce(delivered_at, now()) where id in (select notification_id from settled)`,
    [notificationId, channel],
  );
}

/** failDelivery counts an attempt that a channel did not take; `gaveUp` ends them. Returns the attempts so far. */
export async function failDelivery(database: Database, notificationId: string, channel: string, message: string, gaveUp: (attempts: number) => boolean): Promise<{ readonly attempts: number; readonly ended: boolean }> {
  const { rows: [row] } = await database.pool.query<{ attempts: number }>(
    'update deliveries set attempts = attempts + 1, message = $3 where notification_id = $1 and channel = $2 returning attempts', [notificationId, channel, message.slice(0, 300)]);
  const attempts = row?.attempts ?? 0;
  const ended = gaveUp(attempts);
  if (ended) {
    await database.pool.query(`update deliveries set state = 'undelivered', settled_at = now() where channel = $2 and (notification_id = $1 or (state = 'merged' and message = $1::text))`, [notificationId, channel]);
  }
  return { attempts, ended };
}

/** undeliveredCount is how many notifications of the last days no channel took. */
export async function undeliveredCount(database: Database, days = 7): Promise<number> {
  const { rows: [row] } = await database.pool.query<{ count: number }>(
    `select count(distinct d.notification_id)::integer as count from deliveries d join notifications n on n.id = d.notification_id
     where d.state = 'undelivered' and n.delivered_at is null and d.settled_at > now() - make_interval(days => $1)`, [days]);
  return row?.count ?? 0;
}

/** overdueNotifications are the ids of notifications that a channel has not been offered for as long as the attempts take, or that tell of a channel that fails. */
export async function overdueNotifications(database: Database, limit: number): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    `select distinct notification_id as id from deliveries where state = 'pending' and (noted_at < now() - interval '20 minutes' or group_key like 'notifier/%') order by 1 limit $1`, [limit]);
  return rows.map(({ id }) => id);
}
