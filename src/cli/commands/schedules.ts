import type { Command } from 'commander';
import type { BackfillOptions, HoldOptions } from '../schedules/control-reports.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

/** registerSchedules adds `crosswalk schedules` and what people do to schedules below it. */
export function registerSchedules(program: Command): void {
  const schedules = withCommonOptions(program.command('schedules')
    .summary('list schedules with their runs; pause, trigger, make up for them')
    .description('List the Temporal Schedules that "apply" keeps: what each runs and when, its last runs and how they ended, its next times, and who has paused it.'))
    .addHelpText('after', '\nThe list of the Temporal server lags behind "apply" by a few seconds.\n\nExample:\n  crosswalk schedules')
    .action((options: CommonOptions) => runCommand(options, async (context) => (await import('../schedules/list-report.js')).schedulesReport(context)));
  registerHold(schedules, 'pause', 'hold a schedule back until it is resumed', 'Hold a schedule back until it is resumed. "apply" keeps the pause, and everybody sees whose it is and why.', 'crosswalk schedules pause contacts-to-mailing/every --reason "the target is migrated"');
  registerHold(schedules, 'resume', 'let a paused schedule go on', 'Let a schedule that a person has paused go on. Times that passed meanwhile are not made up for; "crosswalk schedules backfill" does that.', 'crosswalk schedules resume contacts-to-mailing/every');
  registerTrigger(schedules);
  registerBackfill(schedules);
}

const nameOf = 'name of the schedule, as "crosswalk schedules" lists it; the name of a definition that has only one';

function registerHold(schedules: Command, action: 'pause' | 'resume', summary: string, description: string, example: string): void {
  withCommonOptions(schedules.command(action)
    .summary(summary)
    .description(description)
    .argument('<name>', nameOf)
    .option('--reason <text>', 'why')
    .option('--by <person>', 'who does so; the user of this computer unless given'))
    .addHelpText('after', `\nExample:\n  ${example}`)
    .action((name: string, _options: HoldOptions, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { holdReport } = await import('../schedules/control-reports.js');
      return holdReport(context, action, name, command.opts<HoldOptions>());
    }));
}

function registerTrigger(schedules: Command): void {
  withCommonOptions(schedules.command('trigger')
    .summary('start what a schedule runs now')
    .description('Start what a schedule runs now, also while it is paused. Where its last run is still under way, nothing is started, and the exit code is 3.')
    .argument('<name>', nameOf))
    .addHelpText('after', '\nExample:\n  crosswalk schedules trigger contacts-to-mailing/full-read')
    .action((name: string, _options: CommonOptions, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { triggerReport } = await import('../schedules/control-reports.js');
      return triggerReport(context, name);
    }));
}

function registerBackfill(schedules: Command): void {
  withCommonOptions(schedules.command('backfill')
    .summary('make up for times that have passed')
    .description('Start a run for each time of a schedule within a past range, one after another. Above 5 runs it only says how many there would be, unless --yes is given.')
    .argument('<name>', nameOf)
    .requiredOption('--from <time>', 'begin of the range: a day in UTC, or a time with its zone')
    .requiredOption('--to <time>', 'end of the range, in the past')
    .option('--yes', 'start more than 5 runs'))
    .addHelpText('after', '\nA sync reads all that has changed since its checkpoint, so one run makes up for all the\ntimes it missed; this is for checks that keep a figure for each time.\n\nExample:\n  crosswalk schedules backfill contacts-to-mailing/reconcile --from 2026-11-20 --to 2026-11-23')
    .action((name: string, options: BackfillOptions, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { backfillReport } = await import('../schedules/control-reports.js');
      return backfillReport(context, name, options);
    }));
}
