import { nothingMeasured, type RunMode, type RunPlace, type SidePlace } from '../../src/contracts/run.js';
import { isTwoWay, type ObjectReference, type SyncDefinition } from '../../src/contracts/sync-definition.js';
import type { FinishRunInput, StartedRun, StartRunInput, SyncResult } from '../../src/contracts/sync-workflow.js';
import type { ObjectCapabilities } from '../../src/contracts/system-definition.js';
import { sinceOf } from '../../src/domain/cursor.js';
import { unholdable } from '../../src/domain/drift/without-held.js';
import { selectAnnounced } from '../../src/store/announced-records.js';
import { activeDefinitions, readDefinition, type StoredDefinition } from '../../src/store/definitions.js';
import { forgetHeld } from '../../src/store/drift-held.js';
import { quarantinedFields } from '../../src/store/drift.js';
import { endSelection } from '../../src/store/letter-selection.js';
import { syncNumber } from '../../src/store/names.js';
import { markApart } from '../../src/store/pairs.js';
import { closeRun, newestOwnRun, openRun, readCursor, readRun, readSideCursor, type Run, type SyncCursor } from '../../src/store/runs.js';
import { adoptSeen, forgetSeen, hasLinks } from '../../src/store/seen.js';
import { definitionUnusable } from '../failure.js';
import type { SyncDependencies } from './dependencies.js';
import { releasedFields } from './released-fields.js';
import { loadRun } from './run-context.js';
import { selectForRun, withoutSelection } from './run-selection.js';
import { settleAsFound } from './selected-unknowns.js';

/** startRun opens a run, pinned to the definitions now in force; a repeat finds the run that was opened before. */
export async function startRun(dependencies: SyncDependencies, input: StartRunInput): Promise<StartedRun> {
  const { database } = dependencies;
  const active = (await activeDefinitions(database, 'sync')).find((candidate) => candidate.name === input.sync);
  if (active === undefined) throw definitionUnusable(`There is no sync "${input.sync}" in force. See "crosswalk status" for those there are, or apply it with "crosswalk apply".`);
  // A sync in shadow mode plans whatever it is asked to run.
  const mode = active.body.rollout.mode === 'shadow' ? 'plan' : input.mode;
  const { version: definitionVersion, body } = await chosenVersion(database, active, input.selection?.version);
  const number = await syncNumber(database, input.sync);
  const cursor = await readCursor(database, number);
  const systems = await activeDefinitions(database, 'system');
  const systemVersions = Object.fromEntries(systems.filter(({ name }) => name === body.from.system || name === body.to.system).map(({ name, version }) => [name, version]));
  const objectOf = ({ system, object }: ObjectReference): ObjectCapabilities | undefined => systems.find(({ name }) => name === system)?.body.objects[object];
  const [source, target] = [objectOf(body.from), objectOf(body.to)];
  const since = source?.since;
  // Without a way to ask for changes, or a checkpoint to ask from, everything is read.
  const sinceMs = mode === 'incremental' && since !== undefined ? sinceOf(cursor.sinceMs ?? undefined, since) : undefined;
  // Without links there is nothing yet that could be changed or removed by mistake.
  const linked = input.selection === undefined && input.announced === undefined && (await hasLinks(database, number));
  const guards = linked && (mode === 'full' || mode === 'incremental');
  // What a source with partial lists leaves out may be there all the same.
  const removes = (guards || (linked && mode === 'plan')) && sinceMs === undefined && body.onDelete !== 'ignore' && source?.isPartial !== true;
  const measures = guards && body.limits.changes < 1;
  const fresh: RunPlace = {
    readStartMs: Date.now(), ...(sinceMs === undefined ? {} : { sinceMs }), ...(removes ? { tracksSeen: true } : {}), ...(measures ? { measure: nothingMeasured } : {}),
  };
  const twoWay = isTwoWay(body);
  if (twoWay && input.selection !== undefined) throw definitionUnusable(`The dead letters of a two-way sync are tried again by its next run: "crosswalk sync ${input.sync} --full".`);
  const quarantined = await quarantinedFields(database, body.from);
  const atTarget = twoWay ? await quarantinedFields(database, body.to) : [];
  const why = unholdable(body, { source: [source?.deleted, source?.inactive], target: [target?.deleted, target?.inactive], isPartial: source?.isPartial === true || target?.isPartial === true }, quarantined, atTarget);
  if (why !== undefined) throw definitionUnusable(`Sync "${input.sync}" waits, since fields of its records look different than before (${[...quarantined, ...atTarget].join(', ')}) and ${why}. See "crosswalk drift".`);
  const released = twoWay ? await releasedFields(database, number, body, { quarantined, atTarget }) : [];
  // Before the run is there: whoever comes after this one finds them marked.
  await markApart(database, number, released);
  const found = twoWay || input.announced !== undefined ? undefined : await unfinishedRun(database, { ...input, mode }, active.version);
  // Where other fields are held than before, what the unfinished run has done already would be done differently now.
  const unfinished = (found?.place.quarantined ?? []).join() === quarantined.join() ? found : undefined;
  const selection = twoWay ? undefined : input.announced !== undefined ? await selectAnnounced(database, input.runId, input.announced.takenBy) : await selectForRun(database, { ...input, mode }, number, {
    canGet: source?.get !== undefined, canProbe: target?.find !== undefined || target?.create?.idempotencyHeader !== undefined || target?.create?.upsert === true || target?.create?.isKeyed === true,
  });
  // What the sides hold of a field that was held is known again once both have been read completely.
  const place = twoWay ? { sides: await sidePlaces(database, number, body, systems, released.length > 0 ? 'full' : mode) } : withoutSelection(unfinished?.place ?? fresh);
  await openRun(database, {
    id: input.runId, syncNumber: number, definitionVersion, systemVersions, mode, workflowId: input.workflowId,
    place: { ...place, ...(selection === undefined ? {} : { selection }), ...(quarantined.length === 0 ? {} : { quarantined }), ...(atTarget.length === 0 ? {} : { quarantinedAtTarget: atTarget }) },
  });
  // Each time, since an attempt before this one may have ended just here; a second time finds nothing left to hand over.
  if (unfinished !== undefined) await adoptSeen(database, unfinished.id, input.runId);
  const run = await readRun(database, input.runId);
  if (input.selection?.finding !== undefined) await settleAsFound(await loadRun(dependencies, run), input.selection);
  return startedRun(database, run, cursor);
}

async function chosenVersion(database: SyncDependencies['database'], active: StoredDefinition<'sync'>, version: number | undefined): Promise<StoredDefinition<'sync'>> {
  if (version === undefined || version === active.version) return active;
  const chosen = await readDefinition(database, 'sync', active.name, version);
  if (chosen === undefined) throw definitionUnusable(`Sync "${active.name}" has no version ${version}; the newest is ${active.version}.`);
  return chosen;
}

type ActiveSystems = Awaited<ReturnType<typeof activeDefinitions<'system'>>>;

// Each side is read from its own checkpoint; without one, or without a way to ask for changes, all of it.
async function sidePlaces(database: SyncDependencies['database'], number: number, { from, to }: SyncDefinition, systems: ActiveSystems, mode: RunMode): Promise<NonNullable<RunPlace['sides']>> {
  const place = async (side: 'source' | 'target', { system, object }: SyncDefinition['from']): Promise<SidePlace> => {
    const since = systems.find(({ name }) => name === system)?.body.objects[object]?.since;
    const checkpoint = await readSideCursor(database, number, side);
    const sinceMs = (mode === 'incremental' || mode === 'plan') && since !== undefined && checkpoint !== null ? sinceOf(checkpoint, since) : undefined;
    return { readStartMs: Date.now(), ...(sinceMs === undefined ? {} : { sinceMs }) };
  };
  return { source: await place('source', from), target: await place('target', to) };
}

// A run that was stopped or lost half-way is taken up where it ended, as long as nothing has come after it.
async function unfinishedRun(database: SyncDependencies['database'], input: StartRunInput, version: number): Promise<Run | undefined> {
  if (input.mode === 'plan' || input.mode === 'redrive') return undefined;
  const last = await newestOwnRun(database, input.sync, { mode: input.mode, otherThan: input.runId });
  const takenUp = last !== undefined && ['stopped', 'failed', 'interrupted', 'running'].includes(last.state) && last.definitionVersion === version && last.place.page !== undefined;
  return takenUp && last.place.readDone !== true ? last : undefined;
}

async function startedRun(database: SyncDependencies['database'], run: Run, cursor: SyncCursor): Promise<StartedRun> {
  const sync = (await readDefinition(database, 'sync', run.sync, run.definitionVersion))?.body;
  const target = sync === undefined ? undefined : (await readDefinition(database, 'system', sync.to.system, run.systemVersions[sync.to.system] ?? 0))?.body;
  if (sync === undefined || target === undefined) throw definitionUnusable(`Sync "${run.sync}" names a system that is not applied. Run "crosswalk apply".`);
  if (isTwoWay(sync)) {
    return { runId: run.id, definitionVersion: run.definitionVersion, fromSystem: sync.from.system, toSystem: sync.to.system, mode: run.mode, measures: false, needsIndex: false, removes: false, twoWay: true };
  }
  const canFind = target.objects[sync.to.object]?.find !== undefined;
  const readsAll = run.place.sinceMs === undefined && run.place.selection?.only !== true;
  return {
    runId: run.id,
    definitionVersion: run.definitionVersion,
    fromSystem: sync.from.system,
    toSystem: sync.to.system,
    mode: run.mode,
    measures: run.place.measure?.done === false,
    // Later on, new records are looked up one by one where the target can be asked, and by a fresh index where not.
    needsIndex: sync.match.length > 0 && run.place.indexed !== true && (cursor.indexedAt === null || run.mode === 'backfill' || (readsAll && !canFind)),
    removes: run.place.tracksSeen === true,
  };
}

/** finishRun closes a run and says what it came to; a repeat finds it closed. */
export async function finishRun({ database }: SyncDependencies, input: FinishRunInput): Promise<SyncResult> {
  const run = await closeRun(database, input.runId, input.state, input.message);
  if (run.state === 'succeeded' || run.state === 'held') await forgetSeen(database, run.id);
  await endSelection(database, run.id);
  // A complete read without quarantine has read and written everything that was held before.
  if (run.state === 'succeeded' && readsEverything(run) && run.place.quarantined === undefined) await forgetHeld(database, run.syncNumber);
  return { runId: run.id, sync: run.sync, mode: run.mode, state: run.state, counts: run.counts, message: run.message };
}

function readsEverything({ mode, place }: Run): boolean {
  return (mode === 'full' || mode === 'incremental' || mode === 'backfill') && place.sinceMs === undefined && place.selection === undefined && place.sides === undefined;
}
