import type { UndoScope } from '../../src/contracts/plan.js';
import type { Database } from '../../src/store/database.js';
import { objectNumber, syncNumber } from '../../src/store/names.js';
import { readRun, type Run } from '../../src/store/runs.js';
import { countWritten, syncsThatWrote, type UndoQuery } from '../../src/store/undo-history.js';
import { planUnusable } from '../failure.js';

/** UndoSubject is what is to be undone, with its names looked up. */
export interface UndoSubject {
  readonly sync: string;
  readonly title: string;
  readonly query: UndoQuery;
  /** The run that is to be undone, where one is named. */
  readonly run: Run | undefined;
}

/** undoSubject looks an undo's scope up; throws where there is nothing in it to undo. */
export async function undoSubject(database: Database, scope: UndoScope): Promise<UndoSubject> {
  const run = scope.runId === undefined ? undefined : await readRun(database, scope.runId).catch(() => undefined);
  if (scope.runId !== undefined && run === undefined) throw planUnusable(`There is no run ${scope.runId}.`);
  if (run?.mode === 'plan') throw planUnusable(`Run ${run.id} made a plan and wrote nothing, so there is nothing to undo.`);
  if (run?.state === 'running') throw planUnusable(`Run ${run.id} is still going on. Wait for its end, or stop it, then undo it.`);
  const sync = run?.sync ?? scope.sync ?? await syncOf(database, scope);
  const record = scope.record === undefined ? null : { object: await objectNumber(database, scope.record), id: scope.record.id };
  const query: UndoQuery = { runId: run?.id ?? null, syncNumber: await syncNumber(database, sync), sinceMs: scope.sinceMs ?? null, record };
  const title = `Undo of ${titleOf(sync, scope)}`;
  if ((await countWritten(database, query)) === 0) throw planUnusable(`${title}: there are no acknowledged writes, so there is nothing to undo.`);
  return { sync, title, query, run };
}

async function syncOf(database: Database, { record }: UndoScope): Promise<string> {
  if (record === undefined) throw planUnusable('Say what is to be undone: a run, a record, or the writes of a sync since a time.');
  const [only, second] = await syncsThatWrote(database, record);
  const name = `${record.system}.${record.object} ${record.id}`;
  if (only === undefined) throw planUnusable(`No sync has written to ${name} or because of it, so there is nothing to undo.`);
  if (second !== undefined) throw planUnusable(`Several syncs have written to ${name}: ${only}, ${second} and perhaps more. Name one of them.`);
  return only;
}

function titleOf(sync: string, { runId, record, sinceMs }: UndoScope): string {
  const what = runId !== undefined ? `run ${runId}` : record !== undefined ? `what ${sync} wrote for ${record.system}.${record.object} ${record.id}` : `what ${sync} wrote`;
  return sinceMs === undefined ? what : `${what} since ${new Date(sinceMs).toISOString()}`;
}
