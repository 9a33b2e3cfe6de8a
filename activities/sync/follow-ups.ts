import type { SourceRecord } from '../../src/contracts/connector.js';
import { newId } from '../../src/store/new-id.js';
import type { JsonObject } from '../../src/contracts/json.js';
import { changedFields } from '../../src/domain/changed-fields.js';
import { errorFingerprint } from '../../src/domain/error-fingerprint.js';
import { claimEntity } from '../../src/store/entities.js';
import { adopt, linkHolder, linkSource, setTargetVersion } from '../../src/store/crosswalk.js';
import { park } from '../../src/store/dead-letters.js';
import type { FollowUps } from './batch-writer.js';
import { lostKeys } from './lost-keys.js';
import type { PlannedWrite } from './planned-write.js';
import type { RunContext } from './run-context.js';

/** createFollowUps makes what has to follow when the target already has a record, or a newer version of it. */
export function createFollowUps(context: RunContext, signal: AbortSignal): FollowUps {
  return {
    adopt: async (write, existingId) => {
      const existing = await readExisting(context, write, existingId, signal);
      if (existing === undefined) {
        await parkWrite(context, write, 'exists-at-target', 'The target says that it has this record already, but does not say which one it is.');
        write.page.count({ parked: 1 });
        return undefined;
      }
      return adoptExisting(context, write, existing);
    },
    readAgain: async (write) => {
      const { externalId } = write.intent;
      if (externalId === null) return undefined;
      const current = await context.target.connector.get(context.target.objectName, externalId, signal);
      if (current === null) {
        await parkWrite(context, write, 'gone-at-target', 'The target no longer has this record.');
        write.page.count({ parked: 1 });
        return undefined;
      }
      await setTargetVersion(context.database, context.scope, externalId, current.version);
      // What an archive or a delete takes away is in its before-image already; it has no fields of its own.
      const before = write.intent.before === null || write.intent.kind !== 'update' ? write.intent.before : pick(context.mapper.project(current.data), write.intent.after);
      return { ...write, conflicts: write.conflicts + 1, intent: { ...write.intent, id: newId(), expectedVersion: current.version, before } };
    },
  };
}

async function readExisting(context: RunContext, write: PlannedWrite, existingId: string | null, signal: AbortSignal): Promise<SourceRecord | undefined> {
  const { connector, objectName, object } = context.target;
  if (existingId !== null && object.get !== undefined) return (await connector.get(objectName, existingId, signal)) ?? undefined;
  const question = context.mapper.findBy(object, write.intent.after);
  if (question === undefined) return undefined;
  const found = (await connector.find(objectName, question.field, question.value, signal)).filter((record) => context.mapper.answers(question, record.data));
  return found.length === 1 ? found[0] : undefined;
}

/** adoptExisting links a source record to a record that the target has already, and plans the fields that still differ. */
export async function adoptExisting(context: RunContext, write: PlannedWrite, existing: SourceRecord): Promise<PlannedWrite | undefined> {
  const { database, scope, mapper, run } = context;
  const { intent } = write;
  const holder = await linkHolder(database, scope, existing.id);
  if (holder !== undefined && holder.otherSourceId !== null && holder.otherSourceId !== intent.sourceId) {
    await parkWrite(context, write, 'duplicate', `The target's record ${existing.id} is linked to ${context.sync.from.system}.${context.sync.from.object} ${holder.otherSourceId} already.`);
    write.page.count({ duplicates: 1 });
    return undefined;
  }
  const entityId = holder === undefined ? intent.entityId : await claimEntity(database, scope, intent.sourceId, holder.entityId);
  const now = mapper.project(existing.data);
  await adopt(database, scope, [{ id: existing.id, version: existing.version, entityId, values: now, keys: mapper.keys(now) }]);
  const after = changedFields(now, intent.after);
  if (Object.keys(after).length === 0) {
    await linkSource(database, scope, run.id, [{ sourceId: intent.sourceId, entityId, version: intent.sourceVersion, fingerprint: intent.fingerprint ?? mapper.fingerprint(intent.after) }]);
    write.page.count({ unchanged: 1 });
    return undefined;
  }
  return {
    ...write, droppedKeys: lostKeys(mapper.keys(now), write.keys),
    intent: {
      ...intent, id: newId(), entityId, kind: 'update', externalId: existing.id, before: pick(now, after), after,
      expectedVersion: existing.version, reason: 'the target had this record already',
    },
  };
}

function pick(values: JsonObject, like: JsonObject): JsonObject {
  return Object.fromEntries(Object.keys(like).map((field) => [field, values[field] ?? null]));
}

async function parkWrite(context: RunContext, write: PlannedWrite, code: string, message: string): Promise<void> {
  const { intent } = write;
  await park(context.database, context.scope, [{
    sourceId: intent.sourceId, sourceVersion: intent.sourceVersion, stage: 'match', code, errorFingerprint: errorFingerprint(code), message, problems: [], payload: write.payload,
    request: { kind: intent.kind, id: intent.externalId, fields: intent.after }, responseExcerpt: null,
  }]);
}
