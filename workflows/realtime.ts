import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ActivityFailure, ChildWorkflowFailure, ParentClosePolicy, WorkflowIdReusePolicy, condition, continueAsNew, defineSignal, executeChild, isCancellation, patched, setHandler, sleep, upsertSearchAttributes, uuid4, workflowInfo,
} from '@temporalio/workflow';
import { syncWorkflowId } from '../src/contracts/ids.js';
import { messageNames, searchAttributes } from '../src/contracts/names.js';
import type { RealtimeInput } from '../src/contracts/realtime-workflow.js';
import { localRealtime, quickRealtime } from './activity-options.js';
import { sync } from './sync.js';

const wake = defineSignal(messageNames.wake);

/** How long it waits for the next announcement before it ends; whoever announces starts it again. */
const IDLE = '10 minutes';

/** While changes keep coming, so much time lies between two runs, in which they gather. */
const GATHER = '250 milliseconds';

/** The same after a few records that were read by their ids, where more have been announced meanwhile. */
const GATHER_FEW = '50 milliseconds';

/**
 * How long one workflow task may go on carrying changes over, milliseconds. The server keeps what is signalled during a task
 * until its end, 100 signals at most, and calls a task off that has more.
 */
const LONGEST_TASK_MS = 1_000;
const LONGEST_TASK_PATCH = 'realtime/2026-11-28-longest-task';

/** What to wait after runs that failed, seconds; the last one goes on. */
const AFTER_FAILURES_S = [5, 10, 30, 60, 300] as const;

/**
 * realtime carries announced changes over: it takes what the webhooks of one sync have named, has it read and written, a
 * few records by their ids and more of them by a run of the sync, and waits for more. A hundred announcements of one record are one read and one write.
 */
export async function realtime({ sync: name }: RealtimeInput): Promise<void> {
  let woken = false;
  let failures = 0;
  let taskBeganMs = Date.now();
  setHandler(wake, () => { woken = true; });
  upsertSearchAttributes({ [searchAttributes.sync]: [name] });
  for (;;) {
    woken = false;
    const takenBy = uuid4();
    const outcome = await carryFew(name, takenBy);
    let endsTask = true;
    if (outcome === 'nothing') {
      if (!(await condition(() => woken, IDLE))) return;
    } else if (outcome === 'carried') {
      failures = 0;
      // A single announcement waits for nothing; of many, the next time takes all that have come by then.
      endsTask = woken || (Date.now() - taskBeganMs > LONGEST_TASK_MS && patched(LONGEST_TASK_PATCH));
      if (endsTask) await sleep(GATHER_FEW);
    } else if (await carriedOver(name)) {
      await quickRealtime.finishAnnounced({ takenBy });
      failures = 0;
      await sleep(GATHER);
    } else {
      // What was taken stays where it is, and is taken again.
      await sleep(`${AFTER_FAILURES_S[Math.min(failures, AFTER_FAILURES_S.length - 1)] ?? 5} seconds`);
      failures += 1;
    }
    if (endsTask) taskBeganMs = Date.now();
    // Nothing is lost with a signal that comes now: what it announces is in the inbox, which is looked at first.
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof realtime>({ sync: name });
  }
}

async function carryFew(name: string, takenBy: string): Promise<'nothing' | 'carried' | 'left'> {
  try {
    return await localRealtime.carryAnnounced({ sync: name, takenBy, workflowId: workflowInfo().workflowId });
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return 'left';
  }
}

/** False where the run did not succeed, or another one was under way, which may have begun too early to see the changes. */
async function carriedOver(name: string): Promise<boolean> {
  try {
    const { state } = await executeChild(sync, {
      workflowId: syncWorkflowId(name, 'incremental'), args: [{ sync: name, mode: 'incremental' }],
      parentClosePolicy: ParentClosePolicy.ABANDON, workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    });
    return state === 'succeeded';
  } catch (error) {
    if (isCancellation(error)) throw error;
    if (!(error instanceof ChildWorkflowFailure) && !(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return false;
  }
}
