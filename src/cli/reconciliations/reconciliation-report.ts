import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { differencesIn } from '../../contracts/reconciliation.js';
import type { Database } from '../../store/database.js';
import { readDefinition } from '../../store/definitions.js';
import { differenceGroups, differencesAfter } from '../../store/reconciliation-differences.js';
import { reconciliationView } from '../../store/reconciliation-view.js';
import { findReconciliations, type Reconciliation } from '../../store/reconciliations.js';
import { badInput, CommandError } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { counted } from '../terminal/wording.js';
import { exportDifferences, type ExportFormat } from './export-differences.js';
import { repairReport } from './reconcile-report.js';
import { differencesText, planText, summaryText } from './reconciliation-text.js';

/** ReconciliationReportOptions is how one reconciliation is shown. */
export interface ReconciliationReportOptions {
  readonly format: 'table' | ExportFormat;
  readonly output?: string;
  readonly limit: number;
  readonly planRepair?: boolean;
}

/** reconciliationReport is what `crosswalk reconciliation` says; throws CommandError unless exactly one is meant. */
export async function reconciliationReport(context: CommandContext, id: string, options: ReconciliationReportOptions): Promise<Report> {
  const database = await context.session.database();
  const reconciliation = await oneReconciliation(database, id);
  if (options.planRepair === true) {
    if (reconciliation.state !== 'succeeded') throw new CommandError(`This reconciliation is ${reconciliation.state}; only one that succeeded can be repaired.`, { todo: `Run "crosswalk reconcile ${reconciliation.sync} --repair".` });
    return repairReport(context, reconciliation.sync, reconciliation.id);
  }
  const { format, output } = options;
  if (format === 'table') {
    if (output !== undefined) throw badInput('-o writes a file of --format csv or json.', { todo: 'Name the format too.' });
    return tableReport(database, reconciliation, options.limit);
  }
  return output === undefined ? exportReport(database, reconciliation, format) : fileReport(database, reconciliation, format, output);
}

async function oneReconciliation(database: Database, id: string): Promise<Reconciliation> {
  const [found, second] = await findReconciliations(database, id);
  if (found === undefined) throw badInput(`There is no reconciliation "${id.slice(0, 60)}".`, { todo: 'See "crosswalk reconciliations" for those there are.' });
  if (second !== undefined) throw badInput(`More than one reconciliation fits "${id.slice(0, 60)}".`, { todo: 'Give the whole id.' });
  return found;
}

async function tableReport(database: Database, reconciliation: Reconciliation, limit: number): Promise<Report> {
  const [groups, differences] = [await differenceGroups(database, reconciliation.id), await differencesAfter(database, reconciliation.id, 0, limit)];
  const sync = (await readDefinition(database, 'sync', reconciliation.sync, reconciliation.definitionVersion))?.body;
  const ends = { from: sync === undefined ? 'source' : `${sync.from.system}.${sync.from.object}`, to: sync === undefined ? 'target' : `${sync.to.system}.${sync.to.object}` };
  return {
    data: { reconciliation: reconciliationView(reconciliation), groups, differences },
    text: (style) => [
      summaryText(reconciliation, groups, style),
      ...(differences.length === 0 ? [] : ['', differencesText(differences, differencesIn(reconciliation.counts), ends, style)]),
      ...(reconciliation.plan === null ? [] : ['', planText(reconciliation.plan, style)]),
    ].join('\n'),
  };
}

async function exportReport(database: Database, reconciliation: Reconciliation, format: ExportFormat): Promise<Report> {
  const parts: string[] = [];
  for await (const part of exportDifferences(database, reconciliation, format)) parts.push(part);
  const text = parts.join('');
  return { data: format === 'json' ? JSON.parse(text) as unknown : { csv: text }, text: () => text.trimEnd() };
}

async function fileReport(database: Database, reconciliation: Reconciliation, format: ExportFormat, output: string): Promise<Report> {
  try {
    await pipeline(Readable.from(exportDifferences(database, reconciliation, format)), createWriteStream(output, { mode: 0o600 }));
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new CommandError(`The file cannot be written: ${error.message}.`, { where: output, todo: 'Name a file in a folder that you may write to.', cause: error });
  }
  const total = differencesIn(reconciliation.counts);
  return { data: { file: output, format, differences: total }, text: () => `Wrote ${counted(total, 'difference')} to ${output}.` };
}
