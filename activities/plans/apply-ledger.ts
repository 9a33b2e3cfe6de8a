import { noteWrites } from '../../src/store/plan-writes.js';
import type { WriteLedger } from '../sync/batch-writer.js';
import type { RunContext } from '../sync/run-context.js';
import { databaseLedger } from '../sync/run-ledger.js';

/** applyLedger is the ledger of a run that applies a plan: it also keeps which write each planned write became. `close` settles in place of the ordinary way. */
export function applyLedger(context: RunContext, close?: WriteLedger['settle']): WriteLedger {
  const ledger = databaseLedger(context);
  return {
    ...ledger,
    ...(close === undefined ? {} : { settle: close }),
    intend: async (writes) => {
      await noteWrites(context.database, writes.flatMap(({ plannedId, intent }) => (plannedId === undefined ? [] : [{ plannedId, writeId: intent.id }])));
      return ledger.intend(writes);
    },
  };
}
