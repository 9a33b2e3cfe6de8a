import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild, WorkflowIdReusePolicy } from '@temporalio/workflow';
import { handoffWorkflowId, handoffWorkflowType } from '../src/contracts/ids.js';
import type { HandoffInput, TriggerInput, TriggerResult } from '../src/contracts/handoff.js';
import { onceHandoff, stepsOfHandoff } from './activity-options.js';
import { atOnce } from './at-once.js';

/** startHandoffs reads records anew and starts a handoff for each that begins one, once however often it is asked to. */
export async function startHandoffs({ handoff, recordIds }: TriggerInput): Promise<TriggerResult> {
  const asked = { handoff, recordIds };
  const { starts, left } = await atOnce({ activity: 'findTriggers', once: () => onceHandoff.findTriggers(asked), durably: () => stepsOfHandoff.findTriggers(asked) });
  const started = await Promise.all(starts.map(startOnce));
  return {
    handoff, left, workflowIds: starts.map(({ record, key }) => handoffWorkflowId(handoff, record, key)),
    started: started.filter(Boolean).length, known: started.filter((isNew) => !isNew).length,
  };
}

// The id is made of the record and the key of the trigger, so Temporal itself refuses a second handoff for one trigger.
async function startOnce(input: HandoffInput): Promise<boolean> {
  try {
    await startChild(handoffWorkflowType(input.handoff), {
      workflowId: handoffWorkflowId(input.handoff, input.record, input.key), args: [input], staticSummary: `${input.handoff} ${input.record.id}`,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE, parentClosePolicy: ParentClosePolicy.ABANDON,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
