import type { Command } from 'commander';
import { describeSchedules, listOwnedIds, type DescribedSchedule } from '../../schedules/existing-schedules.js';
import { timesText } from '../definitions/changes-text.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { table, type Cell } from '../terminal/table.js';
import type { Style } from '../terminal/style.js';
import { distance } from '../terminal/wording.js';

/** registerSchedules adds `crosswalk schedules`. */
export function registerSchedules(program: Command): void {
  withCommonOptions(program.command('schedules')
    .description('List the Temporal Schedules that "apply" keeps, with their last and next runs.'))
    .addHelpText('after', '\nThe list of the Temporal server lags behind "apply" by a few seconds.\n\nExample:\n  crosswalk schedules')
    .action((options: CommonOptions) => runCommand(options, async ({ session }) => {
      const { schedule } = await session.temporal();
      const schedules = (await describeSchedules(schedule, await listOwnedIds(schedule))).filter(({ owned }) => owned).toSorted((a, b) => (a.id < b.id ? -1 : 1));
      return { data: { schedules }, text: (style) => (schedules.length === 0 ? 'There are no schedules. "crosswalk apply" makes them.' : schedulesTable(schedules, style)) };
    }));
}

function schedulesTable(schedules: readonly DescribedSchedule[], style: Style): string {
  const { colors, now } = style;
  const rows = schedules.map(({ id, shape, paused, note, lastAt, nextAt }): Cell[] => [
    id,
    shape === null ? 'other' : timesText(shape.times),
    lastAt === null ? 'never' : distance(lastAt, now),
    paused ? { text: 'paused', paint: colors.yellow } : nextAt === null ? '–' : distance(nextAt, now),
    paused ? { text: note, paint: colors.dim } : '',
  ]);
  return table([{ title: 'schedule' }, { title: 'times' }, { title: 'last run' }, { title: 'next run' }, { title: '' }], rows, style, 0);
}
