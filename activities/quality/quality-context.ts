import type { Connector } from '../../src/contracts/connector.js';
import type { QualityDefinition } from '../../src/contracts/quality-definition.js';
import type { SystemDefinition } from '../../src/contracts/system-definition.js';
import type { Database } from '../../src/store/database.js';
import { readDefinition } from '../../src/store/definitions.js';
import { noteQualityFailure, takeQualityRun, type QualityRun } from '../../src/store/quality-runs.js';
import { CRASH_LIMIT, definitionUnusable, isPatient, noProgress, troubleFailure } from '../failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import type { Trouble } from '../sync/trouble.js';

/** QualityContext is all that one attempt at a quality run works with. */
export interface QualityContext {
  readonly database: Database;
  readonly run: QualityRun;
  readonly definition: QualityDefinition;
  readonly system: SystemDefinition;
  readonly connector: Connector;
}

/** takeQuality makes this attempt the only one that moves a run, and loads the definition versions that the run is pinned to. */
export async function takeQuality({ database, connectors }: SyncDependencies, runId: string): Promise<QualityContext> {
  const run = await takeQualityRun(database, runId);
  if (run.stalls > CRASH_LIMIT) throw noProgress(run.stalls - 1, JSON.stringify(run.place.page ?? 'the first page'));
  const definition = (await readDefinition(database, 'quality', run.quality, run.definitionVersion))?.body;
  if (definition === undefined) throw definitionUnusable(`Quality definition "${run.quality}" has no version ${run.definitionVersion} in this database. Run "crosswalk apply".`);
  const { system, object } = definition.object;
  const stored = await readDefinition(database, 'system', system, run.systemVersion);
  if (stored?.body.objects[object] === undefined) throw definitionUnusable(`The object ${system}.${object}, which quality definition "${run.quality}" names, is not applied. Run "crosswalk apply".`);
  return { database, run, definition, system: stored.body, connector: connectors.open(stored.body, stored.version) };
}

/** qualityFailure is what an attempt at a quality run fails with after trouble, by the declared schedule of its system. */
export async function qualityFailure({ database, run, system }: QualityContext, trouble: Trouble): Promise<Error> {
  const attempts = await noteQualityFailure(database, run, isPatient(trouble));
  return troubleFailure(trouble, { scheduleMs: system.retry.scheduleMs, attempts: Math.max(1, attempts) });
}
