import type { Context } from '@temporalio/activity';
import { defineSearchAttributeKey, SearchAttributeType, WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy, type SearchAttributePair } from '@temporalio/common';
import { runConcurrently } from '../../src/connectors/run-concurrently.js';
import type { HandoffActivities, HandoffInput, OpenedHandoff } from '../../src/contracts/handoff.js';
import { handoffWorkflowId, handoffWorkflowType } from '../../src/contracts/ids.js';
import { searchAttributes, taskQueue } from '../../src/contracts/names.js';
import { firstActions } from '../../src/domain/handoff/step-order.js';
import type { HandoffLook } from '../../src/store/handoff-look.js';
import { attemptSteps } from './carry-out-steps.js';
import type { HandoffDependencies } from './dependencies.js';
import { pinsOf } from './handoff-pins.js';
import { openTriggered } from './read-triggers.js';

/** The worker's own client. */
type Client = Context['client'];

/** Most events that are looked at in one go. */
const EVENTS_AT_ONCE = 100;

/** Handoffs that are started at the same time. */
const STARTS_AT_ONCE = 16;

const systemKey = defineSearchAttributeKey(searchAttributes.system, SearchAttributeType.KEYWORD);
const versionKey = defineSearchAttributeKey(searchAttributes.definitionVersion, SearchAttributeType.KEYWORD);

/**
 * startTriggered takes the events that wait for a handoff, reads their records anew, and starts a handoff for each that
 * begins one. Events are forgotten only after that, so what a lost attempt has left is looked at once more.
 */
export async function startTriggered(dependencies: HandoffDependencies, client: Client, handoff: string, which: 'all' | 'untaken' = 'all'): ReturnType<HandoffActivities['startTriggered']> {
  const { inbox } = dependencies;
  const [items = [], pins] = await Promise.all([inbox?.take(handoff, EVENTS_AT_ONCE, which), pinsOf(dependencies, handoff)]);
  if (items.length === 0) return { more: false, started: 0, left: 0 };
  const { starts, left } = await openTriggered(dependencies, pins, items.map(({ recordId }) => recordId));
  const started = await runConcurrently(starts, STARTS_AT_ONCE, async ({ input, look }) => {
    if (input.opened !== undefined && look !== undefined) beginAhead(dependencies, input.opened, look);
    let start: Awaited<ReturnType<typeof startOnce>> | undefined;
    try {
      start = await startOnce(client, input);
    } finally {
      // Where another worker may get its first task, or nobody does, what was begun here only stands in the way.
      if (input.opened !== undefined) dependencies.firstAttempts?.decide(input.opened.runId, start === 'here');
    }
    return start !== 'before';
  });
  await inbox?.finish(handoff, items.map(({ workId }) => workId));
  return { more: items.length === EVENTS_AT_ONCE, started: started.filter(Boolean).length, left };
}

function beginAhead(dependencies: HandoffDependencies, { runId, steps }: OpenedHandoff, look: HandoffLook): void {
  const places = firstActions(steps).map(({ name }) => ({ name, at: [] }));
  if (places.length > 0) dependencies.firstAttempts?.begin(runId, places, (hold, signal) => attemptSteps(dependencies, { runId, places, signal, hold, look }));
}

function handoffAttributes({ handoff, record }: HandoffInput, { definitionVersion }: OpenedHandoff): SearchAttributePair[] {
  return [{ key: systemKey, value: record.system }, { key: versionKey, value: `handoff/${handoff}/v${definitionVersion}` }];
}

// The id is made of the record and the key of the trigger, so Temporal itself refuses a second handoff for one trigger.
async function startOnce(client: Client, input: HandoffInput): Promise<'here' | 'somewhere' | 'before'> {
  try {
    const { eagerlyStarted } = await client.workflow.start(handoffWorkflowType(input.handoff), {
      workflowId: handoffWorkflowId(input.handoff, input.record, input.key), taskQueue, args: [input], staticSummary: `${input.handoff} ${input.record.id}`,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      // This worker may have the first task at once, without the server looking for one that polls.
      requestEagerStart: true,
      ...(input.opened === undefined ? {} : { typedSearchAttributes: handoffAttributes(input, input.opened) }),
    });
    return eagerlyStarted ? 'here' : 'somewhere';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'before';
    throw error;
  }
}
