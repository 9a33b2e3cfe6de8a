import type { Command } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

/** registerSchedules adds `crosswalk schedules`. */
export function registerSchedules(program: Command): void {
  withCommonOptions(program.command('schedules')
    .summary('list the schedules with their last and next runs')
    .description('List the Temporal Schedules that "apply" keeps, with their last and next runs.'))
    .addHelpText('after', '\nThe list of the Temporal server lags behind "apply" by a few seconds.\n\nExample:\n  crosswalk schedules')
    .action((options: CommonOptions) => runCommand(options, async (context) => (await import('../status/schedules-report.js')).schedulesReport(context)));
}
