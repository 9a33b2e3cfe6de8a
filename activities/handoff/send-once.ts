import { setTimeout as sleep } from 'node:timers/promises';
import type { Connector, WriteItem, WriteResult } from '../../src/contracts/connector.js';
import { handoffSyncName } from '../../src/contracts/ids.js';
import type { ObjectReference } from '../../src/contracts/sync-definition.js';
import { SystemError } from '../../src/contracts/system-error.js';
import type { WantedWrite, WriteEnd } from '../../src/domain/handoff/perform-action.js';
import { entityOfRecord, freeStepLinks, writesOfStep, type StepWrite } from '../../src/store/handoff-writes.js';
import { intend, settle, type Intent, type LedgerScope, type Settlement } from '../../src/store/ledger.js';
import { newId } from '../../src/store/new-id.js';
import { objectNumber } from '../../src/store/names.js';
import { intendFirst, settleStep } from '../../src/store/step-writes.js';
import type { Side } from '../sync/run-context.js';
import { writeVerdict } from '../sync/write-outcome.js';
import type { HandoffDependencies } from './dependencies.js';
import type { StepContext } from './handoff-context.js';
import { openPinnedSide } from './pinned-side.js';
import { probeStepWrite } from './probe-step-write.js';

/** StepTarget is the object that a step reads or writes, with what the ledger needs. */
export interface StepTarget extends Side {
  readonly scope: LedgerScope;
  /** hasWrites says whether the step has a write in the ledger already. */
  hasWrites(): Promise<boolean>;
}

/** openTarget opens the object of a step, by the version of its system that the handoff is pinned to. */
export async function openTarget({ database, connectors }: HandoffDependencies, { handoff, look, sourceId }: StepContext, object: ObjectReference): Promise<StepTarget> {
  const { run } = handoff;
  const side = await openPinnedSide(database, connectors, object, { handoff: handoff.handoff, systems: look.systems });
  const numberOf = ({ system, object: name }: ObjectReference): number | undefined => look.objects[`${system}.${name}`];
  const steps = { system: handoffSyncName(handoff.handoff), object: 'step' };
  const sourceObject = numberOf(steps) ?? (await objectNumber(database, steps));
  const targetObject = numberOf(object) ?? (await objectNumber(database, object));
  return {
    ...side,
    scope: { runId: run.id, epoch: run.epoch, syncNumber: run.syncNumber, definitionVersion: run.definitionVersion, sourceObject, targetObject },
    hasWrites: async () => (await writesOfStep(database, run.id, sourceId)).length > 0,
  };
}

/**
 * sendOnce makes a change through the ledger, once however often it is called for a step: what was acknowledged is not
 * sent again, and what was sent without an answer is probed first. Throws SystemError for what another attempt may mend.
 */
export async function sendOnce(context: StepContext, target: StepTarget, wanted: WantedWrite, signal: AbortSignal): Promise<WriteEnd> {
  // A step that has not begun has written nothing; that it has not, is made sure of as the write is recorded.
  if (context.row === undefined && wanted.id === null) return send(context, target, wanted, signal);
  const writes = (await writesOfStep(context.database, context.handoff.id, context.sourceId)).filter(({ kind }) => kind === wanted.kind);
  const done = writes.find(({ state }) => state === 'acknowledged');
  if (done !== undefined) return { kind: 'done', id: done.externalId ?? '' };
  const open = writes.find(({ state }) => state === 'sent' || state === 'unknown');
  if (open !== undefined) {
    const recovered = await recover(context, target, wanted, open, signal);
    if (recovered !== undefined) return recovered;
  }
  return send(context, target, wanted, signal);
}

/** settleOpenWrites finds out what became of the writes of a step that were sent and never settled; false where that cannot be told. */
export async function settleOpenWrites(context: StepContext, target: StepTarget, by: string | undefined, signal: AbortSignal): Promise<boolean> {
  for (const open of await writesOfStep(context.database, context.handoff.id, context.sourceId)) {
    if (open.state !== 'sent' && open.state !== 'unknown') continue;
    const wanted = { kind: open.kind, id: open.externalId, fields: {}, expectedVersion: null, ...(by === undefined ? {} : { by }) };
    if ((await recover(context, target, wanted, open, signal))?.kind === 'unknown') return false;
  }
  return true;
}

// A request whose answer was lost may still be on its way; asking too early would be answered "not there".
async function recover(context: StepContext, target: StepTarget, wanted: WantedWrite, open: StepWrite, signal: AbortSignal): Promise<WriteEnd | undefined> {
  if (open.state === 'unknown') return { kind: 'unknown', message: 'It is not known whether the write was executed.' };
  const waitMs = open.intendedAtMs + target.system.limits.settleMs - Date.now();
  if (waitMs > 0) await sleep(waitMs, undefined, { signal });
  const found = await probeStepWrite(target, wanted, open, context.idempotencyKey, signal);
  await close(context, target, open, found);
  if (found.state === 'acknowledged') return { kind: 'done', id: found.externalId ?? open.externalId ?? '' };
  return found.state === 'unknown' ? { kind: 'unknown', message: found.message ?? '' } : undefined;
}

type Ending = Pick<Settlement, 'state' | 'externalId' | 'version' | 'message'>;

async function close({ database, sourceId }: StepContext, { scope }: StepTarget, { id, entityId }: Pick<StepWrite, 'id' | 'entityId'>, ending: Ending): Promise<void> {
  if (ending.state === 'acknowledged') await freeStepLinks(database, scope.sourceObject, entityId, sourceId);
  await settle(database, [{ id, entityId, targetObject: scope.targetObject, keys: [], droppedKeys: [], ...ending }]);
}

async function send(context: StepContext, target: StepTarget, wanted: WantedWrite, signal: AbortSignal): Promise<WriteEnd> {
  const { database, sourceId, path, handoff } = context;
  const { connector, scope, objectName } = target;
  const entityId = (wanted.id === null ? undefined : await entityOfRecord(database, scope.targetObject, wanted.id)) ?? newId();
  const write = { id: newId(), entityId };
  const intendedAtMs = Date.now();
  const intent: Intent = {
    ...write, sourceId, sourceVersion: null, externalId: wanted.id, kind: wanted.kind, reason: `handoff ${handoff.handoff}: ${path}`,
    before: wanted.before ?? null, after: wanted.fields, fingerprint: null, expectedVersion: wanted.expectedVersion,
  };
  const isFirst = context.row === undefined && wanted.id === null;
  const accepted = isFirst ? await intendFirst(database, { scope, intent, path, name: context.step.name }) : (await intend(database, scope, [intent])).has(write.id);
  if (!accepted) throw refusedForNow(connector, objectName, 'Another attempt has this write under way.');
  if (context.hold !== undefined && !(await context.hold())) {
    await close(context, target, write, { state: 'not-executed', externalId: null, version: null, message: 'It was begun ahead of its handoff and not sent.' });
    throw refusedForNow(connector, objectName, 'The handoff has not come to the step.');
  }
  const item: WriteItem = { kind: wanted.kind, id: wanted.id, fields: wanted.fields, expectedVersion: wanted.expectedVersion, idempotencyKey: context.idempotencyKey };
  // An attempt that was frozen must not send what another one has found not to be executed.
  const inTime = (): Promise<boolean> => Promise.resolve(Date.now() - intendedAtMs <= Math.max(target.system.limits.settleMs / 2, 1_000));
  const [result] = await connector.write(objectName, [item], signal, inTime);
  if (result === undefined) throw refusedForNow(connector, objectName, 'The write was not answered.');
  return answered(context, target, wanted, write, result, signal);
}

async function answered(context: StepContext, target: StepTarget, wanted: WantedWrite, write: Pick<StepWrite, 'id' | 'entityId'>, result: WriteResult, signal: AbortSignal): Promise<WriteEnd> {
  const verdict = writeVerdict(wanted.kind, result, 0);
  const end = (ending: Partial<Ending> & Pick<Ending, 'state'>): Promise<void> => close(context, target, write, { externalId: null, version: null, message: null, ...ending });
  const { connector, objectName } = target;
  switch (verdict.kind) {
    case 'acknowledge': {
      const id = result.id ?? wanted.id ?? '';
      if (wanted.output !== undefined && wanted.id === null) {
        const settlement = { ...write, targetObject: target.scope.targetObject, keys: [], droppedKeys: [], state: 'acknowledged' as const, externalId: id, version: result.version, message: null };
        await settleStep(context.database, { settlement, runId: context.handoff.id, path: context.path, output: { ...wanted.output, id } });
        return { kind: 'done', id, stored: true };
      }
      await end({ state: 'acknowledged', externalId: id, version: result.version });
      return { kind: 'done', id };
    }
    case 'adopt':
      if (wanted.adopts === true && result.id !== null) {
        await end({ state: 'not-executed', message: 'The record was there already.' });
        return { kind: 'done', id: result.id };
      }
      await end({ state: 'refused', message: result.message });
      return { kind: 'failed', message: result.message };
    case 'park':
      await end({ state: 'refused', message: result.message });
      return { kind: 'failed', message: result.message };
    case 'read-again':
    case 'postpone':
    case 'give-up':
      await end({ state: 'not-executed', message: result.message });
      throw failureOf(connector, objectName, verdict.kind === 'read-again' ? { ...result, outcome: 'retry' } : result);
    case 'probe': {
      const [open] = (await writesOfStep(context.database, context.handoff.id, context.sourceId)).filter(({ id }) => id === write.id);
      const recovered = open === undefined ? undefined : await recover(context, target, wanted, open, signal);
      if (recovered !== undefined) return recovered;
      throw failureOf(connector, objectName, { ...result, outcome: 'retry' });
    }
  }
}

function failureOf(connector: Connector, object: string, { outcome, message, status, retryAfterMs, excerpt }: WriteResult): SystemError {
  return new SystemError(message, { system: connector.system, outcome: outcome === 'ok' ? 'unknown' : outcome, code: status === null ? 'connection-lost' : 'status', status, retryAfterMs, request: `write ${object}`, excerpt });
}

function refusedForNow(connector: Connector, object: string, message: string): SystemError {
  return new SystemError(message, { system: connector.system, outcome: 'rate-limited', code: 'status', status: null, retryAfterMs: 1_000, request: `write ${object}`, excerpt: null });
}
