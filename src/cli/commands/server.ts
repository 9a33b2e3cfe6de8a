import type { Command } from 'commander';

/** registerServer adds `crosswalk server`. */
export function registerServer(program: Command): void {
  program.command('server')
    .description('Run the server: the API, on loopback unless told otherwise.')
    .addHelpText('after', '\nSettings: DATABASE_URL, the standard Temporal variables, CROSSWALK_PORT (8089), CROSSWALK_LISTEN (127.0.0.1),\nCROSSWALK_HOSTS (further host names the API answers to, separated by commas).\n\nExample:\n  DATABASE_URL=postgresql://… TEMPORAL_ADDRESS=localhost:7233 crosswalk server')
    .action(async () => {
      const { main } = await import('../../ingress/main.js');
      await main();
    });
}
