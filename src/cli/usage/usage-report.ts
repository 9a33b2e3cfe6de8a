import type { UsageOutcome } from '../../contracts/api-usage.js';
import { usageSince, type UsageHour } from '../../store/api-usage.js';
import { readTime } from '../read-time.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import type { Style } from '../terminal/style.js';
import { table, type Column } from '../terminal/table.js';
import { count } from '../terminal/wording.js';

const outcomes: readonly UsageOutcome[] = ['ok', 'refused', 'unauthorized', 'limited', 'failed'];

/** usageReport is what `crosswalk usage` says. */
export async function usageReport({ session }: CommandContext, { system, since: from, byHour = false }: { readonly system?: string; readonly since: string; readonly byHour?: boolean }): Promise<Report> {
  const since = new Date(readTime(from));
  const usage = await usageSince(await session.database(), { since, ...(system === undefined ? {} : { system }) });
  return { data: { since, usage }, text: (style) => usageText(usage, byHour, style) };
}

/** usageText lays counts out as a table, a line for each system and purpose, and where wished for each hour. */
export function usageText(usage: readonly UsageHour[], byHour: boolean, style: Style): string {
  if (usage.length === 0) return 'No requests were counted in this time.';
  const lines = new Map<string, { readonly cells: readonly string[]; readonly counts: Map<UsageOutcome, number> }>();
  for (const { hour, system, purpose, outcome, requests } of usage) {
    const cells = [...(byHour ? [`${hour.toISOString().slice(0, 13).replace('T', ' ')}:00`] : []), system, purpose];
    const line = lines.get(cells.join('\0')) ?? { cells, counts: new Map<UsageOutcome, number>() };
    line.counts.set(outcome, (line.counts.get(outcome) ?? 0) + requests);
    lines.set(cells.join('\0'), line);
  }
  const columns: readonly Column[] = [
    ...(byHour ? [{ title: 'hour (UTC)' }] : []), { title: 'system' }, { title: 'for' }, { title: 'requests', align: 'right' }, ...outcomes.map((title): Column => ({ title, align: 'right' })),
  ];
  const rows = [...lines.values()].map(({ cells, counts }) => [
    ...cells, count([...counts.values()].reduce((sum, each) => sum + each, 0)), ...outcomes.map((outcome) => count(counts.get(outcome) ?? 0)),
  ]);
  return table(columns, byHour ? rows : rows.toSorted(([a = '', b = ''], [c = '', d = '']) => (a + b < c + d ? -1 : 1)), style, 0);
}
