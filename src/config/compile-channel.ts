import type { ChannelDefinition, ChannelTarget } from '../contracts/channel-definition.js';
import { durationMs } from './duration.js';
import type { AuthorChannel } from './schema/channel-schema.js';

/** compileChannel makes a channel definition that runs of one that has been checked. */
export function compileChannel(author: AuthorChannel): ChannelDefinition {
  return {
    channel: author.channel, send: compileTarget(author.send), routes: author.for, isDefault: author.default, groupMs: durationMs(author.group),
    ...(author.network === undefined ? {} : { network: author.network }),
    ...(author.fallback === undefined ? {} : { fallback: author.fallback }),
  };
}

function compileTarget(send: AuthorChannel['send']): ChannelTarget {
  if (send.type !== 'email') return send;
  const { username, password, ...rest } = send;
  return { ...rest, ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) };
}
