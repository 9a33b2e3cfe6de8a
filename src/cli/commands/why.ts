import type { Command } from 'commander';
import type { WhyOptions } from '../lineage/why-report.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

/** registerWhy adds `crosswalk why`. */
export function registerWhy(program: Command): void {
  withCommonOptions(program.command('why')
    .summary('show where the value of a field comes from')
    .description('Show every value that a field of a record was given, the newest first: its source, the rule that made it, the run, the reason, who approved it; and whether the system still holds it.')
    .argument('<system.object>', 'object of the record, such as mailing.member')
    .argument('<id>', 'id of the record in that system')
    .argument('<field>', 'field of the record, as the mapping names it')
    .option('--no-live', 'do not ask the system for the value it holds now')
    .option('--limit <n>', 'how many writes to look at, the newest first', wholeNumber(1, 1000), 50))
    .addHelpText('after', '\nExample:\n  crosswalk why mailing.member m-70 full_name')
    .action((name: string, id: string, field: string, options: CommonOptions & WhyOptions) => runCommand(options, async (context) => {
      const { whyReport } = await import('../lineage/why-report.js');
      return whyReport(context, name, id, field, options);
    }));
}
