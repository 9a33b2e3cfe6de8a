import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { FirstAttempts } from '../activities/handoff/first-attempts.js';
import { startTriggered } from '../activities/handoff/start-triggered.js';
import { triggerInbox } from '../activities/handoff/trigger-inbox.js';
import { createActivities } from '../activities/create-activities.js';
import { readAnswerLinks } from '../src/config/answer-links.js';
import { readSecretFile } from '../src/config/definition-set.js';
import { taskQueue, workflowTypes } from '../src/contracts/names.js';
import { temporalTarget } from '../src/local/temporal-address.js';
import { openApproval } from '../src/store/approvals.js';
import { encodedFailures, payloadConverter } from '../src/payloads/payload-keys.js';
import { openDatabase } from '../src/store/database.js';
import { assertMigrated } from '../src/store/migrate.js';
import { recordNotification } from '../src/store/notifications.js';
import { createConnectorSource } from './connector-source.js';
import { assertOwnKeys } from './own-keys.js';
import { listenForTriggers } from './trigger-listener.js';
import type { WorkerSettings } from './worker-settings.js';

/**
 * Workflow tasks that a worker has at the same time. One lasts as long as its local activities, most of which wait for a
 * system; where none is free, a workflow that the worker starts goes by way of the server's queue.
 */
const WORKFLOW_TASKS = 200;

/**
 * What these workflows have to do stands in the inbox, so one whose history cannot be replayed ends, and the next wake starts
 * another, where it would otherwise stand still until somebody looks.
 */
const BEGUN_ANEW: Record<string, ['NondeterminismError']> = { [workflowTypes.realtime]: ['NondeterminismError'], [workflowTypes.handoffTriggers]: ['NondeterminismError'] };

/** How long running activities may go on after the worker was asked to stop. */
const SHUTDOWN_GRACE = '25 seconds';

/** How long what a workflow has to do waits for the worker that holds it in memory; when that one was killed, others take it from then on. */
const LEFT_TO_OTHERS_AFTER = '3 seconds';

/** Connections of one worker: half of them carry the batches under way and the look-ups of the page being planned. */
const DATABASE_CONNECTIONS = 24;

/** workflowBundlePath is where the build puts the workflow bundle. */
export const workflowBundlePath = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));

/** RunWorkerOptions is what a worker process is started with. */
export interface RunWorkerOptions {
  readonly settings: WorkerSettings;
  readonly logger: Logger;
  /** Called when the worker polls. */
  readonly onReady: () => void;
}

/** runWorker works until the process is asked to stop; it resolves after a clean end and rejects when the worker fails. */
export async function runWorker({ settings, logger, onReady }: RunWorkerOptions): Promise<void> {
  const database = openDatabase({ url: settings.databaseUrl, connections: DATABASE_CONNECTIONS, onConnectionLost: (error) => logger.warn({ err: error.message }, 'An idle database connection was lost.') });
  const answerLinks = readAnswerLinks({ env: process.env, readFile: readSecretFile, baseFolder: process.env['CROSSWALK_DEFINITIONS'] ?? process.cwd() });
  const connectors = createConnectorSource({ database, logger });
  try {
    await waitFor('the database', logger, () => assertMigrated(database));
    const resolve = (text: string): string => connectors.secrets.resolve(text);
    await connectors.secrets.ready([process.env['CROSSWALK_SEALING_KEYS'] ?? '', process.env['CROSSWALK_LINK_KEYS'] ?? '', process.env['CROSSWALK_PAYLOAD_KEYS'] ?? '']);
    await assertOwnKeys(database, resolve);
    const target = temporalTarget();
    const connection = await waitFor('the Temporal server', logger, () => NativeConnection.connect(target.connectionOptions));
    try {
      const window = { pages: settings.windowPages, durationMs: settings.windowMs };
      const handoffs = { database, connectors, logger, window, people: { openApproval, recordNotification }, inbox: triggerInbox(database), firstAttempts: new FirstAttempts() };
      const dataConverter = payloadConverter(process.env, resolve);
      const worker = await Worker.create({
        ...workerOptions(settings),
        ...(dataConverter === undefined ? {} : { dataConverter, workflowBundle: { code: encodedFailures(await readFile(workflowBundlePath, 'utf8')) } }),
        connection,
        namespace: target.namespace,
        activities: createActivities({ ...handoffs, notifyUrl: settings.notifyUrl, networkAllow: settings.networkAllow, resolve, secretsReady: (texts) => connectors.secrets.ready(texts), answerLinks }),
      });
      const running = worker.run();
      // Its connection is the worker's own, so that this worker can be given the first task of what it starts.
      const client = new Client({ connection, namespace: target.namespace, ...(dataConverter === undefined ? {} : { dataConverter }) });
      const triggers = listenForTriggers({ url: settings.databaseUrl, logger, start: (handoff) => startTriggered(handoffs, client, handoff, 'untaken') });
      onReady();
      try {
        await running;
      } finally {
        await triggers.close();
        await handoffs.firstAttempts.close();
      }
    } finally {
      await connection.close();
    }
  } finally {
    await connectors.close();
    await database.close();
  }
}

/** workerOptions are the options that hold for every worker of this release. */
export function workerOptions(settings: Pick<WorkerSettings, 'activities'>): Pick<WorkerOptions, 'taskQueue' | 'workflowBundle' | 'shutdownGraceTime' | 'maxConcurrentActivityTaskExecutions' | 'maxConcurrentWorkflowTaskExecutions' | 'maxHeartbeatThrottleInterval' | 'stickyQueueScheduleToStartTimeout' | 'workflowFailureErrorTypes'> & { taskQueue: string } {
  return {
    taskQueue,
    workflowBundle: { codePath: workflowBundlePath },
    shutdownGraceTime: SHUTDOWN_GRACE,
    maxConcurrentActivityTaskExecutions: settings.activities,
    maxConcurrentWorkflowTaskExecutions: WORKFLOW_TASKS,
    maxHeartbeatThrottleInterval: '2 seconds',
    stickyQueueScheduleToStartTimeout: LEFT_TO_OTHERS_AFTER,
    workflowFailureErrorTypes: BEGUN_ANEW,
  };
}

// Services of one deployment start in any order; what is wrong for good is thrown after a minute.
async function waitFor<Result>(what: string, logger: Logger, attempt: () => Promise<Result>): Promise<Result> {
  for (let seconds = 0; ; seconds += 2) {
    try {
      return await attempt();
    } catch (error) {
      if (seconds >= 60 || (error instanceof Error && error.name === 'NewerDatabaseError')) throw error;
      logger.info({ reason: error instanceof Error ? error.message : String(error) }, `Waiting for ${what}.`);
      await sleep(2000);
    }
  }
}
