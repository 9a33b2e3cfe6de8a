import type { JsonObject } from '../../../src/contracts/json.js';
import type { RunMode } from '../../../src/contracts/run.js';
import type { StrongKeyValue } from '../../../src/contracts/strong-key.js';
import type { Database } from '../../../src/store/database.js';
import type { NewDeadLetter } from '../../../src/store/dead-letters.js';
import { intend, settle, type Intent, type LedgerScope, type Settlement } from '../../../src/store/ledger.js';
import { objectNumber, syncNumber } from '../../../src/store/names.js';
import { newId } from '../../../src/store/new-id.js';
import { openRun, takeOver } from '../../../src/store/runs.js';
import { uniqueName } from '../../support/servers.js';

/** newScope makes a sync between two objects, all of their own, with a run whose first attempt has begun. */
export async function newScope(database: Database, mode: RunMode = 'incremental'): Promise<LedgerScope> {
  const sync = uniqueName('sync');
  const number = await syncNumber(database, sync);
  const sourceObject = await objectNumber(database, { system: uniqueName('crm'), object: 'contact' });
  const targetObject = await objectNumber(database, { system: uniqueName('mailing'), object: 'member' });
  return nextRun(database, { runId: '', epoch: 0, syncNumber: number, definitionVersion: 1, sourceObject, targetObject }, mode);
}

/** nextRun opens another run of a scope's sync and begins its first attempt. */
export async function nextRun(database: Database, scope: LedgerScope, mode: RunMode = 'incremental', workflowId = uniqueName('workflow')): Promise<LedgerScope> {
  const runId = newId();
  await openRun(database, { id: runId, syncNumber: scope.syncNumber, definitionVersion: 1, systemVersions: {}, mode, workflowId, place: {} });
  const { epoch } = await takeOver(database, runId);
  return { ...scope, runId, epoch };
}

/** intentFor makes a create for a source record; `more` overrides its parts. */
export function intentFor(sourceId: string, more: Partial<Intent> = {}): Intent {
  return {
    id: newId(), entityId: newId(), sourceId, sourceVersion: '1', externalId: null, kind: 'create', reason: 'new at the source', before: null,
    after: { name: sourceId }, fingerprint: '00112233445566778899aabbccddeeff', expectedVersion: null, ...more,
  };
}

/** Keys are the strong keys that a write brings and takes away. */
export type Keys = Pick<Settlement, 'keys' | 'droppedKeys'>;

/** acknowledgement settles a write as done. */
export function acknowledgement(scope: LedgerScope, intent: Intent, externalId: string, more: Partial<Keys & Pick<Settlement, 'version'>> = {}): Settlement {
  const { id, entityId } = intent;
  return { id, entityId, targetObject: scope.targetObject, state: 'acknowledged', externalId, version: '1', message: null, keys: [], droppedKeys: [], ...more };
}

/** closing settles a write as not done. */
export function closing(scope: LedgerScope, intent: Intent, state: Exclude<Settlement['state'], 'acknowledged'>, keys: Partial<Keys> = {}): Settlement {
  return { ...acknowledgement(scope, intent, '', keys), state, externalId: null, version: null, message: 'says the target' };
}

/** email is the strong key of an e-mail address. */
export function email(value: string): StrongKeyValue {
  return { kind: 'email', value };
}

/** linked writes a record and acknowledges it, and gives its entity. */
export async function linked(database: Database, scope: LedgerScope, sourceId: string, targetId: string, more: Partial<Intent> = {}, keys: Partial<Keys> = {}): Promise<string> {
  const intent = intentFor(sourceId, more);
  await intend(database, scope, [intent]);
  await settle(database, [acknowledgement(scope, intent, targetId, keys)]);
  return intent.entityId;
}

/** letterFor makes a dead letter of a source record. */
export function letterFor(sourceId: string, more: Partial<NewDeadLetter> = {}): NewDeadLetter {
  return {
    sourceId, stage: 'write', code: 'refused', errorFingerprint: 'refused', message: 'says the target', problems: [], payload: { id: sourceId }, request: null, responseExcerpt: null, ...more,
  };
}

/** ledgerRows is the states of a run's writes in the ledger, by source record, oldest first. */
export async function ledgerRows(database: Database, runId: string): Promise<readonly { readonly sourceId: string; readonly state: string; readonly after: JsonObject }[]> {
  const { rows } = await database.pool.query<{ sourceId: string; state: string; after: JsonObject }>(
    `select source_id as "sourceId", state, after from writes where run_id = $1 order by id`, [runId]);
  return rows;
}
