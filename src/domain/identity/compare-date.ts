import { DIFFERENT, FAINT, NEAR, SIMILAR } from './agreement.js';
import { editDistance } from './edit-distance.js';

const DAY_MS = 86_400_000;
const MONTH_DAYS = 31;
const YEAR_DAYS = 366;

/**
 * compareDate gives the level on which two different dates (yyyymmdd) agree: near after one mistake (a digit, two
 * neighbours swapped, day and month exchanged), similar with two equal parts of three, after two mistakes or within a
 * month, faint within a year. The levels follow Splink's DateOfBirthComparison.
 */
export function compareDate(left: string, right: string): number {
  if (left.length !== 8 || right.length !== 8) return editDistance(left, right, 1) <= 1 ? NEAR : DIFFERENT;
  const [yearA, monthA, dayA] = [left.slice(0, 4), left.slice(4, 6), left.slice(6)];
  const [yearB, monthB, dayB] = [right.slice(0, 4), right.slice(4, 6), right.slice(6)];
  if (yearA === yearB && monthA === dayB && dayA === monthB) return NEAR;
  const distance = editDistance(left, right, 2);
  if (distance <= 1) return NEAR;
  const equalParts = Number(yearA === yearB) + Number(monthA === monthB) + Number(dayA === dayB);
  const days = Math.abs(Date.UTC(Number(yearA), Number(monthA) - 1, Number(dayA)) - Date.UTC(Number(yearB), Number(monthB) - 1, Number(dayB))) / DAY_MS;
  if (equalParts === 2 || distance === 2 || days <= MONTH_DAYS) return SIMILAR;
  return days <= YEAR_DAYS ? FAINT : DIFFERENT;
}
