import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap, NativeConnection, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { inject } from 'vitest';
import { createActivities } from '../../../activities/create-activities.js';
import type { TriggerInbox } from '../../../activities/handoff/dependencies.js';
import type { FirstAttempts } from '../../../activities/handoff/first-attempts.js';
import { startHandoff, type HandoffHandle } from '../../../src/client/handoffs-client.js';
import type { Connector } from '../../../src/contracts/connector.js';
import { taskQueue } from '../../../src/contracts/names.js';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import type { Database } from '../../../src/store/database.js';
import { createTestNamespace } from '../../support/servers.js';
import { peopleStandIn } from './people-stand-in.js';
import { installQuietRuntime, quiet } from '../../support/quiet-runtime.js';


/** Bundled once for all files that run in this process. */
let bundled: Promise<WorkflowBundleWithSourceMap> | undefined;

/** WorkerParts is what a worker may be given besides. */
export interface WorkerParts {
  readonly inbox?: TriggerInbox;
  readonly firstAttempts?: FirstAttempts;
}

/** startHandoffWorker starts a worker of this release with the handoff workflows and a stand-in for approvals; `open` gives the connector of a system. */
export async function startHandoffWorker(database: Database, open: (definition: SystemDefinition) => Connector, { inbox, firstAttempts }: WorkerParts = {}) {
  installQuietRuntime();
  const { temporalAddress } = inject('crosswalkServers');
  const namespace = await createTestNamespace(temporalAddress);
  const [connection, native, workflowBundle] = await Promise.all([
    Connection.connect({ address: temporalAddress }), NativeConnection.connect({ address: temporalAddress }),
    (bundled ??= bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('./workflows-with-approval.ts', import.meta.url)), logger: quiet })),
  ]);
  const dependencies = {
    database, logger: pino({ level: 'silent' }), window: { pages: 1, durationMs: 1_000 }, people: peopleStandIn, ...(inbox === undefined ? {} : { inbox }), ...(firstAttempts === undefined ? {} : { firstAttempts }),
    connectors: { open },
  };
  const activities = createActivities(dependencies);
  const delivered: string[] = [];
  const worker = await Worker.create({
    connection: native, namespace, taskQueue, workflowBundle,
    activities: { ...activities, deliverNotification: async ({ notificationId }: { notificationId: string }) => { delivered.push(notificationId); return { delivered: 1, failed: 0 }; } },
  });
  const working = worker.run();
  const client = new Client({ connection, namespace });
  return {
    client, delivered, dependencies,
    /** Given the first tasks of what it starts, as the worker's own client is. */
    ownClient: new Client({ connection: native, namespace }),
    /** start starts a handoff of a record and gives its handle; throws where the record begins none. */
    start: async (handoff: string, recordId: string): Promise<HandoffHandle> => {
      const { handles: [handle] } = await startHandoff(client, handoff, recordId);
      if (handle === undefined) throw new Error(`${recordId} begins no ${handoff}.`);
      return handle;
    },
    until: async (holds: () => Promise<boolean>): Promise<void> => {
      for (let tries = 0; tries < 400; tries += 1) {
        if (await holds()) return;
        await sleep(50);
      }
      throw new Error('What was waited for did not come.');
    },
    stop: async (): Promise<void> => {
      worker.shutdown();
      await working;
      await connection.close();
      await native.close();
    },
  };
}
