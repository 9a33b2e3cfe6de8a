import type { RunPlace } from '../../src/contracts/run.js';
import type { FinishRunInput, StartedRun, StartRunInput, SyncResult } from '../../src/contracts/sync-workflow.js';
import { sinceOf } from '../../src/domain/cursor.js';
import { activeDefinitions, readDefinition } from '../../src/store/definitions.js';
import { syncNumber } from '../../src/store/names.js';
import { closeRun, openRun, readCursor, readRun, recentRuns, type Run, type SyncCursor } from '../../src/store/runs.js';
import { adoptSeen, forgetSeen, hasLinks } from '../../src/store/seen.js';
import { definitionUnusable } from '../failure.js';
import type { SyncDependencies } from './dependencies.js';

/** startRun opens a run, pinned to the definitions now in force; a repeat finds the run that was opened before. */
export async function startRun({ database }: SyncDependencies, input: StartRunInput): Promise<StartedRun> {
  const active = (await activeDefinitions(database, 'sync')).find((candidate) => candidate.name === input.sync);
  if (active === undefined) throw definitionUnusable(`There is no sync "${input.sync}" in force. See "crosswalk status" for those there are, or apply it with "crosswalk apply".`);
  // A sync in shadow mode plans whatever it is asked to run.
  const mode = active.body.rollout.mode === 'shadow' ? 'plan' : input.mode;
  const number = await syncNumber(database, input.sync);
  const cursor = await readCursor(database, number);
  const systems = await activeDefinitions(database, 'system');
  const systemVersions = Object.fromEntries(systems.filter(({ name }) => name === active.body.from.system || name === active.body.to.system).map(({ name, version }) => [name, version]));
  const since = systems.find(({ name }) => name === active.body.from.system)?.body.objects[active.body.from.object]?.since;
  // Without a way to ask for changes, or a checkpoint to ask from, everything is read.
  const sinceMs = mode === 'incremental' && since !== undefined ? sinceOf(cursor.sinceMs ?? undefined, since) : undefined;
  const removes = sinceMs === undefined && mode !== 'backfill' && active.body.onDelete !== 'ignore' && (await hasLinks(database, number));
  const fresh: RunPlace = { readStartMs: Date.now(), ...(sinceMs === undefined ? {} : { sinceMs }), ...(removes ? { tracksSeen: true } : {}) };
  const unfinished = await unfinishedRun(database, { ...input, mode }, active.version);
  await openRun(database, {
    id: input.runId, syncNumber: number, definitionVersion: active.version, systemVersions, mode, workflowId: input.workflowId,
    place: unfinished?.place ?? fresh,
  });
  // Each time, since an attempt before this one may have ended just here; a second time finds nothing left to hand over.
  if (unfinished !== undefined) await adoptSeen(database, unfinished.id, input.runId);
  return startedRun(database, await readRun(database, input.runId), cursor);
}

// A run that was stopped or lost half-way is taken up where it ended, as long as nothing has come after it.
async function unfinishedRun(database: SyncDependencies['database'], input: StartRunInput, version: number): Promise<Run | undefined> {
  if (input.mode === 'plan') return undefined;
  const last = (await recentRuns(database, 20, input.sync)).find((run) => run.id !== input.runId && run.mode === input.mode);
  const takenUp = last !== undefined && ['stopped', 'failed', 'interrupted', 'running'].includes(last.state) && last.definitionVersion === version && last.place.page !== undefined;
  return takenUp && last.place.readDone !== true ? last : undefined;
}

async function startedRun(database: SyncDependencies['database'], run: Run, cursor: SyncCursor): Promise<StartedRun> {
  const sync = (await readDefinition(database, 'sync', run.sync, run.definitionVersion))?.body;
  const target = sync === undefined ? undefined : (await readDefinition(database, 'system', sync.to.system, run.systemVersions[sync.to.system] ?? 0))?.body;
  if (sync === undefined || target === undefined) throw definitionUnusable(`Sync "${run.sync}" names a system that is not applied. Run "crosswalk apply".`);
  const canFind = target.objects[sync.to.object]?.find !== undefined;
  const readsAll = run.place.sinceMs === undefined;
  return {
    runId: run.id,
    definitionVersion: run.definitionVersion,
    fromSystem: sync.from.system,
    toSystem: sync.to.system,
    mode: run.mode,
    // Later on, new records are looked up one by one where the target can be asked, and by a fresh index where not.
    needsIndex: sync.match.length > 0 && run.place.indexed !== true && (cursor.indexedAt === null || run.mode === 'backfill' || (readsAll && !canFind)),
    removes: run.place.tracksSeen === true,
  };
}

/** finishRun closes a run and says what it came to; a repeat finds it closed. */
export async function finishRun({ database }: SyncDependencies, input: FinishRunInput): Promise<SyncResult> {
  const run = await closeRun(database, input.runId, input.state, input.message);
  if (run.state === 'succeeded' || run.state === 'held') await forgetSeen(database, run.id);
  return { runId: run.id, sync: run.sync, mode: run.mode, state: run.state, counts: run.counts, message: run.message };
}
