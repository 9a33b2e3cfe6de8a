import type { Database } from '../../src/store/database.js';
import { plannedOf, type PlannedIntent } from '../../src/store/plan-writes.js';

/** PlannedPairs is a part of a two-way plan by entity: the writes of a pair belong together, wherever they stand in the plan. */
export interface PlannedPairs {
  /** All writes of the pairs of this part. */
  readonly writes: readonly PlannedIntent[];
  /** Those of them that are still to be made. */
  readonly open: readonly PlannedIntent[];
}

/** plannedPairsOf takes from a part of a plan the pairs of which it has the last write. */
export async function plannedPairsOf(database: Database, planId: string, part: readonly PlannedIntent[]): Promise<PlannedPairs> {
  const last = part.at(-1);
  if (last === undefined) return { writes: [], open: [] };
  const all = await plannedOf(database, planId, [...new Set(part.map(({ entityId }) => entityId))]);
  const later = new Set(all.filter(({ id }) => id > last.id).map(({ entityId }) => entityId));
  const writes = all.filter(({ entityId }) => !later.has(entityId));
  return { writes, open: writes.filter(({ applied }) => applied === null) };
}
