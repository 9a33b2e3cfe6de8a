import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { table, type Cell } from '../terminal/table.js';
import { count, distance } from '../terminal/wording.js';
import type { Run } from '../../store/runs.js';
import type { Status, SyncStatusRow } from './read-status.js';

/** statusText shows where every sync stands. */
export function statusText({ syncs, schedulesUnknown, addresses }: Status, style: Style): string {
  const { colors } = style;
  const known: readonly (readonly [string, string | null])[] = [['Temporal', addresses.temporalUi], ['API', addresses.api], ['Console', addresses.console]];
  const links = known.flatMap(([name, address]) => (address === null ? [] : [`${name} ${address}`]));
  return [
    syncs.length === 0 ? 'No syncs are applied yet. Run "crosswalk apply".' : syncsTable(syncs, style),
    ...(schedulesUnknown === null ? [] : ['', colors.yellow(`The schedules are not known: ${printable(schedulesUnknown)}`)]),
    ...(links.length > 0 ? ['', colors.dim(links.join('   '))] : []),
  ].join('\n');
}

function syncsTable(syncs: readonly SyncStatusRow[], style: Style): string {
  const columns = ['sync', 'from → to', 'last run', 'state', 'read', 'written', 'parked', 'linked', 'dead letters', 'next run'];
  const numbers = new Set(['read', 'written', 'parked', 'linked', 'dead letters']);
  return table(columns.map((title) => ({ title, align: numbers.has(title) ? 'right' : 'left' })), syncs.map((sync) => row(sync, style)), style, 0);
}

function row(sync: SyncStatusRow, style: Style): Cell[] {
  const { colors, now } = style;
  const { lastRun } = sync;
  return [
    { text: sync.sync, paint: colors.bold },
    `${sync.from} → ${sync.to}`,
    ...(lastRun === null ? ['never', '', '', '', ''] : runCells(lastRun, style)),
    count(sync.linked),
    { text: count(sync.openDeadLetters), paint: sync.openDeadLetters > 0 ? colors.yellow : colors.dim },
    nextText(sync, now),
  ];
}

function runCells({ startedAt, mode, state, counts }: Run, { colors, now }: Style): Cell[] {
  const paint = { succeeded: colors.green, running: colors.cyan, held: colors.yellow, stopped: colors.yellow, failed: colors.red, interrupted: colors.red }[state];
  const written = counts.created + counts.updated + counts.archived + counts.deleted;
  return [`${distance(startedAt, now)}, ${mode}`, { text: state, paint }, count(counts.read), count(written), count(counts.parked + counts.duplicates)];
}

function nextText({ nextRunAt, scheduled, schedulePaused }: SyncStatusRow, now: Date): string {
  if (nextRunAt !== null) return distance(nextRunAt, now);
  return schedulePaused ? 'paused' : scheduled ? '–' : 'by hand';
}
