import type { CheckedAlerts } from '../../src/contracts/alert.js';
import { defaultAlerts } from '../../src/contracts/alerts-definition.js';
import { openAlerts, settleAlerts } from '../../src/store/alerts.js';
import { findTrouble } from '../../src/store/alert-measures.js';
import { forgetOldUsage } from '../../src/store/api-usage.js';
import { activeDefinitions } from '../../src/store/definitions.js';
import { overdueNotifications } from '../../src/store/deliveries.js';
import { mergeGathered } from '../../src/store/gathered-notifications.js';
import { liveChannels, type NotificationDependencies } from '../notifications/live-channels.js';

/** Workflow histories carry the ids; the next check takes what is left. */
const MOST_OVERDUE = 100;

/** checkAlerts looks for trouble, and stores what people are to be told: what began and passed, what was gathered, and what no channel was offered in time. */
export async function checkAlerts(dependencies: NotificationDependencies): Promise<CheckedAlerts> {
  const { database } = dependencies;
  const definition = (await activeDefinitions(database, 'alerts'))[0]?.body ?? defaultAlerts;
  const told = await settleAlerts(database, await findTrouble(database, definition), definition);
  await forgetOldUsage(database);
  const merged = await mergeGathered(database, await liveChannels(dependencies));
  const overdue = await overdueNotifications(database, MOST_OVERDUE);
  return { notificationIds: [...new Set([...told, ...merged, ...overdue])], open: (await openAlerts(database)).length };
}
