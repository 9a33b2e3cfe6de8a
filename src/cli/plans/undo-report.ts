import { parseObjectReference } from '../../config/object-name.js';
import type { UndoScope } from '../../contracts/plan.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import { readTime } from '../read-time.js';
import { activeSync } from '../sync-names.js';
import type { Report } from '../terminal/report.js';
import { followPlan } from './follow-plan.js';
import { showPlan } from './show-plan.js';

/** UndoOptions says what is to be undone. */
export interface UndoOptions {
  /** Object of the record whose id is given, `system.object`. */
  readonly record?: string;
  readonly sync?: string;
  readonly since?: string;
  readonly limit: number;
}

/** undoReport is what `crosswalk undo` does: it makes a plan and shows it; throws CommandError where it is not clear what is to be undone. */
export async function undoReport(context: CommandContext, id: string | undefined, options: UndoOptions): Promise<Report> {
  const { session } = context;
  const scope = undoScope(id, options);
  if (options.sync !== undefined) await activeSync(await session.database(), options.sync);
  const handle = await (await session.crosswalk()).planUndo(scope);
  const again = `crosswalk plans show ${handle.planId}`;
  return followPlan(context, { handle, name: 'undo', expected: null, again, ended: ({ planId }) => showPlan(context, planId, { limit: options.limit }) });
}

/** undoScope reads what a person wants undone; throws CommandError where it is not clear. */
export function undoScope(id: string | undefined, { record, sync, since }: Omit<UndoOptions, 'limit'>): UndoScope {
  const narrowed = { ...(sync === undefined ? {} : { sync }), ...(since === undefined ? {} : { sinceMs: readTime(since) }) };
  if (record !== undefined) {
    const reference = parseObjectReference(record);
    if (reference === undefined) throw badInput(`"${record.slice(0, 80)}" is no object of a system.`, { todo: 'Write it as system.object, for example mailing.member.' });
    if (id === undefined) throw badInput('Which record is to be undone is missing.', { todo: `Give its id, as in "crosswalk undo --record ${record} ID".` });
    return { ...narrowed, record: { ...reference, id } };
  }
  if (id !== undefined) {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw badInput(`"${id.slice(0, 60)}" is no id of a run.`, { todo: 'Give the whole id, as "crosswalk record" and the end of a run show it.' });
    if (sync !== undefined) throw badInput('A run is of one sync already.', { todo: 'Leave out --sync.' });
    return { ...narrowed, runId: id.toLowerCase() };
  }
  if (sync === undefined || since === undefined) {
    throw badInput('What is to be undone is not clear.', { todo: 'Name a run, or a record with --record, or the writes of a sync with --sync and --since.' });
  }
  return narrowed;
}
