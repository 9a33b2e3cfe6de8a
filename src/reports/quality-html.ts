import { metricTitles, percent, type Measure } from '../domain/quality/targets.js';
import { monthOf, type DepartmentReport, type MonthReport, type ObjectReport } from '../domain/quality/month-report.js';
import { escapeHtml } from './escaped.js';
import { reportStyle } from './report-style.js';
import { trendPlot } from './trend-plot.js';
import { changeText, MAX_RULES, missedText, moreRules, repairsText, verdict } from './quality-wording.js';

/** qualityHtml writes the report of a month as one HTML file that loads nothing and runs nothing. */
export function qualityHtml(report: MonthReport): string {
  const title = `Data quality, ${report.month}`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${reportStyle}</style>`,
    '</head>',
    '<body>',
    `<h1>${escapeHtml(title)}</h1>`,
    report.departments.length === 0 ? '<p>Nothing was measured in this month.</p>' : overview(report),
    ...report.departments.map((department) => departmentHtml(department, monthOf(report.month)?.days ?? 31)),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function overview({ departments }: MonthReport): string {
  const rows = departments.flatMap(({ owner, objects }) => objects.map((object) => [
    escapeHtml(owner), escapeHtml(object.title), number(object.last.records), ...object.measures.map((measure) => shareCell(measure)),
  ]));
  return table(['Department', 'Records of', 'Records', 'Duplicates', 'Missing', 'Invalid', 'Differs'], rows, 2);
}

function departmentHtml({ owner, objects }: DepartmentReport, days: number): string {
  return [`<h2>${escapeHtml(owner)}</h2>`, ...objects.map((object) => objectHtml(object, days))].join('\n');
}

function objectHtml(object: ObjectReport, days: number): string {
  const { title, last, measures, trends, rules } = object;
  return [
    `<h3>${escapeHtml(title)}</h3>`,
    `<p>${escapeHtml(`${object.object}, ${last.records.toLocaleString('en-US')} records on ${last.day}. ${missedText(object)}`)}</p>`,
    table(['Metric', 'Records', 'Share', 'Target', ''], measures.map((measure) => [
      escapeHtml(metricTitles[measure.metric]), measure.count === null ? '–' : number(measure.count), percent(measure.share), percent(measure.target),
      `<span class="${measure.met === null ? 'note' : measure.met ? 'met' : 'not-met'}">${escapeHtml(verdict(measure))}</span>`,
    ]), 1, 4),
    '<div class="plots">',
    ...trends.filter(({ points }) => points.some(({ share }) => share !== null)).map((trend) => (
      `<figure><figcaption>${escapeHtml(metricTitles[trend.metric])}${trend.target === null ? '' : ` <span class="note">target ${percent(trend.target)}</span>`}</figcaption>${trendPlot(trend, days, metricTitles[trend.metric])}</figure>`
    )),
    '</div>',
    rules.length === 0 ? '<p>Every rule holds for every record.</p>' : table(['Rule', 'Values that break it', 'Since the first day'], rules.slice(0, MAX_RULES).map(({ rule, failed, before }) => [escapeHtml(rule), number(failed), changeText(failed, before)]), 1),
    ...(rules.length > MAX_RULES ? [`<p>${moreRules(rules.length)}</p>`] : []),
    `<p>${escapeHtml(repairsText(object))}</p>`,
  ].join('\n');
}

function shareCell({ share, met }: Measure): string {
  return met === null ? percent(share) : `<span class="${met ? 'met' : 'not-met'}">${percent(share)}</span>`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** Cells are HTML already. Columns from `firstNumber` until before `end` are numbers. */
function table(titles: readonly string[], rows: readonly (readonly string[])[], firstNumber: number, end = titles.length): string {
  const kind = (index: number): string => (index >= firstNumber && index < end ? ' class="number"' : '');
  return [
    '<div class="wide"><table>',
    `<tr>${titles.map((title, index) => `<th${kind(index)}>${escapeHtml(title)}</th>`).join('')}</tr>`,
    ...rows.map((row) => `<tr>${row.map((cell, index) => `<td${kind(index)}>${cell}</td>`).join('')}</tr>`),
    '</table></div>',
  ].join('\n');
}
