import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ChildWorkflowFailure, ParentClosePolicy, WorkflowIdReusePolicy, allHandlersFinished, condition, defineUpdate, executeChild, isCancellation, log, setHandler, sleep, upsertSearchAttributes,
} from '@temporalio/workflow';
import type { ConflictDecision, DecisionOutcome, ResolveConflictInput, ResolveConflictResult } from '../src/contracts/conflict-workflow.js';
import { syncWorkflowId } from '../src/contracts/ids.js';
import { messageNames, searchAttributes } from '../src/contracts/names.js';
import { quickConflicts } from './activity-options.js';
import { sync } from './sync.js';

const resolve = defineUpdate<DecisionOutcome, [ConflictDecision]>(messageNames.resolve);

/** Seconds between looks whether the run that is under way has ended; after the last one the decision is left to the next run. */
const WAITS_S = [2, 5, 10, 30, ...Array.from({ length: 60 }, () => 60)];

/**
 * resolveConflict waits for the update in which a person decides a conflict, and has the value written at once by a run of
 * the sync. Where a run is under way already it waits for its end, so that never two of them merge the same pair.
 */
export async function resolveConflict({ conflictId, sync: name }: ResolveConflictInput): Promise<ResolveConflictResult> {
  let outcome: DecisionOutcome | undefined;
  setHandler(resolve, async (decision) => {
    const answer = await quickConflicts.decideConflict(decision);
    if (outcome !== 'decided') outcome = answer;
    return answer;
  });
  upsertSearchAttributes({ [searchAttributes.sync]: [name] });
  const isDecided = await condition(() => outcome !== undefined && allHandlersFinished(), '1 day');
  for (;;) {
    const seen = outcome;
    if (seen === 'decided') await writeNow(name, conflictId);
    const result = { conflictId, outcome: isDecided ? seen ?? 'nobody decided' : 'nobody decided', written: await quickConflicts.isConflictClosed({ conflictId }) } as const;
    upsertSearchAttributes({ [searchAttributes.outcome]: [result.written ? 'succeeded' : 'held'] });
    await condition(allHandlersFinished);
    // A decision may stand that was made after the one before it was found outdated: it is written as well.
    if (outcome === seen) return result;
  }
}

async function writeNow(name: string, conflictId: string): Promise<void> {
  for (const seconds of WAITS_S) {
    try {
      await executeChild(sync, {
        workflowId: syncWorkflowId(name, 'incremental'), args: [{ sync: name, mode: 'incremental' }],
        parentClosePolicy: ParentClosePolicy.ABANDON, workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      });
      return;
    } catch (error) {
      if (isCancellation(error)) throw error;
      if (error instanceof ChildWorkflowFailure) {
        log.warn('The run that was to write the decision failed; the next run writes it.', { sync: name });
        return;
      }
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    await sleep(`${seconds} seconds`);
    if (await quickConflicts.isConflictClosed({ conflictId })) return;
  }
}
