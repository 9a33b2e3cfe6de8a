import type { Database } from './database.js';
import { findHandoffRun } from './handoff-runs.js';
import { endStep } from './handoff-steps.js';
import { freeStepLinks, writesOfStep, type StepWrite } from './handoff-writes.js';
import { settle } from './ledger.js';
import { objectNumber } from './names.js';

/** SettledStep is what a person says became of the unknown write of a step: the id of the record, or null where it was not executed. */
export interface SettledStep {
  readonly runId: string;
  readonly path: string;
  readonly externalId: string | null;
}

/** settleUnknownStep records what a person says; false where the step has no write that is unknown. */
export async function settleUnknownStep(database: Database, { runId, path, externalId }: SettledStep): Promise<boolean> {
  const handoff = await findHandoffRun(database, runId);
  if (handoff === undefined) return false;
  const { record, key } = handoff;
  const sourceId = `${record.system}-${record.object}-${record.id}/v${key}/${path}`;
  const write = (await writesOfStep(database, runId, sourceId)).find(({ state }) => state === 'unknown');
  if (write === undefined) return false;
  if (externalId !== null) await freeStepLinks(database, await objectNumber(database, { system: `handoff/${handoff.handoff}`, object: 'step' }), write.entityId, sourceId);
  await settle(database, [settlement(write, externalId)]);
  // The next attempt finds the write in the ledger: done, or to be sent again.
  await endStep(database, runId, path, { state: 'failed', message: null });
  return true;
}

function settlement({ id, entityId, targetObject }: StepWrite, externalId: string | null) {
  const closed = { id, entityId, targetObject, keys: [], droppedKeys: [], version: null } as const;
  return externalId === null
    ? { ...closed, state: 'not-executed' as const, externalId: null, message: 'A person found that it was not executed.' }
    : { ...closed, state: 'acknowledged' as const, externalId, message: 'A person found that it was executed.' };
}
