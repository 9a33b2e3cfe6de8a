import type { Logger } from 'pino';
import type { Connector } from '../../src/contracts/connector.js';
import type { SystemDefinition } from '../../src/contracts/system-definition.js';
import type { Database } from '../../src/store/database.js';

/** SyncDependencies is what the activities of a sync work with; nothing of it is global. */
export interface SyncDependencies {
  readonly database: Database;
  readonly connectors: ConnectorSource;
  readonly logger: Logger;
  readonly window: WindowLimits;
}

/** ConnectorSource opens the connector of a system; it keeps connectors open between calls. */
export interface ConnectorSource {
  open(definition: SystemDefinition, version: number): Connector;
}

/** WindowLimits bounds one window, so that pause and stop take effect soon and a lost worker costs little. */
export interface WindowLimits {
  readonly pages: number;
  readonly durationMs: number;
}
