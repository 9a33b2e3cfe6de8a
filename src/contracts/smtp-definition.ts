import type { ObjectCapabilities, SystemBase } from './system-definition.js';

/** SmtpSystemDefinition is a mail server that messages are handed to; its one object is `message`. */
export interface SmtpSystemDefinition extends SystemBase {
  readonly connector: 'smtp';
  readonly medium: 'smtp';
  /** Host of the server; may hold references. */
  readonly host: string;
  readonly port: number;
  readonly tls: 'implicit' | 'starttls' | 'none';
  readonly username?: string;
  /** A reference. */
  readonly password?: string;
  /** Address that messages come from. */
  readonly from: string;
  /** Domains that messages may go to; none: all. */
  readonly recipients: readonly string[];
  /** `accept`: a message whose answer was lost is sent again, under the same Message-ID. */
  readonly duplicates: 'refuse' | 'accept';
  readonly objects: Readonly<Record<string, ObjectCapabilities>>;
}
