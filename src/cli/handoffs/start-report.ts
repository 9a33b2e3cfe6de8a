import { WorkflowFailedError } from '@temporalio/client';
import { rootCause } from '@temporalio/common';
import { startHandoff } from '../../client/handoffs-client.js';
import { didYouMean } from '../../config/suggestion.js';
import { activeDefinitions } from '../../store/definitions.js';
import { badInput } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext } from '../run-command.js';
import { sentenceEnd } from '../sync-names.js';
import type { Report } from '../terminal/report.js';
import { wrapped } from '../terminal/wrap.js';

/** startReport starts the handoff of a record, follows it to its end unless told otherwise, and reports what it came to. */
export async function startReport({ session, terminal }: CommandContext, name: string, { record, detach }: { readonly record: string; readonly detach?: boolean }): Promise<Report> {
  const names = (await activeDefinitions(await session.database(), 'handoff')).map((definition) => definition.name);
  if (!names.includes(name)) throw badInput(`There is no handoff "${name}" in force${sentenceEnd(didYouMean(name, names))}`, { todo: 'Apply it with "crosswalk apply".' });
  try {
    const { handles: [handle], started } = await startHandoff(await session.temporal(), name, record);
    if (handle === undefined) {
      return { data: { handoff: name, record, state: 'not-begun' }, text: () => `${record} begins no ${name}: there is no such record, or the trigger's condition does not hold.`, exitCode: exitCodes.held };
    }
    const { workflowId } = handle;
    const first = `${started > 0 ? 'Started' : 'Started before:'} ${workflowId}`;
    if (detach === true) return { data: { handoff: name, workflowId, started: started > 0 }, text: () => `${first}.`, exitCode: exitCodes.done };
    terminal.note(first);
    const result = await handle.result();
    return {
      data: { ...result, workflowId },
      text: (style) => [style.colors.green(`${name} ${result.state}`), ...(result.message === null ? [] : [wrapped(result.message, style)]), '', style.colors.dim(`See its steps with: crosswalk handoff show ${result.runId}`)].join('\n'),
      exitCode: result.state === 'succeeded' ? exitCodes.done : exitCodes.failed,
    };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const message = rootCause(error.cause) ?? error.message;
    return { data: { handoff: name, record, state: 'failed', message }, text: (style) => [style.colors.red(`${name} failed.`), wrapped(message, style)].join('\n'), exitCode: exitCodes.failed };
  }
}
