import { type Command, Option } from 'commander';
import type { SettleOptions } from '../handoffs/settle-report.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

/** registerHandoff adds `crosswalk handoff` and its commands. */
export function registerHandoff(program: Command): void {
  const handoff = program.command('handoff')
    .summary('start handoffs, see where they stand, settle their steps')
    .description('Start a handoff by hand, see where handoffs stand, and decide about steps that wait for a person.');
  withCommonOptions(handoff.command('start')
    .summary('start the handoff of a record')
    .description('Read a record anew and start the handoff that it begins. A handoff that was started before for the same record is not started again.')
    .argument('<name>', 'name of the handoff')
    .requiredOption('--record <id>', 'id of the record')
    .option('--detach', 'only start it; do not wait for its end'))
    .addHelpText('after', '\nExample:\n  crosswalk handoff start deal-closed --record d-000042')
    .action((name: string, options: CommonOptions & { readonly record: string; readonly detach?: boolean }) => runCommand(options, async (context) => {
      const { startReport } = await import('../handoffs/start-report.js');
      return startReport(context, name, options);
    }));
  withCommonOptions(handoff.command('list')
    .summary('list the newest handoffs')
    .description('List the newest handoffs, of one definition or of all.')
    .argument('[name]', 'name of the handoff')
    .option('--limit <n>', 'how many to list', wholeNumber(1, 1_000), 20))
    .action((name: string | undefined, options: CommonOptions & { readonly limit: number }) => runCommand(options, async (context) => {
      const { listReport } = await import('../handoffs/list-report.js');
      return listReport(context, name, options.limit);
    }));
  withCommonOptions(handoff.command('show')
    .summary('show a handoff step by step')
    .description('Show where a handoff stands, step by step, and what waits for a person.')
    .argument('<run>', 'id of the handoff, or the first or last characters of it'))
    .action((run: string, options: CommonOptions) => runCommand(options, async (context) => {
      const { showReport } = await import('../handoffs/show-report.js');
      return showReport(context, run);
    }));
  withCommonOptions(handoff.command('event')
    .summary('tell a handoff of an event that it may wait for')
    .description('Tell a handoff that is under way of an event that ends one of its waits early.')
    .argument('<run>', 'id of the handoff, or the first or last characters of it')
    .argument('<event>', 'name of the event, as in the definition'))
    .addHelpText('after', '\nExample:\n  crosswalk handoff event 7c7e9d0b replied')
    .action((run: string, event: string, options: CommonOptions) => runCommand(options, async (context) => {
      const { eventReport } = await import('../handoffs/event-report.js');
      return eventReport(context, run, event);
    }));
  withCommonOptions(handoff.command('settle')
    .summary('decide about a step that waits for a person')
    .description('Decide about a step that failed, or whose write may or may not have been executed.')
    .argument('<run>', 'id of the handoff, or the first or last characters of it')
    .argument('<step>', 'path of the step, as "crosswalk handoff show" gives it')
    .addOption(new Option('--executed <id>', 'the write was executed and made or changed this record').conflicts(['notExecuted', 'retry', 'skip', 'fail']))
    .addOption(new Option('--not-executed', 'the write was not executed; it is sent again').conflicts(['retry', 'skip', 'fail']))
    .addOption(new Option('--retry', 'try the failed step again').conflicts(['skip', 'fail']))
    .addOption(new Option('--skip', 'go on without the step').conflicts(['fail']))
    .option('--fail', 'give up: undo what was done'))
    .action((run: string, step: string, options: CommonOptions & SettleOptions) => runCommand(options, async (context) => {
      const { settleReport } = await import('../handoffs/settle-report.js');
      return settleReport(context, run, step, options);
    }));
}
