import { handoffHandle } from '../../client/handoffs-client.js';
import { didYouMean } from '../../config/suggestion.js';
import { allSteps } from '../../explain/handoff-names.js';
import { readDefinition } from '../../store/definitions.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import { sentenceEnd } from '../sync-names.js';
import type { Report } from '../terminal/report.js';
import { findHandoff } from './find-handoff.js';

/** eventReport tells a handoff of an event that one of its waits listens to; throws CommandError where none does. */
export async function eventReport({ session }: CommandContext, text: string, event: string): Promise<Report> {
  const database = await session.database();
  const { id, handoff, run, state } = await findHandoff(database, text);
  if (state !== 'running' && state !== 'parked') throw badInput(`The handoff ${id} is over: ${state}.`);
  const definition = await readDefinition(database, 'handoff', handoff, run.definitionVersion);
  const known = [...new Set(allSteps(definition?.body.steps ?? []).flatMap((step) => (step.kind === 'wait' ? step.events : [])))];
  if (!known.includes(event)) throw badInput(`No wait of ${handoff} listens to the event "${event.slice(0, 80)}"${sentenceEnd(didYouMean(event, known))}`);
  await handoffHandle(await session.temporal(), run.workflowId).event(event);
  return { data: { id, handoff, event }, text: () => `${handoff} ${id} was told of "${event}". It ends the wait that is under way, or the next one that listens to it.` };
}
