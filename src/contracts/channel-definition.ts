import type { Severity } from './notification.js';
import type { NetworkDefinition } from './system-definition.js';

/** ChannelTarget is where a channel's messages go; every secret in it is a reference, never a value. */
export type ChannelTarget =
  | { readonly type: 'slack'; readonly url: string }
  | {
    readonly type: 'email'; readonly host: string; readonly port: number; readonly tls: 'implicit' | 'starttls' | 'none';
    readonly username?: string; readonly password?: string; readonly from: string; readonly to: readonly string[];
  }
  | { readonly type: 'pagerduty'; readonly routingKey: string; readonly url: string; readonly source: string }
  | { readonly type: 'webhook'; readonly url: string; readonly secret: string };

/** ChannelRoute is which notifications a channel takes; an empty list means all. */
export interface ChannelRoute {
  readonly departments: readonly string[];
  readonly severities: readonly Severity[];
}

/** ChannelDefinition is a way to tell people something. */
export interface ChannelDefinition {
  readonly channel: string;
  readonly send: ChannelTarget;
  /** Absent: only public addresses are connected to. */
  readonly network?: NetworkDefinition;
  readonly routes: readonly ChannelRoute[];
  /** Whether it takes what no route names. */
  readonly isDefault: boolean;
  /** Channel that gets what this one did not take; absent: the default ones. */
  readonly fallback?: string;
  /** How long notifications with the same group key are gathered, milliseconds; 0: never. */
  readonly groupMs: number;
}
