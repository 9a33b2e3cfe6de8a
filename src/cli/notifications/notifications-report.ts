import { maskedLink } from '../../config/answer-links.js';
import { recentNotifications } from '../../store/notifications.js';
import type { CommandContext } from '../run-command.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import { moment } from '../terminal/wording.js';

/** notificationsReport is what `crosswalk notifications` says. */
export async function notificationsReport({ session }: CommandContext, limit: number): Promise<Report> {
  // A link by which somebody answers is theirs alone.
  const notifications = (await recentNotifications(await session.database(), limit)).map((notification) => ({ ...notification, link: notification.link === null ? null : maskedLink(notification.link) }));
  return {
    data: { notifications },
    text: () => (notifications.length === 0 ? 'Nobody was told anything yet.' : notifications.map(({ severity, department, title, body, link, notedAt, deliveredAt }) => [
      `${moment(notedAt)}  ${severity}${department === null ? '' : `, ${printable(department)}`}  ${printable(title)}  (${deliveredAt === null ? 'not delivered' : `delivered ${moment(deliveredAt)}`})`,
      ...(body === '' ? [] : [`  ${printable(body)}`]), ...(link === null ? [] : [`  ${printable(link)}`]),
    ].join('\n')).join('\n')),
  };
}
