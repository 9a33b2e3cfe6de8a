import { WorkflowFailedError } from '@temporalio/client';
import { rootCause } from '@temporalio/common';
import { startQuality, type QualityHandle } from '../../client/quality-client.js';
import { qualityDayOfRun } from '../../store/quality-days.js';
import { exitCodes } from '../exit-codes.js';
import { explainError } from '../explain-error.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { printable } from '../terminal/printable.js';
import { count, counted } from '../terminal/wording.js';
import { wrapped } from '../terminal/wrap.js';
import { figuresText } from './figures-text.js';
import { followQuality } from './follow-quality.js';
import { activeQuality } from './quality-names.js';

/** qualityRunReport runs a quality definition, or follows its run that is under way, and reports what it came to. */
export async function qualityRunReport(context: CommandContext, name: string, { detach, strict }: { readonly detach?: boolean; readonly strict?: boolean }): Promise<Report> {
  const { session, terminal } = context;
  const database = await session.database();
  await activeQuality(database, name);
  const handle = await startQuality(await session.temporal(), name);
  const url = session.workflowUrl(handle.workflowId, handle.temporalRunId);
  if (detach === true) return detached(handle, exitCodes.done);
  terminal.note(`${handle.started ? 'Started' : 'Attached to'} ${handle.workflowId}${url === null ? '' : `  ${url}`}`);
  const end = await followQuality(context, handle);
  if (end.kind === 'detached') return detached(handle, exitCodes.interrupted);
  if (end.kind === 'failed') return failedReport(name, end.error, url);
  const { result } = end;
  const day = await qualityDayOfRun(database, result.runId);
  const succeeded = result.state === 'succeeded' && day !== undefined;
  return {
    data: { ...result, day: day ?? null },
    text: (style) => [
      (succeeded ? style.colors.green : style.colors.yellow)(`${name} ${result.state}${day === undefined ? '' : `: ${counted(day.records, 'record')} of ${day.system}.${day.object} on ${day.day}`}`),
      ...(result.message === null ? [] : [wrapped(result.message, style)]),
      ...(day === undefined ? [] : ['', figuresText(day, style), ...(day.outOfScope + day.unreadable > 0 ? ['', style.colors.dim(`${count(day.outOfScope)} out of scope, ${count(day.unreadable)} unreadable`)] : []),
        '', style.colors.dim(`See what was found with: crosswalk quality findings ${printable(name)}`)]),
    ].join('\n'),
    exitCode: succeeded ? (strict === true && result.missed.length > 0 ? exitCodes.held : exitCodes.done) : result.state === 'stopped' ? exitCodes.interrupted : exitCodes.failed,
  };
}

/** failedReport says why a quality workflow failed. */
export function failedReport(name: string, error: unknown, url: string | null): Report {
  // Temporal's own error says only that the workflow failed; why is in its cause.
  const { message } = explainError(rootCause(error instanceof WorkflowFailedError ? error.cause : error) ?? error);
  return {
    data: { quality: name, state: 'failed', message, url },
    text: (style) => [style.colors.red(`${name} failed.`), wrapped(message, style), ...(url === null ? [] : ['', style.colors.dim(url)])].join('\n'),
    exitCode: exitCodes.failed,
  };
}

/** detached says that a run goes on without being followed. */
export function detached({ quality, workflowId, temporalRunId, started }: QualityHandle<unknown>, exitCode: 0 | 130): Report {
  return {
    data: { quality, workflowId, temporalRunId, started, detached: true },
    text: () => (exitCode === exitCodes.done ? `${started ? 'Started' : 'Already under way:'} ${workflowId}.` : `Let go of ${workflowId}, which goes on.`),
    exitCode,
  };
}
