import type { WriteKind } from '../contracts/connector.js';
import type { WriteState } from '../contracts/ledger.js';
import type { Database } from './database.js';
import { toIntent, type OpenWrite } from './ledger.js';

/** StepWrite is a write of a step as the ledger has it. */
export interface StepWrite extends OpenWrite {
  readonly state: WriteState;
  readonly kind: WriteKind;
}

/** writesOfStep are the writes that a handoff has made for a step, oldest first; `sourceId` is what the ledger calls the step. */
export async function writesOfStep(database: Database, runId: string, sourceId: string): Promise<StepWrite[]> {
  const rows = await database.kysely.selectFrom('writes').selectAll().where('run_id', '=', runId).where('source_id', '=', sourceId).orderBy('id').execute();
  return rows.map((row) => ({ ...toIntent(row), runId: row.run_id, targetObject: row.object_id, intendedAtMs: row.intended_at.getTime(), state: row.state }));
}

/** entityOfRecord is the entity that a record of a system stands for; undefined where the crosswalk does not know it. */
export async function entityOfRecord(database: Database, objectNumber: number, externalId: string): Promise<string | undefined> {
  const row = await database.kysely.selectFrom('links').select('entity_id').where('object_id', '=', objectNumber).where('external_id', '=', externalId).executeTakeFirst();
  return row?.entity_id;
}

/** freeStepLinks lets go of earlier steps that stood for an entity: of one object, only one record can stand for an entity at a time. */
export async function freeStepLinks(database: Database, stepObject: number, entityId: string, sourceId: string): Promise<void> {
  await database.kysely.updateTable('links').set({ state: 'unlinked' }).where('object_id', '=', stepObject).where('entity_id', '=', entityId).where('external_id', '<>', sourceId).execute();
}
