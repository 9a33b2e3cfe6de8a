import type { RedriveSelection } from '../../src/contracts/redrive.js';
import { settle } from '../../src/store/ledger.js';
import { unknownWritesOfSelection } from '../../src/store/unknown-writes.js';
import { lostKeys } from './lost-keys.js';
import { settleByProbing } from './open-write-recovery.js';
import type { RunContext } from './run-context.js';

/** probeSelected probes once more for what became of the selection's writes whose outcome is not known; nothing is sent for their records before that. */
export async function probeSelected(context: RunContext, signal: AbortSignal, onProgress: (done: number) => void): Promise<void> {
  const { database, scope, run } = context;
  // Once the run has come further, this has been done.
  if (run.place.selection?.after !== 0) return;
  await settleByProbing(context, await unknownWritesOfSelection(database, scope.syncNumber, run.id), signal, onProgress);
}

/** settleAsFound closes the writes whose outcome is not known as a person has found them at the target. */
export async function settleAsFound({ database, scope, run, mapper }: RunContext, { finding, by }: Pick<RedriveSelection, 'finding' | 'by'>): Promise<void> {
  if (finding === undefined || run.mode === 'plan') return;
  const writes = await unknownWritesOfSelection(database, scope.syncNumber, run.id);
  await settle(database, writes.map((write) => {
    const { id, entityId, kind, before, after } = write;
    const subject = { id, entityId, targetObject: scope.targetObject, version: null };
    if (finding.kind === 'not-written') return { ...subject, state: 'not-executed', externalId: null, message: `${by} has looked: the target does not have it.`, keys: [], droppedKeys: [] };
    const keys = kind === 'create' || kind === 'update' ? mapper.keys(after) : [];
    const droppedKeys = kind === 'update' ? lostKeys(mapper.keys(before ?? {}), keys) : [];
    return { ...subject, state: 'acknowledged', externalId: kind === 'create' ? finding.externalId : write.externalId, message: `${by} has looked: it was written.`, keys, droppedKeys };
  }));
}
