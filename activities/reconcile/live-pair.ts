import type { SourceRecord } from '../../src/contracts/connector.js';
import type { JsonObject } from '../../src/contracts/json.js';
import type { JudgedSide } from '../../src/domain/reconcile-judge.js';
import type { StoredFacts } from '../../src/store/reconciliation-facts.js';
import type { Side } from '../sync/run-context.js';
import type { ReconcileContext } from './reconcile-context.js';
import { stagedSource, stagedTarget } from './stage-page.js';

/** SideNow is one side of a pair, with what a write to it needs to know. */
export interface SideNow extends JudgedSide {
  readonly fingerprint: string | null;
  readonly version: string | null;
  /** The mapped fields as the system itself writes them, where it was asked. */
  readonly held?: JsonObject;
}

/** PairNow is a pair as it is now; `confirmed` where both systems were asked. */
export interface PairNow {
  readonly source: SideNow | null;
  readonly target: SideNow | null;
  readonly confirmed: boolean;
}

/** PairIds are the ids under which a pair was listed. */
export interface PairIds {
  readonly sourceId: string | null;
  readonly targetId: string | null;
}

/** stagedPair is a pair as it was read; undefined where the values of a record were those of a base that has moved since. */
export function stagedPair({ sourceId, targetId }: PairIds, facts: StoredFacts): PairNow | undefined {
  const source = sideAsRead(sourceId, facts.source, facts.base);
  const target = sideAsRead(targetId, facts.target, facts.base);
  return source === undefined || target === undefined ? undefined : { source, target, confirmed: false };
}

function sideAsRead(id: string | null, staged: StoredFacts['source'], base: StoredFacts['base']): SideNow | null | undefined {
  if (id === null || staged === null) return null;
  const { status, fingerprint, version, updatedMs } = staged;
  const side = { id, status, fingerprint, version, updatedMs };
  if (staged.values !== null || fingerprint === null) return { ...side, values: staged.values };
  return base !== null && base.fingerprint === fingerprint ? { ...side, values: base.values } : undefined;
}

/**
 * livePair asks both systems for a pair again: what changed while the sides were read, one after the other, is no
 * difference. A record without an id in the pair is looked for where the crosswalk links one by now.
 */
export async function livePair(context: ReconcileContext, ids: PairIds, facts: StoredFacts, signal: AbortSignal): Promise<PairNow> {
  const [source, target] = await Promise.all([
    ask(context.source, ids.sourceId ?? facts.linkedSourceId, signal, (record) => stagedSource(context, record)),
    ask(context.target, ids.targetId ?? facts.linkedTargetId, signal, (record) => ({ ...stagedTarget(context, record), held: context.mapper.project(record.data) })),
  ]);
  const read = stagedPair(ids, facts);
  return {
    source: source === undefined ? read?.source ?? null : source,
    target: target === undefined ? read?.target ?? null : target,
    confirmed: source !== undefined && target !== undefined,
  };
}

// Undefined: the system cannot be asked for one record.
async function ask({ connector, object, objectName }: Side, id: string | null, signal: AbortSignal, stage: (record: SourceRecord) => SideNow): Promise<SideNow | null | undefined> {
  if (id === null) return null;
  if (object.get === undefined) return undefined;
  const record = await connector.get(objectName, id, signal);
  return record === null || record.deleted ? null : stage(record);
}
