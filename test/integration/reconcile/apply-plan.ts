import type { WriteKind } from '../../../src/contracts/connector.js';
import { intend, plannedWrites, settle, type Intent } from '../../../src/store/ledger.js';
import { newId } from '../../../src/store/new-id.js';
import type { SyncUnderTest } from '../activities/sync-under-test.js';

const BATCH = 100;

/** applyPlan carries a stored plan out as simply as can be: every planned write through the ledger, in a run of its own. */
export async function applyPlan(sync: SyncUnderTest, planRunId: string): Promise<void> {
  const planned = await plannedWrites(sync.database, planRunId, 100_000);
  const { runId } = await sync.start('incremental');
  const { scope, target, mapper } = await sync.context(runId);
  for (const kind of ['create', 'update', 'archive', 'delete'] satisfies WriteKind[]) {
    const ofKind = planned.filter((intent) => intent.kind === kind).map((intent): Intent => ({ ...intent, id: newId() }));
    const size = Math.min(BATCH, target.connector.batchSize(target.objectName, kind));
    for (let at = 0; at < ofKind.length; at += size) {
      const intents = ofKind.slice(at, at + size);
      await intend(sync.database, scope, intents);
      const results = await target.connector.write(target.objectName, intents.map(({ id, externalId, after, expectedVersion }) => ({ kind, id: externalId, fields: after, expectedVersion, idempotencyKey: id })), new AbortController().signal);
      await settle(sync.database, intents.map((intent, position) => {
        const result = results[position];
        if (result?.outcome !== 'ok') throw new Error(`the target said ${result?.outcome ?? 'nothing'} to a ${kind}: ${result?.message ?? ''}`);
        return {
          id: intent.id, entityId: intent.entityId, targetObject: scope.targetObject, state: 'acknowledged' as const, externalId: intent.externalId ?? result.id, version: result.version, message: null,
          keys: kind === 'create' || kind === 'update' ? mapper.keys(intent.after) : [], droppedKeys: [],
        };
      }));
    }
  }
  await sync.finish(runId, 'succeeded');
}
