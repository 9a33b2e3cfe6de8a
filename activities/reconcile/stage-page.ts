import type { SourceRecord } from '../../src/contracts/connector.js';
import type { JsonObject } from '../../src/contracts/json.js';
import type { StrongKeyValue } from '../../src/contracts/strong-key.js';
import { baseVersions, knownBases, stageRecords, type KnownBase, type StagedRecord } from '../../src/store/reconciliation-records.js';
import type { OlderMappers } from './older-mappers.js';
import type { ReconcileContext } from './reconcile-context.js';

/** stageSourcePage maps a page of the source and keeps what is needed to compare it; deleted records are as good as absent. */
export async function stageSourcePage(context: ReconcileContext, older: OlderMappers, records: readonly SourceRecord[]): Promise<void> {
  const { database, reconciliation, scope, source } = context;
  const staged = records.filter((record) => !record.deleted).map((record) => ({ record, row: stagedSource(context, record) }));
  const bases = await knownBases(database, scope.syncNumber, scope.sourceObject, staged.map(({ row }) => row.id));
  const changed = staged.filter(({ row }) => row.status === 'present' && bases.get(row.id)?.fingerprint !== row.fingerprint);
  const remapped = await explainedByMapping(context, older, changed.map(({ record }) => record), bases);
  const rows = staged.map(({ row }) => ({ ...withoutBaseValues(row, bases.get(row.id), source.object.get !== undefined), remapped: remapped.has(row.id) }));
  await stageRecords(database, reconciliation.id, 'source', rows);
}

/** stageTargetPage takes the mapped fields out of a page of the target and keeps what is needed to compare it. */
export async function stageTargetPage(context: ReconcileContext, records: readonly SourceRecord[]): Promise<void> {
  const { database, reconciliation, scope, target } = context;
  const staged = records.filter((record) => !record.deleted).map((record) => stagedTarget(context, record));
  const bases = await knownBases(database, scope.syncNumber, scope.targetObject, staged.map(({ id }) => id));
  await stageRecords(database, reconciliation.id, 'target', staged.map((row) => withoutBaseValues(row, bases.get(row.id), target.object.get !== undefined)));
}

/** stagedSource is what a source record is for the comparison. */
export function stagedSource({ mapper, sync }: Pick<ReconcileContext, 'mapper' | 'sync'>, record: SourceRecord): StagedRecord {
  const row = { id: record.id, updatedMs: record.updatedAtMs, version: record.version, fingerprint: null, keys: [], values: null, remapped: false };
  if (!mapper.inScope(record.data)) return { ...row, status: 'out-of-scope' };
  if (record.inactive && sync.onInactive === 'ignore') return { ...row, status: 'out-of-scope' };
  const mapped = mapper.map(record.data);
  if (record.inactive && sync.onInactive === 'archive') return { ...row, status: 'inactive' };
  return mapped.ok ? { ...row, status: 'present', ...valuesOf(mapper, mapped.values) } : { ...row, status: 'unmappable' };
}

/** stagedTarget is what a target record is for the comparison. */
export function stagedTarget({ mapper, comparable }: Pick<ReconcileContext, 'mapper' | 'comparable'>, record: SourceRecord): StagedRecord {
  const row = { id: record.id, updatedMs: record.updatedAtMs, version: record.version, remapped: false };
  return { ...row, status: record.inactive ? 'inactive' : 'present', ...valuesOf(mapper, comparable(record.data)) };
}

function valuesOf(mapper: ReconcileContext['mapper'], values: JsonObject): Pick<StagedRecord, 'values' | 'fingerprint' | 'keys'> {
  return { values, fingerprint: mapper.fingerprint(values), keys: mapper.keys(values).map(keyText) };
}

function keyText({ kind, value }: StrongKeyValue): string {
  return `${kind}\n${value}`;
}

// The base holds the same values already; should it move meanwhile, the record is read once more.
function withoutBaseValues(row: StagedRecord, base: KnownBase | undefined, canReadAgain: boolean): StagedRecord {
  return canReadAgain && base !== undefined && base.fingerprint !== null && base.fingerprint === row.fingerprint ? { ...row, values: null } : row;
}

async function explainedByMapping(context: ReconcileContext, older: OlderMappers, records: readonly SourceRecord[], bases: ReadonlyMap<string, KnownBase>): Promise<Set<string>> {
  const { database, scope, reconciliation } = context;
  const explained = new Set<string>();
  if (reconciliation.definitionVersion <= 1) return explained;
  const entities = records.flatMap(({ id }) => bases.get(id)?.entityId ?? []);
  const versions = await baseVersions(database, scope.syncNumber, scope.sourceObject, entities);
  for (const record of records) {
    const base = bases.get(record.id);
    const version = base === undefined ? undefined : versions.get(base.entityId);
    const fits = base === undefined ? await older.leftOut(record) : base.fingerprint !== null && version !== undefined && (await older.mapsTo(record, version, base.fingerprint));
    if (fits) explained.add(record.id);
  }
  return explained;
}
