import type { SourceRecord } from '../../src/contracts/connector.js';
import { observeStates, type Pair, type PairSide } from '../../src/store/pairs.js';
import { sight } from './sight.js';
import type { TwoWayContext } from './two-way-context.js';

/** How many records are read at once; the system's own budget holds them back further. */
const AT_ONCE = 16;

/**
 * lookAgain reads both records of pairs as they are now and takes them in, where their systems can be asked for one.
 * Returns the entities of which a record can no longer be mapped: what they would come to nobody knows.
 */
export async function lookAgain(context: TwoWayContext, pairs: readonly Pair[], signal: AbortSignal): Promise<ReadonlySet<string>> {
  const unmappable = new Set<string>();
  for (const side of ['source', 'target'] as const) {
    const known = pairs.filter((pair) => pair[side].id !== null);
    const records: SourceRecord[] = [];
    for (let first = 0; first < known.length; first += AT_ONCE) {
      const found = await Promise.all(known.slice(first, first + AT_ONCE).map((pair) => read(context, side, pair, signal)));
      for (const { pair, record } of found) {
        if (record === undefined) continue;
        records.push(record);
        if (context.see(side, record).kind === 'unmappable') unmappable.add(pair.entityId);
      }
    }
    await sight(context, side, records);
  }
  return unmappable;
}

async function read(context: TwoWayContext, side: PairSide, pair: Pair, signal: AbortSignal): Promise<{ readonly pair: Pair; readonly record?: SourceRecord }> {
  const { target, database } = context.towards[side];
  const { id, state } = pair[side];
  if (id === null || target.object.get === undefined) return { pair };
  const record = await target.connector.get(target.objectName, id, signal);
  if (record !== null) return { pair, record };
  if (state !== 'gone') await observeStates(database, context.towards.target.scope, side, [{ id, state: 'gone', version: null, atMs: null }]);
  return { pair };
}
