import type { Connector } from '../../src/contracts/connector.js';
import type { ObjectCapabilities, SystemDefinition } from '../../src/contracts/system-definition.js';
import type { SyncDefinition } from '../../src/contracts/sync-definition.js';
import { withoutHeld } from '../../src/domain/drift/without-held.js';
import type { Database } from '../../src/store/database.js';
import { readDefinition } from '../../src/store/definitions.js';
import type { LedgerScope } from '../../src/store/ledger.js';
import { objectNumber } from '../../src/store/names.js';
import { takeOver, type Run } from '../../src/store/runs.js';
import { CRASH_LIMIT, definitionUnusable, noProgress } from '../failure.js';
import { runDefinition } from '../quality/run-definition.js';
import type { SyncDependencies } from './dependencies.js';
import { createRecordMapper, type RecordMapper } from './record-mapper.js';

/** Side is one end of a sync. */
export interface Side {
  readonly system: SystemDefinition;
  readonly object: ObjectCapabilities;
  readonly objectName: string;
  readonly connector: Connector;
}

/** RunContext is all that one attempt at a run works with. */
export interface RunContext {
  readonly database: Database;
  readonly run: Run;
  readonly sync: SyncDefinition;
  readonly scope: LedgerScope;
  readonly source: Side;
  readonly target: Side;
  readonly mapper: RecordMapper;
  /** Target fields that keep what they have, since they or a source field of theirs is in quarantine. */
  readonly held: readonly string[];
  /** Those of them without which a new record cannot be made or matched. */
  readonly neededForNew: readonly string[];
  /** Which attempt by the declared schedule this is; those that died without a word are not counted. */
  readonly attempts: number;
}

/** takeRun makes this attempt the only one that may write for a run, and loads what it needs. */
export async function takeRun(dependencies: SyncDependencies, runId: string): Promise<RunContext> {
  return loadRun(dependencies, await takeAttempt(dependencies.database, runId));
}

/** takeAttempt begins an attempt at a run; throws where too many before it ended without a word. */
export async function takeAttempt(database: Database, runId: string): Promise<Run> {
  const run = await takeOver(database, runId);
  if (run.stalls > CRASH_LIMIT) throw noProgress(run.stalls - 1, JSON.stringify(run.place.page ?? run.place.appliedAfter ?? 'the first page'));
  return run;
}

/** loadRun loads the definition versions that a run is pinned to, and opens its systems. */
export async function loadRun({ database, connectors }: SyncDependencies, run: Run): Promise<RunContext> {
  const stored = await runDefinition(database, run);
  if (stored === undefined) throw definitionUnusable(`Sync "${run.sync}" has no version ${run.definitionVersion} in this database. Run "crosswalk apply".`);
  const { origin } = stored;
  const { sync, held, neededForNew } = withoutHeld(stored.sync, run.place.quarantined ?? [], run.place.quarantinedAtTarget);
  const [source, target] = await Promise.all([sync.from, sync.to].map((reference) => openSide(database, connectors, reference, run)));
  if (source === undefined || target === undefined) throw definitionUnusable(`Sync "${run.sync}" lacks a side.`);
  const [sourceObject, targetObject] = await Promise.all([objectNumber(database, origin), objectNumber(database, sync.to)]);
  return {
    database,
    run,
    sync,
    source,
    target,
    scope: { runId: run.id, epoch: run.epoch, syncNumber: run.syncNumber, definitionVersion: run.definitionVersion, sourceObject, targetObject },
    mapper: createRecordMapper(sync, source.system.timeZone),
    held,
    neededForNew,
    attempts: run.failures + 1,
  };
}

/** openSide opens one end of a sync, by the version of its system that a run is pinned to; throws where it is not applied. */
export async function openSide(database: Database, connectors: SyncDependencies['connectors'], reference: SyncDefinition['from'], run: Pick<Run, 'sync' | 'systemVersions'>): Promise<Side> {
  const version = run.systemVersions[reference.system];
  const stored = version === undefined ? undefined : await readDefinition(database, 'system', reference.system, version);
  if (stored === undefined) throw definitionUnusable(`System "${reference.system}", which sync "${run.sync}" names, is not applied. Run "crosswalk apply".`);
  const object = stored.body.objects[reference.object];
  if (object === undefined) throw definitionUnusable(`System "${reference.system}" has no object "${reference.object}", which sync "${run.sync}" names.`);
  return { system: stored.body, object, objectName: reference.object, connector: connectors.open(stored.body, stored.version) };
}
