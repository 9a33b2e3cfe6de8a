import { maskedLink } from '../../config/answer-links.js';
import { deliveriesOf, type DeliveryState } from '../../store/deliveries.js';
import { recentNotifications } from '../../store/notifications.js';
import type { CommandContext } from '../run-command.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import { counted, moment } from '../terminal/wording.js';

/** notificationsReport is what `crosswalk notifications` says. */
export async function notificationsReport({ session }: CommandContext, limit: number): Promise<Report> {
  const database = await session.database();
  const notifications = await recentNotifications(database, limit);
  const deliveries = await deliveriesOf(database, notifications.map(({ id }) => id));
  const listed = notifications.map((notification) => ({
    ...notification,
    // A link by which somebody answers is theirs alone.
    link: notification.link === null ? null : maskedLink(notification.link),
    deliveries: deliveries.filter(({ notificationId }) => notificationId === notification.id).map(({ channel, state, attempts, message }) => ({ channel, state, attempts, message })),
  }));
  return {
    data: { notifications: listed },
    text: () => (notifications.length === 0 ? 'Nobody was told anything yet.' : listed.map(({ severity, clears, department, title, body, link, notedAt, deliveredAt, deliveries: made }) => [
      `${moment(notedAt)}  ${clears === true ? 'all clear' : severity}${department === null ? '' : `, ${printable(department)}`}  ${printable(title)}  (${deliveredAt === null ? 'not delivered' : `delivered ${moment(deliveredAt)}`})`,
      ...made.flatMap(({ channel, state, attempts, message }) => (state === 'delivered' ? [] : [`  ${channel}: ${stateText[state]}${message === null || state === 'merged' ? '' : ` after ${counted(attempts, 'attempt')}: ${printable(message)}`}`])),
      ...(body === '' ? [] : [`  ${printable(body)}`]), ...(link === null ? [] : [`  ${printable(link)}`]),
    ].join('\n')).join('\n')),
  };
}

const stateText: Readonly<Record<Exclude<DeliveryState, 'delivered'>, string>> = { pending: 'not taken yet', gathered: 'waits for others of its kind', merged: 'told with others of its kind', undelivered: 'NOT delivered' };
