import { stepsOfHandoff } from '../../store/handoff-steps.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { table } from '../terminal/table.js';
import { wrapped } from '../terminal/wrap.js';
import { findHandoff } from './find-handoff.js';

/** showReport shows where a handoff stands, step by step. Values of records are left out: they are in the systems. */
export async function showReport({ session }: CommandContext, text: string): Promise<Report> {
  const database = await session.database();
  const handoff = await findHandoff(database, text);
  const steps = await stepsOfHandoff(database, handoff.id);
  const { id, record, state, message, run } = handoff;
  const idOf = (step: (typeof steps)[number]): string => (typeof step.output?.['id'] === 'string' || typeof step.output?.['id'] === 'number' ? String(step.output['id']) : '');
  const columns = ['step', 'state', 'record', ''].map((title) => ({ title }));
  const waiting = steps.filter((step) => step.state === 'unknown' || (state === 'parked' && step.state === 'failed'));
  return {
    data: { id, handoff: handoff.handoff, record, state, message, version: run.definitionVersion, workflowId: run.workflowId, steps: steps.map((step) => ({ path: step.path, state: step.state, record: idOf(step) || null, message: step.message })) },
    text: (style) => [
      `${handoff.handoff} of ${record.system}.${record.object} ${record.id}: ${state} (version ${run.definitionVersion})`,
      ...(message === null ? [] : [wrapped(message, style)]), '',
      table(columns, steps.map((step) => [step.path, step.state, idOf(step), step.message ?? '']), style, 0),
      ...(waiting.length === 0 ? [] : ['', ...waiting.map(({ path, state: stepState }) => `Waits for a person: crosswalk handoff settle ${id} ${path} ${stepState === 'unknown' ? '--executed ID | --not-executed' : '--retry | --skip | --fail'}`)]),
    ].join('\n'),
    exitCode: exitCodes.done,
  };
}
