import type { Budget, Purpose } from '../contracts/budget.js';
import type { Connector } from '../contracts/connector.js';
import type { HttpLog } from '../http/client.js';
import type { AddressLookup } from '../http/guarded-connect.js';
import type { SecretRegister } from '../http/secret-register.js';

/** OpenSystem is a system with whatever connections it holds. */
export interface OpenSystem {
  /** connector makes the connector for one purpose; all of them share the connections. */
  connector(purpose: Purpose): Connector;
  /** close ends the connections once what is under way is answered. */
  close(): Promise<void>;
}

/** SystemDependencies is what every kind of system is opened with. */
export interface SystemDependencies {
  /** Resolves the references of a text of the definition; throws, naming the reference, where it cannot. */
  readonly resolve: (text: string) => string;
  /** Secrets that never appear in messages, excerpts and logs. */
  readonly secrets: SecretRegister;
  readonly log: HttpLog;
  readonly budget: Budget;
  /** What the deployment opens besides public addresses, in addition to each system's own `network`. */
  readonly networkAllow: readonly string[];
  /** Finds the addresses of hosts. Default: as the operating system does. */
  readonly lookup?: AddressLookup;
}
