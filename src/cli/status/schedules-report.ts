import { describeSchedules, listOwnedIds, type DescribedSchedule } from '../../schedules/existing-schedules.js';
import { noteOfPaused } from '../../schedules/desired-schedule.js';
import { timesText } from '../definitions/changes-text.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import type { Style } from '../terminal/style.js';
import { table, type Cell } from '../terminal/table.js';
import { distance } from '../terminal/wording.js';

/** schedulesReport is what `crosswalk schedules` says. */
export async function schedulesReport({ session }: CommandContext): Promise<Report> {
  const { schedule } = await session.temporal();
  const found = await describeSchedules(schedule, await listOwnedIds(schedule));
  const schedules = found.filter(({ owned }) => owned).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { data: { schedules }, text: (style) => (schedules.length === 0 ? 'There are no schedules. "crosswalk apply" makes them.' : schedulesTable(schedules, style)) };
}

function schedulesTable(schedules: readonly DescribedSchedule[], style: Style): string {
  const { colors, now } = style;
  const rows = schedules.map(({ id, shape, paused, note, lastAt, nextAt }): Cell[] => [
    id,
    shape === null ? 'other' : timesText(shape.times),
    lastAt === null ? 'never' : distance(lastAt, now),
    paused ? { text: 'paused', paint: colors.yellow } : nextAt === null ? '–' : distance(nextAt, now),
    paused ? { text: note === noteOfPaused ? 'by its definition' : `by hand: ${note || 'no reason given'}`, paint: colors.dim } : '',
  ]);
  return table([{ title: 'schedule' }, { title: 'times' }, { title: 'last run' }, { title: 'next run' }, { title: '' }], rows, style, 0);
}
