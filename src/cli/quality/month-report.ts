import { writeFile } from 'node:fs/promises';
import { didYouMean } from '../../config/suggestion.js';
import { repairSyncName } from '../../contracts/ids.js';
import { monthOf, monthReport, type MonthReport, type ObjectReport } from '../../domain/quality/month-report.js';
import { qualityHtml } from '../../reports/quality-html.js';
import { qualityMarkdown } from '../../reports/quality-markdown.js';
import type { Database } from '../../store/database.js';
import { qualityDays } from '../../store/quality-days.js';
import { repairCounts } from '../../store/quality-repairs.js';
import { badInput, CommandError } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import { sentenceEnd } from '../sync-names.js';
import type { Report } from '../terminal/report.js';
import { printable } from '../terminal/printable.js';

/** MonthReportOptions is which report is written, and where to. */
export interface MonthReportOptions {
  readonly month?: string;
  readonly department?: string;
  readonly format: 'md' | 'html';
  readonly output?: string;
}

/** monthReportReport writes the report of a month; throws CommandError for a month or a department that there is not, and where the file cannot be written. */
export async function monthReportReport({ session }: CommandContext, options: MonthReportOptions): Promise<Report> {
  const month = options.month ?? new Date().toISOString().slice(0, 7);
  const span = monthOf(month);
  if (span === undefined) throw badInput(`"${month.slice(0, 20)}" is no month.`, { todo: 'Write it as in --month 2026-11.' });
  const database = await session.database();
  const days = await qualityDays(database, { from: span.first, to: span.last });
  const owners = [...new Set(days.map(({ owner }) => owner))];
  const { department } = options;
  if (department !== undefined && owners.length > 0 && !owners.includes(department)) {
    throw badInput(`Nothing was measured for the department "${department.slice(0, 60)}" in ${month}${sentenceEnd(didYouMean(department, owners))}`, { todo: 'Departments are named under "owner" in quality definitions and systems.' });
  }
  const wanted = days.filter(({ owner }) => department === undefined || owner === department);
  const repairs = await repairsByName(database, wanted.map(({ quality }) => quality), span);
  const report = monthReport(month, wanted, (quality) => repairs.get(quality) ?? null);
  return written(report, options);
}

async function repairsByName(database: Database, names: readonly string[], { first, days }: { readonly first: string; readonly days: number }): Promise<ReadonlyMap<string, ObjectReport['repairs']>> {
  const from = new Date(`${first}T00:00:00Z`);
  const until = new Date(from.getTime() + days * 86_400_000);
  const found = new Map<string, ObjectReport['repairs']>();
  for (const name of new Set(names)) found.set(name, await repairCounts(database, repairSyncName(name), from, until));
  return found;
}

async function written(report: MonthReport, { format, output }: MonthReportOptions): Promise<Report> {
  const document = format === 'html' ? qualityHtml(report) : qualityMarkdown(report);
  if (output === undefined) return { data: report, text: () => document.trimEnd() };
  try {
    await writeFile(output, document);
  } catch (error) {
    throw new CommandError('The report cannot be written.', { where: output, todo: 'Name a file in a folder that exists and may be written to.', cause: error });
  }
  return { data: { ...report, output }, text: () => `Wrote ${printable(output)}.` };
}
