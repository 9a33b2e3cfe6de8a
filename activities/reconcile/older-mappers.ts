import type { SourceRecord } from '../../src/contracts/connector.js';
import { readDefinition } from '../../src/store/definitions.js';
import { recentRuns } from '../../src/store/runs.js';
import { createRecordMapper, type RecordMapper } from '../sync/record-mapper.js';
import type { ReconcileContext } from './reconcile-context.js';

/** How many runs are looked through for the last one that came to its end. */
const RUNS = 50;

/** OlderMappers knows the mappings that earlier versions of a sync's definition had. */
export class OlderMappers {
  private readonly mappers = new Map<number, RecordMapper | null>();
  private lastVersion: number | undefined;

  constructor(private readonly context: ReconcileContext) {}

  /** prepare finds out which version the last run had that read the source and wrote. */
  async prepare(): Promise<void> {
    const { database, reconciliation } = this.context;
    const last = (await recentRuns(database, RUNS, reconciliation.sync)).find(({ mode, state }) => mode !== 'plan' && mode !== 'apply' && state === 'succeeded');
    this.lastVersion = last?.definitionVersion;
  }

  /** mapsTo says whether a record had a fingerprint by an earlier version. */
  async mapsTo(record: SourceRecord, version: number, fingerprint: string): Promise<boolean> {
    const mapper = await this.of(version);
    const mapped = mapper?.map(record.data);
    return mapped?.ok === true && mapper?.fingerprint(mapped.values) === fingerprint;
  }

  /** leftOut says whether the version of the last run did not take a record in. */
  async leftOut(record: SourceRecord): Promise<boolean> {
    const mapper = this.lastVersion === undefined ? undefined : await this.of(this.lastVersion);
    return mapper !== undefined && !mapper.inScope(record.data);
  }

  private async of(version: number): Promise<RecordMapper | undefined> {
    const { database, reconciliation, source } = this.context;
    if (version >= reconciliation.definitionVersion) return undefined;
    let mapper = this.mappers.get(version);
    if (mapper === undefined) {
      const stored = await readDefinition(database, 'sync', reconciliation.sync, version);
      mapper = stored === undefined ? null : createRecordMapper(stored.body, source.system.timeZone);
      this.mappers.set(version, mapper);
    }
    return mapper ?? undefined;
  }
}
