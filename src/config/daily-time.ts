import { parseTimeOfDay, type TimeOfDay } from './time-of-day.js';

/** parseDailyTime reads `daily 04:30 Europe/Berlin`, in UTC where no zone is given; undefined where the text is none, or the zone is unknown. */
export function parseDailyTime(text: string): TimeOfDay | undefined {
  return text.startsWith('daily ') ? parseTimeOfDay(text.slice('daily '.length)) : undefined;
}
