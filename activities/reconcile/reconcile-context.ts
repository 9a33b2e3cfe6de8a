import type { JsonObject } from '../../src/contracts/json.js';
import type { SyncDefinition } from '../../src/contracts/sync-definition.js';
import { compileComparable } from '../../src/domain/comparable-values.js';
import type { CrosswalkScope } from '../../src/store/crosswalk.js';
import type { Database } from '../../src/store/database.js';
import { readDefinition } from '../../src/store/definitions.js';
import { objectNumber } from '../../src/store/names.js';
import { readReconciliation, takeReconciliation, type Reconciliation } from '../../src/store/reconciliations.js';
import { CRASH_LIMIT, definitionUnusable, noProgress } from '../failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import { createRecordMapper, type RecordMapper } from '../sync/record-mapper.js';
import { openSide, type Side } from '../sync/run-context.js';

/** ReconcileContext is all that one attempt at a reconciliation works with. */
export interface ReconcileContext {
  readonly database: Database;
  readonly reconciliation: Reconciliation;
  readonly sync: SyncDefinition;
  readonly scope: CrosswalkScope;
  readonly source: Side;
  readonly target: Side;
  readonly mapper: RecordMapper;
  /** comparable takes the mapped fields out of a target record, in the form in which the mapping gives them. */
  readonly comparable: (record: JsonObject) => JsonObject;
}

/** takeContext makes this attempt the only one that moves a reconciliation on, and loads what it needs. */
export async function takeContext(dependencies: SyncDependencies, id: string): Promise<ReconcileContext> {
  const reconciliation = await takeReconciliation(dependencies.database, id);
  if (reconciliation.stalls > CRASH_LIMIT) throw noProgress(reconciliation.stalls - 1, JSON.stringify(reconciliation.place));
  return loadContext(dependencies, reconciliation);
}

/** readContext loads what a reconciliation that has ended was pinned to. */
export async function readContext(dependencies: SyncDependencies, id: string): Promise<ReconcileContext> {
  return loadContext(dependencies, await readReconciliation(dependencies.database, id));
}

async function loadContext({ database, connectors }: SyncDependencies, reconciliation: Reconciliation): Promise<ReconcileContext> {
  const stored = await readDefinition(database, 'sync', reconciliation.sync, reconciliation.definitionVersion);
  if (stored === undefined) throw definitionUnusable(`Sync "${reconciliation.sync}" has no version ${reconciliation.definitionVersion} in this database. Run "crosswalk apply".`);
  const sync = stored.body;
  const [source, target] = [await openSide(database, connectors, sync.from, reconciliation), await openSide(database, connectors, sync.to, reconciliation)];
  const [sourceObject, targetObject] = [await objectNumber(database, sync.from), await objectNumber(database, sync.to)];
  return {
    database, reconciliation, sync, source, target,
    scope: { syncNumber: reconciliation.syncNumber, sourceObject, targetObject },
    mapper: createRecordMapper(sync, source.system.timeZone),
    comparable: compileComparable(sync.fields, target.system.timeZone),
  };
}
