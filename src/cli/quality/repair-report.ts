import { startQualityRepair } from '../../client/quality-client.js';
import { repairSyncName } from '../../contracts/ids.js';
import { repairSync } from '../../domain/quality/repair-sync.js';
import { plannedWrites, type Intent } from '../../store/ledger.js';
import { badInput } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext } from '../run-command.js';
import { exitCodeOf } from '../runs/run-report.js';
import { fieldChanges, fieldChangesTable } from '../runs/field-changes.js';
import type { Report } from '../terminal/report.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { count, counted } from '../terminal/wording.js';
import { followQuality } from './follow-quality.js';
import { activeQuality } from './quality-names.js';
import { detached, failedReport } from './run-report.js';

/** repairReport plans the declared repairs of a quality definition and shows the first of them; throws CommandError where none are declared. */
export async function repairReport(context: CommandContext, name: string, limit: number): Promise<Report> {
  const { session, terminal } = context;
  const database = await session.database();
  const { body } = await activeQuality(database, name);
  if (body.repairs.length === 0) throw badInput(`The quality definition "${name}" declares no repairs.`, { todo: 'Declare them under "repairs", see docs/data-quality.md, and run "crosswalk apply".' });
  const handle = await startQualityRepair(await session.temporal(), name);
  const url = session.workflowUrl(handle.workflowId, handle.temporalRunId);
  terminal.note(`${handle.started ? 'Started' : 'Attached to'} ${handle.workflowId}${url === null ? '' : `  ${url}`}`);
  const end = await followQuality(context, handle);
  if (end.kind === 'detached') return detached(handle, exitCodes.interrupted);
  if (end.kind === 'failed') return failedReport(name, end.error, url);
  const { result } = end;
  const writes = await plannedWrites(database, result.runId, limit);
  const sync = repairSync(body, repairSyncName(name));
  return {
    data: { ...result, quality: name, writes },
    text: (style) => [
      `${name}: ${count(result.counts.updated)} of ${counted(result.counts.read, 'record')} would be mended; the plan is run ${result.runId}`,
      '',
      ...writes.map((write) => writeText(write, `${body.object.system}.${body.object.object}`, sync, style)),
      ...(result.counts.updated > writes.length ? [style.colors.dim(`  and ${count(result.counts.updated - writes.length)} more; --limit shows more of them`)] : []),
      result.counts.updated > 0 && result.state === 'succeeded' ? `Nothing has been written. See it all, then approve and apply it, with: crosswalk plans show ${result.runId}` : 'Nothing has been written.',
    ].join('\n'),
    exitCode: exitCodeOf(result.state, false),
  };
}

function writeText({ sourceId, reason, before, after }: Intent, object: string, sync: ReturnType<typeof repairSync>, style: Style): string {
  return `  ${style.colors.yellow('update')}  ${printable(`${object} ${sourceId}`)}  ${style.colors.dim(printable(reason))}\n${fieldChangesTable(fieldChanges(before, after, sync), style)}`;
}
