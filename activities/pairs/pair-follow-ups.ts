import type { SourceRecord } from '../../src/contracts/connector.js';
import { errorFingerprint } from '../../src/domain/error-fingerprint.js';
import { park } from '../../src/store/dead-letters.js';
import { joinPairs } from '../../src/store/pair-joins.js';
import { knownEntities, observeStates, readPairs, type PairSide } from '../../src/store/pairs.js';
import type { FollowUps } from '../sync/batch-writer.js';
import type { PlannedWrite } from '../sync/planned-write.js';
import type { PairBatchOptions } from './pair-batch.js';
import type { PairProgress } from './pair-page.js';
import { sight } from './sight.js';

/**
 * createPairFollowUps makes what has to follow when a side already has a record, or a newer version of it: what it holds
 * is taken in, and the pair is merged again.
 */
export function createPairFollowUps({ context, conflicts, signal }: PairBatchOptions, side: PairSide, progress: ReadonlyMap<string, PairProgress>): FollowUps {
  const { database, target, scope: ownScope, mapper } = context.towards[side];
  const { scope } = context.towards.target;
  const again = ({ intent }: PlannedWrite): undefined => {
    const own = progress.get(intent.entityId);
    if (own !== undefined) own.again = true;
  };
  const parkWrite = async ({ intent, payload, page }: PlannedWrite, code: string, message: string): Promise<undefined> => {
    await park(database, ownScope, [{
      sourceId: intent.sourceId, stage: 'match', code, errorFingerprint: errorFingerprint(code), message, problems: [], payload,
      request: { kind: intent.kind, id: intent.externalId, fields: intent.after }, responseExcerpt: null,
    }]);
    page.count({ parked: 1 });
  };
  const readExisting = async ({ intent }: PlannedWrite, existingId: string | null): Promise<SourceRecord | undefined> => {
    if (existingId !== null && target.object.get !== undefined) return (await target.connector.get(target.objectName, existingId, signal)) ?? undefined;
    const question = mapper.findBy(target.object, intent.after);
    if (question === undefined) return undefined;
    const found = (await target.connector.find(target.objectName, question.field, question.value, signal)).filter((record) => mapper.answers(question, record.data));
    return found.length === 1 ? found[0] : undefined;
  };
  return {
    adopt: async (write, existingId) => {
      const existing = await readExisting(write, existingId);
      if (existing === undefined) return parkWrite(write, 'exists-at-target', 'The system says that it has this record already, but does not say which one it is.');
      await sight(context, side, [existing]);
      const entityId = (await knownEntities(database, scope, side, [existing.id])).get(existing.id)?.entityId;
      const other = entityId === undefined ? undefined : (await readPairs(database, scope.syncNumber, [entityId])).get(entityId);
      const opposite = side === 'target' ? 'source' : 'target';
      if (other === undefined || other[opposite].id !== null) return parkWrite(write, 'duplicate', `The system has this record already, as ${existing.id}, and that one is linked to ${other?.[opposite].id ?? 'another record'}.`);
      const [source, targetEntity] = side === 'target' ? [{ entityId: write.intent.entityId, id: write.intent.sourceId }, other.entityId] : [{ entityId: other.entityId, id: existing.id }, write.intent.entityId];
      await joinPairs(database, scope, source, targetEntity);
      return again(write);
    },
    readAgain: async (write) => {
      const { externalId, entityId } = write.intent;
      conflicts.set(entityId, (conflicts.get(entityId) ?? 0) + 1);
      if (externalId === null) return undefined;
      const record = target.object.get === undefined ? undefined : await target.connector.get(target.objectName, externalId, signal);
      if (record === undefined) return parkWrite(write, 'version-conflict', 'The record was changed meanwhile, and the system offers no way to read it again.');
      if (record === null) await observeStates(database, scope, side, [{ id: externalId, state: 'gone', version: null, atMs: null }]);
      else await sight(context, side, [record]);
      return again(write);
    },
  };
}
