import { park } from '../../src/store/dead-letters.js';
import { intend, settle, type LedgerScope } from '../../src/store/ledger.js';
import { madeMeanwhile } from '../../src/store/made-meanwhile.js';
import type { Database } from '../../src/store/database.js';
import type { WriteLedger } from './batch-writer.js';
import type { PlannedWrite } from './planned-write.js';
import type { RunContext } from './run-context.js';

/** databaseLedger is the ledger of a run that writes. */
export function databaseLedger({ database, scope }: Pick<RunContext, 'database' | 'scope'>): WriteLedger {
  return {
    intend: async (writes) => {
      const accepted = await intend(database, scope, writes.map((write) => write.intent));
      for (const id of await callOff(database, scope, writes.filter((write) => accepted.has(write.intent.id)))) accepted.delete(id);
      return accepted;
    },
    settle: (settlements) => settle(database, settlements),
    park: (letters) => park(database, scope, letters),
  };
}

// A redrive, a backfill and a regular run may come to the same record at once: what one of them has made since the other
// looked must not be made again. Updates set values that are the same whoever sends them.
async function callOff(database: Database, scope: LedgerScope, writes: readonly PlannedWrite[]): Promise<readonly string[]> {
  const creates = writes.filter((write) => write.intent.kind === 'create');
  const made = await madeMeanwhile(database, scope, creates.map((write) => write.intent.sourceId));
  const late = creates.filter((write) => made.has(write.intent.sourceId)).map((write) => write.intent);
  await settle(database, late.map(({ id, entityId }) => ({
    id, entityId, targetObject: scope.targetObject, state: 'not-executed', externalId: null, version: null, keys: [], droppedKeys: [],
    message: 'Not sent: another run has made this record meanwhile.',
  })));
  return late.map(({ id }) => id);
}
