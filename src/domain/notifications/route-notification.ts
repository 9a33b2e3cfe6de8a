import type { ChannelDefinition } from '../../contracts/channel-definition.js';
import type { NewNotification } from '../../contracts/notification.js';

/** Routed is what of a notification decides who is told. */
export type Routed = Pick<NewNotification, 'channels' | 'department' | 'severity'>;

/**
 * routeNotification gives the names of the channels that take a notification: those it names itself, else those with a
 * route for it, else the default ones. A name that nobody defined is as if it were not given, so that nothing is told nobody.
 */
export function routeNotification({ channels: named, department, severity }: Routed, channels: readonly ChannelDefinition[]): string[] {
  const known = channels.filter(({ channel }) => named.includes(channel));
  if (known.length > 0) return names(known);
  const routed = channels.filter(({ routes }) => routes.some((route) =>
    (route.departments.length === 0 || (department !== null && route.departments.includes(department))) && (route.severities.length === 0 || route.severities.includes(severity))));
  return names(routed.length > 0 ? routed : channels.filter(({ isDefault }) => isDefault));
}

/** standInsFor gives the names of the channels that get what a channel did not take: its fallback, else the default ones. */
export function standInsFor(name: string, channels: readonly ChannelDefinition[]): string[] {
  const fallback = channels.find(({ channel }) => channel === name)?.fallback;
  const chosen = channels.filter(({ channel, isDefault }) => channel !== name && (fallback === undefined ? isDefault : channel === fallback));
  return names(chosen);
}

function names(channels: readonly ChannelDefinition[]): string[] {
  return channels.map(({ channel }) => channel);
}
