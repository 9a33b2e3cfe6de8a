import { allHandlersFinished, condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { quickHandoff } from './activity-options.js';
import { wakeSignal } from './messages.js';
import { startHandoffs } from './start-handoffs.js';

/** handoffTriggers looks at the events of a handoff's records whenever it is woken, and starts the handoffs that they begin. */
export async function handoffTriggers({ handoff }: { readonly handoff: string }): Promise<void> {
  // Work may have come in before the first signal is handled.
  let awake = true;
  setHandler(wakeSignal, () => { awake = true; });
  for (;;) {
    await condition(() => awake);
    awake = false;
    while (await drain(handoff)) if (workflowInfo().continueAsNewSuggested) break;
    if (!workflowInfo().continueAsNewSuggested) continue;
    await condition(allHandlersFinished);
    // The next execution begins by looking, so a signal that comes meanwhile is not lost.
    await continueAsNew<typeof handoffTriggers>({ handoff });
  }
}

/** Gives whether there was something to look at. */
async function drain(handoff: string): Promise<boolean> {
  const { items } = await quickHandoff.takeTriggerWork({ handoff });
  if (items.length === 0) return false;
  await startHandoffs({ handoff, recordIds: [...new Set(items.map(({ recordId }) => recordId))] });
  await quickHandoff.finishTriggerWork({ handoff, workIds: items.map(({ workId }) => workId) });
  return true;
}
