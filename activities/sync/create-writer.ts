import { isLastAttempt } from '../failure.js';
import { BatchWriter, type BatchWriterOptions } from './batch-writer.js';
import { createFollowUps } from './follow-ups.js';
import { PlanWriter } from './plan-writer.js';
import type { RecordWriter } from './record-writer.js';
import type { RunContext } from './run-context.js';
import { databaseLedger } from './run-ledger.js';
import type { TroubleBox } from './trouble.js';

/** Even for a system that needs no time to settle, the ledger needs some to record an intent, milliseconds. */
const SHORTEST_SEND_MS = 1_000;

/** createWriter makes the writer of a run: that of a plan has no way to send anything. */
export function createWriter(context: RunContext, trouble: TroubleBox, signal: AbortSignal): RecordWriter {
  if (context.run.mode === 'plan') return new PlanWriter(context);
  return createBatchWriter(context, trouble, signal, { ledger: databaseLedger(context), followUps: createFollowUps(context, signal) });
}

/** createBatchWriter makes a writer that sends through a ledger, as fast as the target's definition lets it. */
export function createBatchWriter(context: RunContext, trouble: TroubleBox, signal: AbortSignal, parts: Pick<BatchWriterOptions, 'ledger' | 'followUps'>): BatchWriter {
  const { target } = context;
  return new BatchWriter({
    ...parts,
    connector: target.connector,
    object: target.objectName,
    targetObject: context.scope.targetObject,
    trouble,
    concurrency: target.system.limits.concurrency,
    sendWithinMs: Math.max(target.system.limits.settleMs / 2, SHORTEST_SEND_MS),
    signal,
    isolate: isLastAttempt({ scheduleMs: target.system.retry.scheduleMs, attempts: context.attempts }),
  });
}
