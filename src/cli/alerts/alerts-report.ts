import { acknowledgeAlert, openAlerts, recentAlerts, type Alert } from '../../store/alerts.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import type { Style } from '../terminal/style.js';
import { distance } from '../terminal/wording.js';

/** alertsReport is what `crosswalk alerts` says; `all` lists those that have passed as well. */
export async function alertsReport({ session }: CommandContext, { all, limit }: { readonly all: boolean; readonly limit: number }): Promise<Report> {
  const database = await session.database();
  const alerts = all ? await recentAlerts(database, limit) : (await openAlerts(database)).slice(0, limit);
  return { data: { alerts }, text: (style) => (alerts.length === 0 ? 'No alert is open.' : alerts.map((alert) => alertText(alert, style)).join('\n')) };
}

function alertText({ id, summary, openedAt, acknowledgedBy, acknowledgedWhy, closedAt }: Alert, { colors, now }: Style): string {
  const heading = `${printable(summary)}  (since ${distance(openedAt, now)}${closedAt === null ? '' : `, passed ${distance(closedAt, now)}`})`;
  return [
    closedAt === null && acknowledgedBy === null ? colors.red(heading) : heading,
    ...(acknowledgedBy === null ? [] : [`  acknowledged by ${printable(acknowledgedBy)}: ${printable(acknowledgedWhy ?? '')}`]),
    colors.dim(`  ${id}`),
  ].join('\n');
}

/** acknowledgeReport notes who has seen to an alert and why; throws CommandError where none is open under the id. */
export async function acknowledgeReport({ session }: CommandContext, { id, by, why }: { readonly id: string; readonly by: string; readonly why: string }): Promise<Report> {
  if (why.trim() === '' || by.trim() === '') throw badInput('Say who acknowledges it and why.', { todo: 'Give --why with a few words.' });
  const alert = await acknowledgeAlert(await session.database(), id, by.slice(0, 200), why.slice(0, 1_000));
  if (alert === undefined) throw badInput(`No alert "${id.slice(0, 60)}" is open.`, { todo: 'See "crosswalk alerts" for those that are.' });
  return { data: alert, text: () => `Acknowledged; it is told of again when it has passed: ${printable(alert.summary)}` };
}
