import type { SourceRecord } from '../../src/contracts/connector.js';
import { park, resolveLetters, type NewDeadLetter } from '../../src/store/dead-letters.js';
import { newId } from '../../src/store/new-id.js';
import { knownEntities, observe, observeStates, type PairSide, type Sighting, type StateSighting } from '../../src/store/pairs.js';
import { mappingLetter } from '../sync/dead-letter.js';
import type { TwoWayContext } from './two-way-context.js';

/** SightCounts is what reading records came to. */
export interface SightCounts {
  readonly changed: number;
  readonly ignored: number;
  readonly parked: number;
}

/**
 * sight takes records of one side into the pairs: what they hold now, by target field. Records that the sync has nothing
 * to do with are ignored, those that cannot be mapped are parked and leave their pair as it was.
 */
export async function sight(context: TwoWayContext, side: PairSide, records: readonly SourceRecord[]): Promise<SightCounts> {
  const { database, scope, held, neededForNew } = context.towards.target;
  const ownScope = side === 'source' ? scope : context.towards.source.scope;
  const known = await knownEntities(database, scope, side, records.map(({ id }) => id));
  const live: Sighting[] = [];
  const others: StateSighting[] = [];
  const letters: NewDeadLetter[] = [];
  let ignored = 0;
  for (const record of records) {
    const seen = context.see(side, record);
    const { id, version, updatedAtMs: atMs } = record;
    if (seen.kind === 'unmappable') letters.push(mappingLetter(record, seen.problems));
    else if (seen.kind === 'live') live.push({ entityId: known.get(id)?.entityId ?? newId(), end: { id, values: seen.values, version, atMs, state: 'live' }, keys: seen.keys });
    else if (known.get(id)?.paired === true) others.push({ id, state: seen.kind, version, atMs });
    else ignored += 1;
  }
  await park(database, ownScope, letters);
  const changed = await observe(database, scope, side, live, { fields: held, keepsKeys: neededForNew.length > 0 });
  await observeStates(database, scope, side, others);
  await resolveLetters(database, scope.syncNumber, live.map(({ end }) => end.id), ownScope.sourceObject, 'map');
  return { changed, ignored, parked: letters.length };
}
