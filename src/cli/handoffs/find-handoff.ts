import type { HandoffRun } from '../../store/handoff-runs.js';
import { recentHandoffRuns } from '../../store/handoff-runs.js';
import type { Database } from '../../store/database.js';
import { badInput } from '../command-error.js';

/** Handoffs that are looked at for an abbreviated id. */
const NEWEST = 1_000;

/** findHandoff is a handoff by its id, or by the first or last characters of it; throws CommandError where there is none, or several. */
export async function findHandoff(database: Database, text: string): Promise<HandoffRun> {
  const found = (await recentHandoffRuns(database, NEWEST)).filter(({ id }) => id.startsWith(text) || id.endsWith(text));
  const [only] = found;
  if (only === undefined) throw badInput(`There is no handoff ${text}.`, { todo: 'See "crosswalk handoff list" for those there are.' });
  if (found.length > 1) throw badInput(`${found.length} handoffs have ids like ${text}.`, { todo: 'Give more characters of the id.' });
  return only;
}
