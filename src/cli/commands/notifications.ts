import type { Command } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

/** registerNotifications adds `crosswalk notifications`. */
export function registerNotifications(program: Command): void {
  withCommonOptions(program.command('notifications')
    .summary('list what people were told')
    .description('List what people were told, the newest first, and whether it was delivered.')
    .option('--limit <n>', 'how many to list', wholeNumber(1, 1_000), 20))
    .addHelpText('after', '\nThey go to the channels that the definitions route them to, and to the Slack-compatible webhook\nthat CROSSWALK_NOTIFY_URL names where the worker runs; without either they are only kept.\n\nExample:\n  crosswalk notifications --limit 5')
    .action((options: CommonOptions & { readonly limit: number }) => runCommand(options, async (context) => {
      const { notificationsReport } = await import('../notifications/notifications-report.js');
      return notificationsReport(context, options.limit);
    }));
}
