import type { Command } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

interface UsageOptions extends CommonOptions {
  readonly system?: string;
  readonly since: string;
  readonly byHour?: boolean;
}

/** registerUsage adds `crosswalk usage`. */
export function registerUsage(program: Command): void {
  withCommonOptions(program.command('usage')
    .summary('show how many requests systems got')
    .description('Show how many requests each system got, on whose behalf, and what came of them. Workers store their counts every few seconds.')
    .option('--system <name>', 'one system only')
    .option('--since <time>', 'since when: 2026-11-23T08:00:00Z, 2026-11-23, or 2d for two days ago', '24h')
    .option('--by-hour', 'a line for each hour, the newest first'))
    .addHelpText('after', '\nHours are those of UTC, and counts are kept for 90 days.\n\nExamples:\n  crosswalk usage\n  crosswalk usage --system crm --since 2d --by-hour')
    .action((options: UsageOptions) => runCommand(options, async (context) => {
      const { usageReport } = await import('../usage/usage-report.js');
      return usageReport(context, options);
    }));
}
