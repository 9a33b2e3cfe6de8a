import type { Command } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

interface DelegateOptions extends CommonOptions {
  readonly from: string;
  readonly to: string;
  readonly until: string;
  readonly reason?: string;
}

/** registerDelegations adds `delegate`, `delegations` and `undelegate` to `crosswalk approvals`. */
export function registerDelegations(approvals: Command): void {
  withCommonOptions(approvals.command('delegate')
    .summary('let somebody answer in another\'s place')
    .description('Let somebody answer in another\'s place until a time. It is never passed on, and is of no use to who asked.')
    .requiredOption('--from <person>', 'whose answers are given by somebody else')
    .requiredOption('--to <person>', 'who gives them')
    .requiredOption('--until <time>', 'a date, the whole of which counts in UTC, or a time such as 2026-12-24T12:00:00+01:00')
    .option('--reason <text>', 'why'))
    .addHelpText('after', '\nThe record of a decision then says "yuri for xenia". Both together are one vote of a quorum.\n\nExample:\n  crosswalk approvals delegate --from xenia --to yuri --until 2026-12-31 --reason "on leave"')
    .action((_options: DelegateOptions, command: Command) => runCommand(command.optsWithGlobals<DelegateOptions>(), async (context) => {
      const { delegateReport } = await import('../approvals/delegations-report.js');
      return delegateReport(context, command.optsWithGlobals<DelegateOptions>());
    }));
  withCommonOptions(approvals.command('delegations')
    .summary('list who answers in whose place')
    .description('List who answers in whose place now, and until when.')
    .option('--limit <n>', 'how many to list', wholeNumber(1, 1_000), 100))
    .addHelpText('after', '\nExample:\n  crosswalk approvals delegations')
    .action((_options: CommonOptions, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { delegationsReport } = await import('../approvals/delegations-report.js');
      return delegationsReport(context, command.opts<{ limit?: number }>().limit ?? 100);
    }));
  withCommonOptions(approvals.command('undelegate')
    .summary('end a delegation')
    .description('End a delegation before its time. Answers that were given count.')
    .argument('<id>', 'id of the delegation'))
    .addHelpText('after', '\nExample:\n  crosswalk approvals undelegate 0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70')
    .action((id: string, _options: CommonOptions, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { undelegateReport } = await import('../approvals/delegations-report.js');
      return undelegateReport(context, id);
    }));
}
