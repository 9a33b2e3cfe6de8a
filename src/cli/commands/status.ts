import type { Command } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

interface StatusOptions extends CommonOptions {
  readonly watch?: boolean;
}

/** registerStatus adds `crosswalk status`. */
export function registerStatus(program: Command): void {
  withCommonOptions(program.command('status')
    .summary('show every sync: its last run, its dead letters, its next run')
    .description('Show every sync: what its last run came to, how many records are linked, what waits for a person, when it runs next; and the newest figures of data quality beside their targets.')
    .option('--watch', 'show it again every 2 seconds, until Ctrl-C'))
    .addHelpText('after', '\nExample:\n  crosswalk status')
    .action((options: StatusOptions) => runCommand(options, async (context) => {
      const { statusReport, watchStatus } = await import('../status/status-report.js');
      return options.watch === true ? watchStatus(context) : statusReport(context);
    }));
}
