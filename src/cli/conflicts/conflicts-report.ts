import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../../contracts/json.js';
import { storeDecision } from '../../store/conflict-decisions.js';
import { listConflicts, readConflict, type Conflict } from '../../store/conflicts.js';
import type { Database } from '../../store/database.js';
import { newId } from '../../store/new-id.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import { activeSync } from '../sync-names.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import { moment, shownValue } from '../terminal/wording.js';

/** ConflictsReportOptions is which conflicts are listed. */
export interface ConflictsReportOptions {
  readonly sync?: string;
  readonly limit: number;
}

/** conflictsReport is what `crosswalk conflicts` says; throws CommandError for a sync that there is not. */
export async function conflictsReport({ session }: CommandContext, { sync, limit }: ConflictsReportOptions): Promise<Report> {
  const database = await session.database();
  if (sync !== undefined) await activeSync(database, sync);
  const conflicts = await listConflicts(database, limit, sync);
  return { data: { conflicts }, text: () => (conflicts.length === 0 ? 'No conflict waits for a person.' : [...conflicts.map(conflictText), '', 'Decide one: crosswalk conflicts resolve ID --take source'].join('\n')) };
}

function changedAt(ms: number | null): string {
  return ms === null ? '' : `, changed ${moment(new Date(ms))}`;
}

function conflictText({ id, sync, field, sourceId, targetId, base, source, target, sourceAtMs, targetAtMs }: Conflict): string {
  return [
    `${id}  ${sync}: ${printable(field)} of ${printable(sourceId ?? '?')} and ${printable(targetId ?? '?')}`,
    `  agreed  ${shownValue(base)}`, `  source  ${shownValue(source)}${changedAt(sourceAtMs)}`, `  target  ${shownValue(target)}${changedAt(targetAtMs)}`,
  ].join('\n');
}

/** Resolution is how a person decides a conflict. */
export interface Resolution {
  readonly take?: 'source' | 'target';
  /** A value of their own, as JSON, or else as text. */
  readonly value?: string;
  readonly by: string;
}

/** How long a person waits for the run that writes the decision, milliseconds. */
const WRITTEN_WITHIN_MS = 30_000;

/** resolveReport decides a conflict and says what follows; throws CommandError where it cannot be decided so. */
export async function resolveReport({ session }: CommandContext, id: string, { take, value, by }: Resolution): Promise<Report> {
  if ((take === undefined) === (value === undefined)) throw badInput('Say which value stands: --take source, --take target, or --value for one of your own.');
  const database = await session.database();
  const conflict = await theConflict(database, id);
  const chosen = take === undefined ? readValue(value ?? '') : conflict[take];
  const client = await session.crosswalk();
  const decisionId = newId();
  await storeDecision(database, { id: decisionId, conflictId: conflict.id, choice: take ?? 'value', value: chosen, by, shown: { source: conflict.source, target: conflict.target } });
  const resolved = await client.resolveConflict({ conflictId: conflict.id, sync: conflict.sync, decisionId });
  const { workflowId } = resolved;
  if (resolved.outcome === 'outdated') throw badInput('The conflict has been decided, or its values have changed since.', { todo: 'See "crosswalk conflicts" for how it stands now.' });
  const { written } = await Promise.race([resolved.result(), sleep(WRITTEN_WITHIN_MS, { written: false }, { ref: false })]);
  return {
    data: { resolved: conflict.id, sync: conflict.sync, field: conflict.field, value: chosen, by, written, workflowId },
    text: () => (written
      ? `${printable(conflict.field)} is ${shownValue(chosen)} at both sides now.`
      : `${printable(conflict.field)} becomes ${shownValue(chosen)} at both sides.\nIt is decided and not written yet; ${workflowId} writes it when the run that is under way has ended, or else the next run does: crosswalk sync ${conflict.sync}`),
  };
}

async function theConflict(database: Database, id: string): Promise<Conflict> {
  const conflict = await readConflict(database, id);
  if (conflict === undefined) throw badInput(`There is no conflict "${id.slice(0, 60)}", or more than one begins so.`, { todo: 'See "crosswalk conflicts" for those there are.' });
  return conflict;
}

function readValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
