import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

interface ListOptions extends CommonOptions {
  readonly all?: boolean;
  readonly limit: number;
}

interface AcknowledgeOptions extends CommonOptions {
  readonly why: string;
  readonly as?: string;
}

/** registerAlerts adds `crosswalk alerts` with `acknowledge`. */
export function registerAlerts(program: Command): void {
  const command = withCommonOptions(program.command('alerts')
    .summary('list trouble that is above its threshold')
    .description('List the trouble that is above its threshold: since when, and who has seen to it.')
    .option('--all', 'those that have passed as well, the newest first')
    .option('--limit <n>', 'how many to list', wholeNumber(1, 1_000), 50))
    .addHelpText('after', '\nA definition "alerts: NAME" sets the thresholds.\n\nExample:\n  crosswalk alerts --all')
    .action((options: ListOptions) => runCommand(options, async (context) => {
      const { alertsReport } = await import('../alerts/alerts-report.js');
      return alertsReport(context, { all: options.all === true, limit: options.limit });
    }));
  withCommonOptions(command.command('acknowledge')
    .summary('note that somebody sees to an alert')
    .description('Note that somebody sees to an alert, so that it is not told of again until it has passed.')
    .argument('<id>', 'id of the alert')
    .requiredOption('--why <text>', 'why it may be silent')
    .option('--as <name>', 'who sees to it (default: the user of the operating system)'))
    .addHelpText('after', '\nExample:\n  crosswalk alerts acknowledge 0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70 --why "the vendor is on it" --as vera')
    .action((id: string, _options: AcknowledgeOptions, acknowledge: Command) => runCommand(acknowledge.optsWithGlobals<AcknowledgeOptions>(), async (context) => {
      const { why, as = userInfo().username } = acknowledge.optsWithGlobals<AcknowledgeOptions>();
      const { acknowledgeReport } = await import('../alerts/alerts-report.js');
      return acknowledgeReport(context, { id, by: as, why });
    }));
}
