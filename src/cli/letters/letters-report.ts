import { deadLetterGroups, openDeadLetters } from '../../store/dead-letters.js';
import { findDeadLetters } from '../../store/dead-letter-lookup.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import { activeSync } from '../sync-names.js';
import type { Report } from '../terminal/report.js';
import { groupsText, lettersText, letterText } from './letters-text.js';

/** LettersReportOptions is which dead letters are listed. */
export interface LettersReportOptions {
  readonly sync?: string;
  /** Only the causes. */
  readonly group?: boolean;
  readonly limit: number;
}

/** lettersReport is what `crosswalk dead-letters` says; throws CommandError for a sync that there is not. */
export async function lettersReport({ session }: CommandContext, { sync, group, limit }: LettersReportOptions): Promise<Report> {
  const database = await session.database();
  const groups = (await deadLetterGroups(database)).filter((candidate) => sync === undefined || candidate.sync === sync);
  // Letters outlive a retired sync; only a name without letters can be mistyped.
  if (sync !== undefined && groups.length === 0) await activeSync(database, sync);
  const letters = group === true ? [] : await openDeadLetters(database, { limit, ...(sync === undefined ? {} : { sync }) });
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  return {
    data: { total, groups, ...(group === true ? {} : { letters }) },
    text: (style) => (total === 0 ? style.colors.green('No dead letters: no record waits for a person.') : [groupsText(groups, style), ...(letters.length > 0 ? ['', lettersText(letters, total, style)] : [])].join('\n')),
  };
}

/** letterReport is what `crosswalk dead-letters show` says; throws CommandError unless exactly one letter is meant. */
export async function letterReport({ session }: CommandContext, id: string): Promise<Report> {
  const [letter, second] = await findDeadLetters(await session.database(), id);
  if (letter === undefined) throw badInput(`There is no dead letter "${id.slice(0, 60)}".`, { todo: 'See "crosswalk dead-letters" for those there are.' });
  if (second !== undefined) throw badInput(`More than one dead letter fits "${id.slice(0, 60)}".`, { todo: 'Give the whole id.' });
  return { data: { letter }, text: (style) => letterText(letter, style) };
}
