import { differencesIn, shareOfDifferences, type ReconciliationCounts } from '../../contracts/reconciliation.js';
import type { ReconcileProgress, RepairPlan } from '../../contracts/reconcile-workflow.js';
import type { Difference, DifferenceGroup } from '../../store/reconciliation-differences.js';
import type { Reconciliation } from '../../store/reconciliations.js';
import { compileGetter } from '../../domain/json-pointer.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { table, type Cell } from '../terminal/table.js';
import { count, counted, distance, duration, shownValue } from '../terminal/wording.js';
import { wrapped } from '../terminal/wrap.js';

/** percentText writes a share for people: `0.4 %`, and what is more than nothing never as 0. */
export function percentText(share: number): string {
  const percent = share * 100;
  return percent > 0 && percent < 0.01 ? 'less than 0.01 %' : `${Number(percent.toFixed(2))} %`;
}

/** progressLine shows in one line how far a reconciliation has come. */
export function progressLine(progress: ReconcileProgress | null): string {
  if (progress === null) return 'waiting for a worker; is "crosswalk worker" or "npm start" running?';
  const { phase, stopping, counts } = progress;
  const judged = phase === 'comparing' && counts.pairs > 0 ? [`${count(counts.judged)} of ${count(counts.pairs)} looked at`, counted(differencesIn(counts), 'difference')] : [];
  return [stopping ? 'stopping' : phase, `${count(counts.source)} at the source`, `${count(counts.target)} at the target`, ...judged].join(', ');
}

/** summaryText says what a reconciliation came to: how much differs, of what kind and why. */
export function summaryText({ id, sync, state, counts, alert, alertAbove, startedAt, finishedAt, message, owner }: Reconciliation, groups: readonly DifferenceGroup[], style: Style): string {
  const { colors } = style;
  const total = differencesIn(counts);
  const paint = state === 'succeeded' ? (total === 0 ? colors.green : colors.yellow) : colors.red;
  const took = finishedAt === null ? '' : ` in ${duration(finishedAt.getTime() - startedAt.getTime())}`;
  const head = state === 'succeeded' ? (total === 0 ? 'both sides agree' : `${counted(total, 'difference')}, ${percentText(shareOfDifferences(counts))} of the records`) : state;
  return [
    paint(printable(`${sync}: ${head}`)),
    colors.dim(printable(`  ${id}  ${distance(startedAt, style.now)}${took}${owner === null ? '' : `  for ${owner}`}`)),
    ...(message === null ? [] : [wrapped(message, style, '  ')]),
    '',
    sidesTable(counts, style),
    ...(groups.length > 0 ? ['', groupsTable(groups, style)] : []),
    ...(alert ? ['', colors.red(`Alert: more than the ${percentText(alertAbove)} that the sync allows.`)] : []),
    ...(counts.unconfirmed > 0 ? [colors.dim(`${counted(counts.unconfirmed, 'difference')} as read, without asking both systems once more.`)] : []),
  ].join('\n');
}

function sidesTable({ source, target, agreeing, outOfScope, unmappable, archived, bad }: ReconciliationCounts, style: Style): string {
  const shown = ([['source', source], ['target', target], ['agreeing', agreeing], ['out of scope', outOfScope], ['unmappable', unmappable], ['archived', archived], ['no records', bad]] as const)
    .filter(([, value], at) => at < 3 || value > 0);
  return table(shown.map(([title]) => ({ title, align: 'right' })), [shown.map(([, value]) => count(value))], style);
}

function groupsTable(groups: readonly DifferenceGroup[], style: Style): string {
  const rows = groups.map(({ kind, cause, count: number, oldest }) => [count(number), kind, cause, distance(oldest, style.now)]);
  return table([{ title: '', align: 'right' }, { title: 'difference' }, { title: 'cause' }, { title: 'oldest' }], rows, style);
}

/** planText says what a stored repair plan holds and where to see it. */
export function planText({ runId, writes, left }: RepairPlan, style: Style): string {
  return [
    writes === 0 ? 'There is nothing that a write to the target could repair.' : `The repair is planned: ${counted(writes, 'write')}. Nothing has been written.`,
    ...(left > 0 ? [`${counted(left, 'difference')} ${left === 1 ? 'is' : 'are'} left to people.`] : []),
    ...(writes > 0 ? [style.colors.dim(`See it, then approve and apply it, with: crosswalk plans show ${runId}`)] : []),
  ].join('\n');
}

/** differencesText lists differences, each with its records, its fields and its cause. */
export function differencesText(differences: readonly Difference[], total: number, ends: { readonly from: string; readonly to: string }, style: Style): string {
  const { colors } = style;
  const rest = total - differences.length;
  return [
    ...differences.map((difference) => [
      `${colors.bold(printable(recordsOf(difference, ends)))}  ${difference.kind}, ${difference.cause}  ${colors.dim(`since ${distance(difference.since, style.now)}, last written by ${writerText(difference)}`)}`,
      wrapped(difference.detail, style, '  '),
      ...(difference.fields.length > 0 ? [fieldsTable(difference, style)] : []),
    ].join('\n')),
    ...(rest > 0 ? [colors.dim(`and ${count(rest)} more; --limit shows more of them, --format csv writes all of them`)] : []),
  ].join('\n');
}

function recordsOf({ sourceId, targetId }: Difference, { from, to }: { readonly from: string; readonly to: string }): string {
  return [...(sourceId === null ? [] : [`${from} ${sourceId}`]), ...(targetId === null ? [] : [`${to} ${targetId}`])].join(' ↔ ');
}

function writerText({ lastWriter }: Difference): string {
  return { source: 'the source', target: 'the target', both: 'both', crosswalk: 'this sync', unknown: 'nobody knows whom' }[lastWriter];
}

function fieldsTable({ fields, sourceValues, targetValues }: Difference, style: Style): string {
  const rows = fields.map((field): Cell[] => [field, ...[sourceValues, targetValues].map((values) => shownValue(compileGetter(field)(values ?? {})))]);
  return table([{ title: '' }, { title: 'source' }, { title: 'target' }], rows, style, 4);
}
