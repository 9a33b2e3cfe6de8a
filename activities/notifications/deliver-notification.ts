import type { DeliverInput, DeliverResult } from '../../src/contracts/notification.js';
import { routeNotification, standInsFor } from '../../src/domain/notifications/route-notification.js';
import { clearGathered, deliveriesOf, failDelivery, openDeliveries, settleDelivery, type Delivery } from '../../src/store/deliveries.js';
import { idFrom } from '../../src/store/new-id.js';
import { findNotification, recordNotification, type StoredNotification } from '../../src/store/notifications.js';
import { notDelivered, notifierDelaysMs } from '../failure.js';
import { liveChannels, type LiveChannel, type NotificationDependencies } from './live-channels.js';
import { NotTaken } from './not-taken.js';

interface Round {
  readonly dependencies: NotificationDependencies;
  readonly notification: StoredNotification;
  readonly channels: readonly LiveChannel[];
}

/** NotYet is why a channel is to be tried again. */
interface NotYet {
  readonly attempts: number;
  readonly failure: NotTaken;
}

const FAILING = 'notifier/';
const HOUR_MS = 3_600_000;

/**
 * deliverNotification offers a stored notification to each of its channels that has not taken it yet. Throws while a
 * channel is to be tried again. A channel that was tried often enough has its stand-ins told in its place, and every other
 * channel that it fails.
 */
export async function deliverNotification(dependencies: NotificationDependencies, { notificationId }: DeliverInput): Promise<DeliverResult> {
  const { database } = dependencies;
  const notification = await findNotification(database, notificationId);
  if (notification === undefined) return { delivered: 0, failed: 0 };
  const channels = await liveChannels(dependencies);
  if ((await deliveriesOf(database, [notificationId])).length === 0) await open({ dependencies, notification, channels }, routeNotification(notification, channels));
  const later: NotYet[] = [];
  const tried = new Set<string>();
  for (let pending = await untried(dependencies, notificationId, tried); pending.length > 0; pending = await untried(dependencies, notificationId, tried)) {
    for (const { channel } of pending) tried.add(channel);
    later.push(...(await Promise.all(pending.map((delivery) => offer({ dependencies, notification, channels }, delivery)))).flatMap((each) => each ?? []));
  }
  const [soonest] = later.toSorted((a, b) => a.attempts - b.attempts);
  if (soonest !== undefined) throw notDelivered(soonest.failure.message, soonest.attempts, soonest.failure.detail.retryAfterMs);
  const settled = await deliveriesOf(database, [notificationId]);
  return { delivered: count(settled, 'delivered'), failed: count(settled, 'undelivered') };
}

function count(deliveries: readonly Delivery[], state: Delivery['state']): number {
  return deliveries.filter((delivery) => delivery.state === state).length;
}

async function untried({ database }: NotificationDependencies, id: string, tried: ReadonlySet<string>): Promise<Delivery[]> {
  return (await deliveriesOf(database, [id])).filter(({ state, channel }) => state === 'pending' && !tried.has(channel));
}

async function open({ dependencies, notification, channels }: Round, names: readonly string[]): Promise<void> {
  // An all-clear does not wait: what it ends was told already.
  const targets = channels.filter(({ channel }) => names.includes(channel)).map(({ channel, groupMs }) => ({ channel, groupMs: notification.clears === true ? 0 : groupMs }));
  await openDeliveries(dependencies.database, notification.id, notification.groupKey, targets);
  if (notification.clears === true && notification.groupKey !== null) await clearGathered(dependencies.database, notification.id, notification.groupKey, names);
}

async function offer(round: Round, { channel: name }: Delivery): Promise<NotYet | undefined> {
  const { dependencies: { database }, notification, channels } = round;
  const channel = channels.find((candidate) => candidate.channel === name);
  try {
    if (channel === undefined) throw new NotTaken('it is no longer defined', { permanent: true });
    await channel.post(notification);
    await settleDelivery(database, notification.id, name);
    return undefined;
  } catch (failure) {
    if (!(failure instanceof NotTaken)) throw failure;
    const { attempts, ended } = await failDelivery(database, notification.id, name, failure.message, (made) => failure.detail.permanent || made > notifierDelaysMs.length);
    if (!ended) return { attempts, failure };
    await open(round, standInsFor(name, channels));
    await tellOfFailing(round, name, failure.message);
    return undefined;
  }
}

// Once an hour for each channel; that a channel fails to tell that another fails is told of no further.
async function tellOfFailing({ dependencies, notification, channels }: Round, name: string, reason: string): Promise<void> {
  const others = channels.flatMap(({ channel }) => (channel === name ? [] : [channel]));
  if (others.length === 0 || notification.groupKey?.startsWith(FAILING) === true) return;
  const id = idFrom(`${FAILING}${name}/${Math.floor(Date.now() / HOUR_MS)}`);
  await recordNotification(dependencies.database, {
    id, severity: 'critical', department: null, channels: others, title: `The channel "${name}" does not deliver`, groupKey: `${FAILING}${name}`, link: null,
    body: `It was given up: ${reason}. What it should have told is in "crosswalk notifications"; its stand-ins were told.`,
  });
  // What a channel does not take now is offered again by the check for alerts.
  await deliverNotification(dependencies, { notificationId: id }).catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'ApplicationFailure')) throw error;
  });
}
