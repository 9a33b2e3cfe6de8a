import type { Command } from 'commander';

/** registerWorker adds `crosswalk worker`. */
export function registerWorker(program: Command): void {
  program.command('worker')
    .description('Run a worker: it executes workflows and activities until it is stopped. Start as many as you like.')
    .addHelpText('after', '\nSettings: DATABASE_URL, the standard Temporal variables (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, …),\nCROSSWALK_LOG_LEVEL, CROSSWALK_ACTIVITIES.\n\nExample:\n  DATABASE_URL=postgresql://… TEMPORAL_ADDRESS=localhost:7233 crosswalk worker')
    .action(async () => { await import('../../../workers/main.js'); });
}
