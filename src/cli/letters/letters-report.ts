import { deadLetterGroups, openDeadLetters } from '../../store/dead-letters.js';
import type { Database } from '../../store/database.js';
import { findDeadLetters, type DeadLetterDetail } from '../../store/dead-letter-lookup.js';
import { letterEvents } from '../../store/letter-work.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import { activeSync } from '../sync-names.js';
import type { Report } from '../terminal/report.js';
import { groupsText, lettersText, letterText } from './letters-text.js';

/** LettersReportOptions is which dead letters are listed. */
export interface LettersReportOptions {
  readonly sync?: string;
  /** Only the causes. */
  readonly groups?: boolean;
  /** Short id of a cause. */
  readonly group?: string;
  readonly limit: number;
}

/** lettersReport is what `crosswalk dead-letters` says; throws CommandError for a sync or a cause that there is not. */
export async function lettersReport({ session }: CommandContext, { sync, groups: onlyGroups, group, limit }: LettersReportOptions): Promise<Report> {
  const database = await session.database();
  const groups = (await deadLetterGroups(database, sync)).filter((candidate) => group === undefined || candidate.group === group);
  if (group !== undefined && groups.length === 0) throw badInput(`No open dead letter has the cause "${group.slice(0, 60)}".`, { todo: 'See "crosswalk dead-letters --groups" for those there are.' });
  // Letters outlive a retired sync; only a name without letters can be mistyped.
  if (sync !== undefined && groups.length === 0) await activeSync(database, sync);
  const narrowed = { limit, ...(sync === undefined ? {} : { sync }), ...(group === undefined ? {} : { group }) };
  const letters = onlyGroups === true ? [] : await openDeadLetters(database, narrowed);
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  return {
    data: { total, groups, ...(onlyGroups === true ? {} : { letters }) },
    text: (style) => (total === 0 ? style.colors.green('No dead letters: no record waits for a person.') : [groupsText(groups, style), ...(letters.length > 0 ? ['', lettersText(letters, total, style)] : [])].join('\n')),
  };
}

/** letterReport is what `crosswalk dead-letters show` says; throws CommandError unless exactly one letter is meant. */
export async function letterReport({ session }: CommandContext, id: string): Promise<Report> {
  const database = await session.database();
  const letter = await theLetter(database, id);
  const events = await letterEvents(database, letter.id);
  return { data: { letter, events }, text: (style) => letterText(letter, events, style) };
}

/** theLetter is a letter by its id or a part of it; throws CommandError unless exactly one is meant. */
export async function theLetter(database: Database, id: string): Promise<DeadLetterDetail> {
  const [letter, second] = await findDeadLetters(database, id);
  if (letter === undefined) throw badInput(`There is no dead letter "${id.slice(0, 60)}".`, { todo: 'See "crosswalk dead-letters" for those there are.' });
  if (second !== undefined) throw badInput(`More than one dead letter fits "${id.slice(0, 60)}".`, { todo: 'Give the whole id.' });
  return letter;
}
