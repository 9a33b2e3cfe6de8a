import type { Command } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

/** registerStrategy adds `crosswalk strategy`. */
export function registerStrategy(program: Command): void {
  withCommonOptions(program.command('strategy')
    .summary('show how each type of data is carried over, and how real-time does')
    .description('Show by type of data how changes are carried over: the declared strategy, how often sweeps come now, and what was measured over the last hour.'))
    .addHelpText('after', [
      '\np50 and p95 are the times from a change to its write of half and of 95% of the announced',
      'changes; loss is the share of the changes that a sweep found and no webhook had announced.',
      'A sync without "realtime" is not measured.',
      '\nExample:\n  crosswalk strategy',
    ].join('\n'))
    .action((options: CommonOptions) => runCommand(options, async (context) => (await import('../strategy/strategy-report.js')).strategyReport(context)));
}
