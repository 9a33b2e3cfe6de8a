import type { Client } from '@temporalio/client';
import { handoffTriggersWorkflowId } from '../contracts/ids.js';
import type { HandoffProgress, HandoffResult, SettleStep, TriggerInput, TriggerResult } from '../contracts/handoff.js';
import { handoffMessages, taskQueue, workflowTypes } from '../contracts/names.js';

/** HandoffHandle is a handoff that was started, now or before. */
export interface HandoffHandle {
  readonly workflowId: string;
  /** result waits for the end; rejects with Temporal's WorkflowFailedError when the handoff failed. */
  result(): Promise<HandoffResult>;
  progress(): Promise<HandoffProgress>;
  /** event tells the handoff of something that one of its steps may wait for. */
  event(name: string): Promise<void>;
  /** settle tells the handoff what a person has decided about a step that waits for one. */
  settle(settled: SettleStep): Promise<void>;
}

/** StartedHandoffs is what looking at a record came to: no handle where the record begins no handoff. */
export interface StartedHandoffs extends TriggerResult {
  readonly handles: readonly HandoffHandle[];
}

/** startHandoff reads a record and starts the handoff that it begins, or gives the one that was started before. */
export async function startHandoff(client: Client, handoff: string, recordId: string): Promise<StartedHandoffs> {
  const input: TriggerInput = { handoff, recordIds: [recordId] };
  const workflowId = `${handoffTriggersWorkflowId(handoff)}/${crypto.randomUUID()}`;
  const found = (await client.workflow.execute(workflowTypes.startHandoffs, { workflowId, taskQueue, args: [input] })) as TriggerResult;
  return { ...found, handles: found.workflowIds.map((id) => handoffHandle(client, id)) };
}

/** handoffHandle is the handle of a handoff by its workflow id. */
export function handoffHandle(client: Client, workflowId: string): HandoffHandle {
  const handle = client.workflow.getHandle(workflowId);
  return {
    workflowId,
    result: async () => (await handle.result()) as HandoffResult,
    progress: () => handle.query<HandoffProgress>(handoffMessages.progress),
    event: (name) => handle.signal(handoffMessages.event, name),
    settle: (settled) => handle.signal(handoffMessages.settle, settled),
  };
}

/** wakeHandoffTriggers tells a handoff that there are events to look at, and starts what looks at them where it does not run. */
export async function wakeHandoffTriggers(client: Client, handoff: string): Promise<void> {
  await client.workflow.signalWithStart(workflowTypes.handoffTriggers, {
    workflowId: handoffTriggersWorkflowId(handoff), taskQueue, args: [{ handoff }], signal: handoffMessages.wake, signalArgs: [],
  });
}
