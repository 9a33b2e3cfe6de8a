import { findReviews, listReviews, type Review } from '../../store/identity-reviews.js';
import type { Database } from '../../store/database.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import { activeSync } from '../sync-names.js';
import type { Report } from '../terminal/report.js';
import { matchesText, matchText } from './matches-text.js';

/** MatchesReportOptions is which questions are listed. */
export interface MatchesReportOptions {
  readonly sync?: string;
  readonly all?: boolean;
  readonly limit: number;
}

/** matchesReport is what `crosswalk matches` says; throws CommandError for a sync that there is not. */
export async function matchesReport({ session }: CommandContext, options: MatchesReportOptions): Promise<Report> {
  const database = await session.database();
  const { reviews, total } = await listReviews(database, options);
  // Questions outlive a retired sync; only a name without any can be mistyped.
  if (options.sync !== undefined && total === 0) await activeSync(database, options.sync);
  return { data: { total, matches: reviews }, text: (style) => matchesText(reviews, total, style) };
}

/** matchReport is what `crosswalk matches show` says; throws CommandError unless exactly one question is meant. */
export async function matchReport({ session }: CommandContext, id: string): Promise<Report> {
  const match = await theReview(await session.database(), id);
  return { data: { match }, text: (style) => matchText(match, style) };
}

/** theReview is the question that an id, or a part of it, means; throws CommandError unless there is exactly one. */
export async function theReview(database: Database, id: string): Promise<Review> {
  const [review, second] = await findReviews(database, id);
  if (review === undefined) throw badInput(`There is no question "${id.slice(0, 60)}".`, { todo: 'See "crosswalk matches" for those there are.' });
  if (second !== undefined) throw badInput(`More than one question fits "${id.slice(0, 60)}".`, { todo: 'Give the whole id.' });
  return review;
}
