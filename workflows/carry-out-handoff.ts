import { ActivityFailure, ApplicationFailure, CancellationScope, continueAsNew, isCancellation, rootCause, upsertSearchAttributes, uuid4, workflowInfo } from '@temporalio/workflow';
import { failureTypes } from '../src/contracts/failures.js';
import type { HandoffInput, HandoffResult, HandoffState, OpenedHandoff } from '../src/contracts/handoff.js';
import { searchAttributes } from '../src/contracts/names.js';
import { localHandoff, onceHandoff, quickHandoff } from './activity-options.js';
import { atOnce } from './at-once.js';
import { HandoffCourse } from './handoff-course.js';
import { HandoffDesk } from './handoff-desk.js';
import { StepsTogether } from './steps-together.js';

/**
 * carryOutHandoff is one handoff: open it with the version of its definition that is in force, go through its steps, undo
 * what was done where a step fails and the definition says so, close.
 */
export async function carryOutHandoff(input: HandoffInput): Promise<HandoffResult> {
  const desk = new HandoffDesk(input);
  const run = await open(input, desk);
  if (run.over !== undefined) return close(run, 'succeeded', run.over);
  const together = run.together === true ? new StepsTogether(run.runId, run.steps, input.continued === undefined) : undefined;
  const course = new HandoffCourse(run, desk, () => continueAsNew({ ...input, continued: { runId: run.runId, memo: desk.memo, events: desk.events, undoable: desk.undoable } }), input.opened === undefined, together);
  try {
    await course.follow(run.steps);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return CancellationScope.nonCancellable(() => unwind(run, course, 'stopped', 'The workflow was cancelled.'));
  }
  const { over } = desk;
  // Temporal's own status says as much as a search attribute would, which costs the server another write.
  if (together?.closed !== undefined) return together.closed;
  if (over?.kind !== 'failure') return close(run, 'succeeded', over?.message ?? null);
  const result = await CancellationScope.nonCancellable(() => unwind(run, course, 'compensated', over.message));
  throw ApplicationFailure.nonRetryable(`${result.message ?? ''} See "crosswalk handoff show ${run.runId}".`, failureTypes.handoffFailed);
}

async function open({ continued, opened, runId, handoff, record, key }: HandoffInput, desk: HandoffDesk): Promise<OpenedHandoff> {
  if (opened !== undefined) {
    desk.runId = opened.runId;
    return opened;
  }
  try {
    const asked = { runId: continued?.runId ?? runId ?? uuid4(), handoff, record, key, workflowId: workflowInfo().workflowId };
    const run = await atOnce({ activity: 'openHandoff', once: () => onceHandoff.openHandoff(asked), durably: () => quickHandoff.openHandoff(asked) });
    desk.runId = run.runId;
    upsertSearchAttributes({ [searchAttributes.system]: [record.system], [searchAttributes.definitionVersion]: [`handoff/${handoff}/v${run.definitionVersion}`] });
    return run;
  } catch (error) {
    if (error instanceof ActivityFailure) throw ApplicationFailure.nonRetryable(rootCause(error) ?? error.message, failureTypes.handoffFailed);
    throw error;
  }
}

async function unwind(run: OpenedHandoff, course: HandoffCourse, state: HandoffState, reason: string): Promise<HandoffResult> {
  const left = await course.undo();
  if (left.length === 0) return close(run, state, `${reason}.`.replace(/\.+$/, '.'));
  return close(run, state === 'stopped' ? 'stopped' : 'failed', `${reason}. Not undone: ${left.join(', ')}.`);
}

async function close({ runId }: OpenedHandoff, state: HandoffState, message: string | null): Promise<HandoffResult> {
  const result = await localHandoff.finishHandoff({ runId, state, message });
  upsertSearchAttributes({ [searchAttributes.outcome]: [result.state] });
  return result;
}
