import { lengthText } from '../../schedules/times-text.js';
import { percentText } from '../reconciliations/reconciliation-text.js';
import type { CommandContext } from '../run-command.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import type { Style } from '../terminal/style.js';
import { table, type Cell } from '../terminal/table.js';
import { count, duration, moment } from '../terminal/wording.js';
import { readStrategy, type SyncStrategy } from './read-strategy.js';

/** strategyReport is what `crosswalk strategy` says. */
export async function strategyReport({ session }: CommandContext): Promise<Report> {
  const strategies = await readStrategy(await session.database());
  return { data: { strategies }, text: (style) => (strategies.length === 0 ? 'No syncs are applied yet. Run "crosswalk apply".' : [strategyTable(strategies, style), ...tightenedLines(strategies, style)].join('\n')) };
}

function strategyTable(strategies: readonly SyncStrategy[], style: Style): string {
  const rows = strategies.map(({ sync, from, to, measure, baseMs, everyMs, ...rest }): Cell[] => [
    { text: sync, paint: style.colors.bold },
    `${from} → ${to}`,
    declaredText({ baseMs, ...rest }),
    everyMs === null ? '–' : everyMs === baseMs ? lengthText(everyMs) : { text: lengthText(everyMs), paint: style.colors.yellow },
    timeText(measure?.p50Ms),
    timeText(measure?.p95Ms),
    measure?.loss == null ? '–' : percentText(measure.loss),
    measure === null ? '–' : count(measure.announced + measure.missed),
  ]);
  return table([
    { title: 'sync' }, { title: 'data' }, { title: 'strategy' }, { title: 'sweeps now', align: 'right' }, { title: 'p50', align: 'right' }, { title: 'p95', align: 'right' }, { title: 'loss', align: 'right' }, { title: 'changes', align: 'right' },
  ], rows, style, 0);
}

function declaredText({ realtime, baseMs, fullRead }: Pick<SyncStrategy, 'realtime' | 'baseMs' | 'fullRead'>): string {
  const parts = [
    ...(realtime ? ['real-time'] : []),
    ...(baseMs === null ? [] : [`sweep every ${lengthText(baseMs)}`]),
    ...(fullRead === null || fullRead === undefined ? [] : [`all at ${String(fullRead.hour).padStart(2, '0')}:${String(fullRead.minute).padStart(2, '0')} ${fullRead.timeZone}`]),
  ];
  return parts.length === 0 ? 'by hand' : parts.join(', ');
}

function timeText(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '–' : duration(ms);
}

/** tightenedLines says of each sync whose sweeps come more often than declared since when, and why. */
export function tightenedLines(strategies: readonly SyncStrategy[], { colors }: Style): string[] {
  const lines = strategies.flatMap(({ sync, tightened, everyMs, baseMs }) => (tightened === null || everyMs === null || baseMs === null ? [] : [
    colors.yellow(printable(`${sync}: swept every ${lengthText(everyMs)} in place of every ${lengthText(baseMs)}, since ${moment(tightened.since)}: ${tightened.reason}`)),
  ]));
  return lines.length === 0 ? [] : ['', ...lines];
}
