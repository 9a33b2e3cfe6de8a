import { metricTitles, percent } from '../domain/quality/targets.js';
import { monthOf, type MonthReport, type ObjectReport, type Trend } from '../domain/quality/month-report.js';
import { escapeMarkdown } from './escaped.js';
import { changeText, MAX_RULES, missedText, moreRules, repairsText, verdict } from './quality-wording.js';

const BARS = '▁▂▃▄▅▆▇█';

/** qualityMarkdown writes the report of a month as Markdown; the course of a metric is a line of bars, one a day. */
export function qualityMarkdown(report: MonthReport): string {
  const { month, departments } = report;
  const days = monthOf(month)?.days ?? 31;
  return [
    `# Data quality, ${escapeMarkdown(month)}`,
    ...(departments.length === 0 ? ['Nothing was measured in this month.'] : []),
    ...departments.flatMap(({ owner, objects }) => [`## ${escapeMarkdown(owner)}`, ...objects.flatMap((object) => objectParts(object, days))]),
  ].join('\n\n') + '\n';
}

function objectParts(object: ObjectReport, days: number): readonly string[] {
  const { title, last, measures, trends, rules } = object;
  return [
    `### ${escapeMarkdown(title)}`,
    escapeMarkdown(`${object.object}, ${last.records.toLocaleString('en-US')} records on ${last.day}. ${missedText(object)}`),
    table(['metric', 'records', 'share', 'target', '', 'day by day'], measures.map((measure) => [
      metricTitles[measure.metric], measure.count === null ? '–' : measure.count.toLocaleString('en-US'), percent(measure.share), percent(measure.target), verdict(measure),
      bars(trends.find(({ metric }) => metric === measure.metric), days),
    ])),
    rules.length === 0 ? 'Every rule holds for every record.' : table(['rule', 'values that break it', 'since the first day'], rules.slice(0, MAX_RULES).map(({ rule, failed, before }) => [rule, failed.toLocaleString('en-US'), changeText(failed, before)])),
    ...(rules.length > MAX_RULES ? [moreRules(rules.length)] : []),
    escapeMarkdown(repairsText(object)),
  ];
}

/** The height is relative to the greatest share of the month; `·` is a day without a measure, and days after the last one are left out. */
function bars(trend: Trend | undefined, days: number): string {
  const shares = new Map((trend?.points ?? []).flatMap(({ day, share }) => (share === null ? [] : [[Number(day.slice(8, 10)), share] as const])));
  if (shares.size === 0) return '';
  const greatest = Math.max(...shares.values());
  const last = Math.min(days, Math.max(...shares.keys()));
  return Array.from({ length: last }, (_, index) => {
    const share = shares.get(index + 1);
    return share === undefined ? '·' : (BARS[greatest === 0 ? 0 : Math.round((share / greatest) * (BARS.length - 1))] ?? '·');
  }).join('');
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(titles), `|${titles.map(() => ' --- ').join('|')}|`, ...rows.map(row)].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(escapeMarkdown).join(' | ')} |`;
}
