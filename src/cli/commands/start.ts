import type { Command } from 'commander';

/** registerStart adds `crosswalk start`. */
export function registerStart(program: Command): void {
  program.command('start')
    .description('Run everything on this machine: database, Temporal with its UI, six simulated systems, a worker, the API; then run the syncs.')
    .argument('[folder]', 'folder of definitions to apply; CROSSWALK_DEFINITIONS, ./definitions or the sandbox\'s unless given')
    .addHelpText('after', [
      '\nEverything is kept in one folder, .crosswalk (CROSSWALK_HOME names another); the next start goes on from there, and',
      '"npm run reset" empties it. It listens on 127.0.0.1 only, and takes other ports where the usual ones are taken.',
      'DATABASE_URL and TEMPORAL_ADDRESS name servers to use instead of local ones. Ctrl-C stops everything.',
      '\nExample:\n  npm start',
    ].join('\n'))
    .action(async (given: string | undefined) => {
      const { start } = await import('../start/start.js');
      await start(given);
    });
}
