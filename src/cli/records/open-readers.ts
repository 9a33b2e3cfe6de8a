import type { SystemDefinition } from '../../contracts/system-definition.js';
import { createLogger } from '../../log/create-logger.js';
import { readingOf, type ReadingConnector } from '../../rehearsal/reading-connector.js';
import type { Database } from '../../store/database.js';
import type { ClosableConnectorSource } from '../../../workers/connector-source.js';

/** Readers read records of systems as a worker would, and have no way to write. */
export interface Readers {
  /** reader reads the records of a system; nothing is opened before the first read. */
  reader(definition: SystemDefinition, version: number): ReadingConnector;
  close(): Promise<void>;
}

/** openReaders makes readers that share each system's budget with the workers; the database is opened at the first read. */
export function openReaders(database: () => Promise<Database>, environment: NodeJS.ProcessEnv): Readers {
  let opened: Promise<ClosableConnectorSource> | undefined;
  const open = async (): Promise<ClosableConnectorSource> => {
    // Connectors take credentials from the process, which the sandbox's are not in.
    Object.assign(process.env, environment);
    const { createConnectorSource } = await import('../../../workers/connector-source.js');
    return createConnectorSource({ database: await database(), logger: createLogger({ role: 'cli', level: 'silent' }) });
  };
  return {
    reader: (definition, version) => readingOf(definition.system, async () => (await (opened ??= open())).open(definition, version)),
    close: async () => { await (await opened?.catch(() => undefined))?.close(); },
  };
}
