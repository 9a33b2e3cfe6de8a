import type { RunCounts, RunMode } from '../../contracts/run.js';
import { differencesIn, shareOfDifferences } from '../../contracts/reconciliation.js';
import { percentText } from '../reconciliations/reconciliation-text.js';
import { printable } from '../terminal/printable.js';
import { statePaint } from '../terminal/state-paint.js';
import type { Style } from '../terminal/style.js';
import { table, type Cell, type Column } from '../terminal/table.js';
import { count, counted, distance } from '../terminal/wording.js';
import { tightenedLines } from '../strategy/strategy-report.js';
import { accountLines } from './account-lines.js';
import { circuitLines } from './circuit-lines.js';
import { clockLines } from './clock-lines.js';
import type { Status, SyncStatusRow } from './read-status.js';

/** statusText shows where every sync stands. */
export function statusText({ syncs, quality, strategies, clocks, circuits, accounts, alerts: raised, schedulesUnknown, addresses }: Status, style: Style): string {
  const { colors } = style;
  const known: readonly (readonly [string, string | null])[] = [['Temporal', addresses.temporalUi], ['API', addresses.api], ['Console', addresses.console]];
  const links = known.flatMap(([name, address]) => (address === null ? [] : [`${name} ${address}`]));
  return [
    syncs.length === 0 ? 'No syncs are applied yet. Run "crosswalk apply".' : syncsTable(syncs, style),
    ...raisedLine(raised, style),
    ...circuitLines(circuits, style),
    ...accountLines(accounts, style),
    ...alerts(syncs, style),
    ...questions(syncs, style),
    ...qualityLines(quality, style),
    ...tightenedLines(strategies, style),
    ...clockLines(clocks, style),
    ...(schedulesUnknown === null ? [] : ['', colors.yellow(`The schedules are not known: ${printable(schedulesUnknown)}`)]),
    ...(links.length > 0 ? ['', colors.dim(links.join('   '))] : []),
  ].join('\n');
}

function raisedLine({ open, unacknowledged, undelivered }: Status['alerts'], { colors }: Style): string[] {
  if (open === 0 && undelivered === 0) return [];
  const parts = [
    ...(open === 0 ? [] : [`${counted(open, 'alert')} open (${count(unacknowledged)} not acknowledged): crosswalk alerts`]),
    ...(undelivered === 0 ? [] : [`${counted(undelivered, 'notification')} not delivered: crosswalk notifications`]),
  ];
  return ['', colors.red(parts.join('   '))];
}

function alerts(syncs: readonly SyncStatusRow[], { colors, now }: Style): string[] {
  const lines = syncs.flatMap(({ sync, reconciliation }) => {
    if (reconciliation === null || !reconciliation.alert) return [];
    const { id, counts, alertAbove, owner, startedAt } = reconciliation;
    const what = `${sync}: ${counted(differencesIn(counts), 'difference')} between both sides, ${percentText(shareOfDifferences(counts))} (allowed ${percentText(alertAbove)}), found ${distance(startedAt, now)}`;
    return [colors.red(printable(`${what}${owner === null ? '' : `, for ${owner}`}`)), colors.dim(`  crosswalk reconciliation ${id}`)];
  });
  return lines.length === 0 ? [] : ['', ...lines];
}

function questions(syncs: readonly SyncStatusRow[], { colors }: Style): string[] {
  const lines = syncs.flatMap(({ sync, openConflicts, openMatches }) => [
    ...(openConflicts === 0 ? [] : [colors.yellow(`${sync}: ${counted(openConflicts, 'conflict')} to decide`), colors.dim(`  crosswalk conflicts --sync ${sync}`)]),
    ...(openMatches === 0 ? [] : [colors.yellow(`${sync}: ${counted(openMatches, 'question')} which record is which`), colors.dim(`  crosswalk matches --sync ${sync}`)]),
  ]);
  return lines.length === 0 ? [] : ['', ...lines];
}

function qualityLines(quality: Status['quality'], { colors }: Style): string[] {
  const lines = quality.map(({ quality: name, day, missed, targets }) => {
    if (day === null) return colors.dim(`Quality of ${name}: not measured yet`);
    if (missed.length > 0) return colors.yellow(`Quality of ${name} on ${day}: ${missed.join('; ')}`);
    return `Quality of ${name} on ${day}: ${targets === 0 ? 'measured, no targets set' : 'all targets met'}`;
  });
  return lines.length === 0 ? [] : ['', ...lines];
}

interface StatusColumn extends Column {
  /** Columns that a terminal needs to have for this one to be shown. */
  readonly from?: number;
  readonly cell: (sync: SyncStatusRow, style: Style) => Cell;
}

const columns: readonly StatusColumn[] = [
  { title: 'sync', cell: ({ sync }, { colors }) => ({ text: sync, paint: colors.bold }) },
  { title: 'from → to', from: 140, cell: ({ from, to }) => `${from} → ${to}` },
  { title: 'last run', cell: ({ lastRun }, { now }) => (lastRun === null ? 'never' : distance(lastRun.startedAt, now)) },
  { title: 'mode', from: 110, cell: ({ lastRun }) => lastRun?.mode ?? '' },
  { title: 'state', cell: ({ lastRun }, style) => (lastRun === null ? '' : { text: lastRun.state, paint: statePaint(lastRun.state, style) }) },
  { title: 'read', align: 'right', from: 90, cell: ({ lastRun }) => (lastRun === null ? '' : count(lastRun.counts.read)) },
  { title: 'written', align: 'right', cell: ({ lastRun }) => (lastRun === null ? '' : count(written(lastRun))) },
  { title: 'parked', align: 'right', from: 110, cell: ({ lastRun }) => (lastRun === null ? '' : count(lastRun.counts.parked + lastRun.counts.duplicates)) },
  { title: 'linked', align: 'right', from: 90, cell: ({ linked }) => count(linked) },
  { title: 'dead letters', align: 'right', cell: ({ openDeadLetters }, { colors }) => ({ text: count(openDeadLetters), paint: openDeadLetters > 0 ? colors.yellow : colors.dim }) },
  { title: 'next run', cell: (sync, { now }) => nextText(sync, now) },
];

function syncsTable(syncs: readonly SyncStatusRow[], style: Style): string {
  const shown = columns.filter(({ from = 0 }) => style.columns >= from);
  return table(shown, syncs.map((sync) => shown.map(({ cell }) => cell(sync, style))), style, 0);
}

// A plan counts what it would write.
function written({ mode, counts: { created, updated, archived, deleted } }: { readonly mode: RunMode; readonly counts: RunCounts }): number {
  return mode === 'plan' ? 0 : created + updated + archived + deleted;
}

function nextText({ nextRunAt, schedule }: SyncStatusRow, now: Date): string {
  if (nextRunAt !== null) return distance(nextRunAt, now);
  return { running: '–', paused: 'paused', none: 'by hand', unknown: 'not known' }[schedule];
}
