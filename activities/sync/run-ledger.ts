import { park } from '../../src/store/dead-letters.js';
import { intend, settle } from '../../src/store/ledger.js';
import type { WriteLedger } from './batch-writer.js';
import type { RunContext } from './run-context.js';

/** databaseLedger is the ledger of a run that writes. */
export function databaseLedger({ database, scope }: RunContext): WriteLedger {
  return {
    intend: (writes) => intend(database, scope, writes.map((write) => write.intent)),
    settle: (settlements) => settle(database, settlements),
    park: (letters) => park(database, scope, letters),
  };
}
