import { allHandlersFinished, condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { onceHandoff, stepsOfHandoff } from './activity-options.js';
import { atOnce } from './at-once.js';
import { wakeSignal } from './messages.js';

/** handoffTriggers looks at the events of a handoff's records whenever it is woken, and starts the handoffs that they begin. */
export async function handoffTriggers({ handoff }: { readonly handoff: string }): Promise<void> {
  // Work may have come in before the first signal is handled.
  let awake = true;
  setHandler(wakeSignal, () => { awake = true; });
  for (;;) {
    await condition(() => awake);
    awake = false;
    while (await startMore(handoff)) if (workflowInfo().continueAsNewSuggested) break;
    if (!workflowInfo().continueAsNewSuggested) continue;
    await condition(allHandlersFinished);
    // The next execution begins by looking, so a signal that comes meanwhile is not lost.
    await continueAsNew<typeof handoffTriggers>({ handoff });
  }
}

/** Starts what waits; gives whether there may be more. */
async function startMore(handoff: string): Promise<boolean> {
  const { more } = await atOnce({ activity: 'startTriggered', once: () => onceHandoff.startTriggered({ handoff }), durably: () => stepsOfHandoff.startTriggered({ handoff }) });
  return more;
}
