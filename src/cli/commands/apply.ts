import type { Command } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { folderArgument } from './plan.js';

interface ApplyOptions extends CommonOptions {
  readonly dryRun?: boolean;
}

/** registerApply adds `crosswalk apply`. */
export function registerApply(program: Command): void {
  withCommonOptions(program.command('apply')
    .summary('make the definitions of a folder the ones in force')
    .description('Make the definitions of a folder the ones in force: check them, store new versions, create and change schedules. May be repeated.')
    .argument('[folder]', folderArgument)
    .option('--dry-run', 'only show what would change, as "crosswalk plan" does'))
    .addHelpText('after', [
      '\nDefinitions with errors are refused as a whole, and nothing is changed. What is no',
      'longer in the folder is retired, and its schedules are removed. Schedules that',
      'Crosswalk did not make are never touched; one that a person has paused stays paused.',
      '\nExample:\n  crosswalk apply examples/sandbox',
    ].join('\n'))
    .action((given: string | undefined, options: ApplyOptions) => runCommand(options, async (context) => {
      if (options.dryRun === true) return (await import('../definitions/plan-report.js')).planReport(context, given);
      return (await import('../definitions/apply-report.js')).applyReport(context, given);
    }));
}
