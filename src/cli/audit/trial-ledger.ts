import type { TrialLedger, TrialWrite } from '../../audit/try-writes.js';
import type { Database } from '../../store/database.js';
import { intend, settle, type LedgerScope } from '../../store/ledger.js';
import { newId } from '../../store/new-id.js';
import { objectNumber, syncNumber } from '../../store/names.js';
import { closeRun, openRun, takeOver } from '../../store/runs.js';

/** OpenTrial is the ledger of an audit's writes, and what closes its run. */
export interface OpenTrial {
  readonly ledger: TrialLedger;
  readonly close: () => Promise<void>;
}

/** openTrial opens a run for the writes of an audit, so that they are in the ledger like all others; no sync's own name has a slash. */
export async function openTrial(database: Database, system: string): Promise<OpenTrial> {
  const name = `audit/${system}`;
  const runId = newId();
  const number = await syncNumber(database, name);
  await openRun(database, { id: runId, syncNumber: number, definitionVersion: 0, systemVersions: {}, mode: 'backfill', workflowId: name, place: {} });
  const { epoch } = await takeOver(database, runId);
  const sourceObject = await objectNumber(database, { system: name, object: 'trial' });
  const entities = new Map<string, string>();
  const targets = new Map<string, number>();
  const entityOf = ({ id, externalId }: TrialWrite): string => entities.get(externalId ?? '') ?? entities.get(id) ?? id;
  const scopeOf = (targetObject: number): LedgerScope => ({ runId, epoch, syncNumber: number, definitionVersion: 0, sourceObject, targetObject });
  return {
    ledger: {
      intend: async (object, write) => {
        const targetObject = await objectNumber(database, { system, object });
        targets.set(write.id, targetObject);
        // All writes of one record stand for one thing; of a create, the thing has the write's own id.
        const entityId = entityOf(write);
        const sent = await intend(database, scopeOf(targetObject), [{
          id: write.id, entityId, sourceId: `${object} ${entityId}`, sourceVersion: null, externalId: write.externalId, kind: write.kind, reason: 'tried by an audit',
          before: null, after: write.fields, fingerprint: null, expectedVersion: write.expectedVersion,
        }]);
        return sent.has(write.id);
      },
      settle: async (write, { outcome, id, version, message }) => {
        const targetObject = targets.get(write.id);
        // It was never sent, so there is nothing to settle.
        if (targetObject === undefined) return;
        const entityId = entityOf(write);
        if (id !== null) entities.set(id, entityId);
        const state = outcome === 'ok' ? 'acknowledged' : outcome === 'unknown' ? 'unknown' : 'refused';
        await settle(database, [{ id: write.id, entityId, targetObject, keys: [], droppedKeys: [], state, externalId: id ?? write.externalId, version, message: message === '' ? null : message }]);
      },
    },
    close: async () => { await closeRun(database, runId, 'succeeded', null); },
  };
}
