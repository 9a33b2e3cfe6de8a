import { recordsWithUnknownOutcome } from '../../src/store/ledger.js';
import type { NewRefusal } from '../../src/store/plan-refusals.js';
import type { PlannedIntent } from '../../src/store/plan-writes.js';
import { readPairs } from '../../src/store/pairs.js';
import { mergeMisfit } from '../pairs/approved-writes.js';
import { lookAgain } from '../pairs/look-again.js';
import { PairDecider } from '../pairs/pair-decider.js';
import { Pairing } from '../pairs/pairing.js';
import { SideFinder } from '../pairs/side-finder.js';
import type { TwoWayContext } from '../pairs/two-way-context.js';

/** The one message of pairs that come to something else, whatever it was that changed. */
export const mergesOtherwise = 'Merged as both sides are now, the record no longer comes to what was approved.';

/**
 * checkPairs reads both records of each pair that a two-way plan writes to, merges them once more, and gives the planned
 * writes that no longer come out the same. `writes` are all that is still to be made of each entity among them.
 */
export async function checkPairs(context: TwoWayContext, writes: readonly PlannedIntent[], signal: AbortSignal): Promise<NewRefusal[]> {
  const { database, scope } = context.towards.target;
  const entityIds = [...new Set(writes.map(({ entityId }) => entityId))];
  const before = await readPairs(database, scope.syncNumber, entityIds);
  const unmappable = await lookAgain(context, [...before.values()], signal);
  const now = await readPairs(database, scope.syncNumber, entityIds);
  const { pairs } = await new Pairing(context, new SideFinder(context, signal)).pair([...now.values()]);
  const decided = new Map((await new PairDecider(context).decide(pairs)).map((each) => [each.pair.entityId, each]));
  const unknown = new Map<number, ReadonlySet<string>>();
  for (const object of [scope.sourceObject, scope.targetObject]) unknown.set(object, await recordsWithUnknownOutcome(database, scope.syncNumber, object));
  return writes.flatMap((write): NewRefusal[] => {
    const { id, entityId, sourceObject, sourceId, targetObject, externalId } = write;
    const refusal = { id, sourceObject, sourceId, targetObject, externalId, fields: [] };
    if (unknown.get(sourceObject)?.has(sourceId) === true) return [{ ...refusal, code: 'write-unknown', message: 'What became of an earlier write for this record is not known; see its dead letter.' }];
    if (unmappable.has(entityId)) return [{ ...refusal, code: 'unmappable-now', message: 'A record of it holds values by now that cannot be mapped; see its dead letter.' }];
    const found = decided.get(entityId);
    if (found === undefined) return [{ ...refusal, code: 'paired-now', message: 'The record is the same as another one, or has been paired with one, since the plan was made.' }];
    const fields = mergeMisfit(context, found, writes.filter((each) => each.entityId === entityId));
    if (fields === undefined) return [];
    return [{ ...refusal, code: 'merges-otherwise', message: mergesOtherwise, fields: fields.filter(({ field }) => Object.hasOwn(write.after, field)) }];
  });
}
