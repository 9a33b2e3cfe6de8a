import type { ScheduleView } from '../../contracts/schedule-view.js';
import { viewSchedules } from '../../schedules/view-schedules.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { schedulesText } from './schedules-text.js';

/** schedulesReport is what `crosswalk schedules` says. */
export async function schedulesReport({ session }: CommandContext): Promise<Report> {
  const schedules: readonly ScheduleView[] = await viewSchedules(await session.temporal());
  return { data: { schedules }, text: (style) => (schedules.length === 0 ? 'There are no schedules. "crosswalk apply" makes them.' : schedulesText(schedules, style)) };
}
