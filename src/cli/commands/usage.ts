import type { Command } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

interface UsageOptions extends CommonOptions {
  readonly system?: string;
  readonly hours: number;
  readonly byHour?: boolean;
}

/** registerUsage adds `crosswalk usage`. */
export function registerUsage(program: Command): void {
  withCommonOptions(program.command('usage')
    .summary('show how many requests systems got')
    .description('Show how many requests each system got, on whose behalf, and what came of them. Workers store their counts every few seconds.')
    .option('--system <name>', 'one system only')
    .option('--hours <n>', 'how many hours to look back', wholeNumber(1, 24 * 90), 24)
    .option('--by-hour', 'a line for each hour, the newest first'))
    .addHelpText('after', '\nHours are those of UTC, and counts are kept for 90 days.\n\nExamples:\n  crosswalk usage\n  crosswalk usage --system crm --hours 48 --by-hour')
    .action((options: UsageOptions) => runCommand(options, async (context) => {
      const { usageReport } = await import('../usage/usage-report.js');
      return usageReport(context, options);
    }));
}
