import type { Command } from 'commander';
import { emptyStateFolder, stateFolderPath } from '../../local/state-folder.js';

/** registerReset adds `crosswalk reset`. */
export function registerReset(program: Command): void {
  program.command('reset')
    .description('Delete everything a local instance has stored: database, workflow histories, sandbox. Refused while it runs.')
    .addHelpText('after', '\nExample:\n  npm run reset')
    .action(async () => {
      const folder = stateFolderPath();
      const emptied = await emptyStateFolder(folder, (message) => process.stderr.write(`${message}\n`));
      process.stdout.write(emptied ? `Emptied ${folder}.\n` : `There is nothing in ${folder}.\n`);
    });
}
