import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import type { Logger } from 'pino';
import { preventCoreDumps } from '../src/log/core-dumps.js';
import { createLogger } from '../src/log/create-logger.js';

import { endWithStdin } from './end-with-stdin.js';
import { runWorker } from './run-worker.js';
import { readWorkerSettings, SettingsError } from './worker-settings.js';

/** main runs a worker process and sets its exit code: 0 after a clean stop, 1 after a failure, 2 for unusable settings. */
export async function main(): Promise<void> {
  try {
    const settings = readWorkerSettings(process.env);
    const logger = createLogger({ role: 'worker', level: settings.logLevel });
    preventCoreDumps(logger);
    Runtime.install({ logger: new DefaultLogger('WARN', (entry) => { forward(logger, entry); }) });
    endWithStdin();
    await runWorker({ settings, logger, onReady: () => { process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid })}\n`); } });
    process.exitCode = 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof SettingsError ? 2 : 1;
  }
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

function forward(logger: Logger, { level, message, meta }: LogEntry): void {
  const { error, workflowId, workflowType, activityType, attempt } = (meta ?? {}) as Record<string, unknown>;
  const reason = error instanceof Error ? error.message : undefined;
  logger[levels[level]]({ workflowId, workflowType, activityType, attempt, reason }, message);
}

await main();
