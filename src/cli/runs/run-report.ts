import type { RunState } from '../../contracts/run.js';
import type { SyncResult } from '../../contracts/sync-workflow.js';
import type { RunLetters } from '../../store/run-letters.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import { count, counted, duration } from '../terminal/wording.js';
import { table } from '../terminal/table.js';
import { statePaint } from '../terminal/state-paint.js';
import { wrapped } from '../terminal/wrap.js';
import { countsTable } from './counts-table.js';

/** EndedRun is a run that has ended, with all that its report shows. */
export interface EndedRun {
  readonly result: SyncResult;
  readonly durationMs: number;
  readonly letters: RunLetters;
  readonly workflowId: string;
  readonly url: string | null;
}

/** exitCodeOf is what `crosswalk sync` ends with after a run. */
export function exitCodeOf(state: RunState, strictAndParked: boolean): ExitCode {
  if (state === 'succeeded') return strictAndParked ? exitCodes.held : exitCodes.done;
  if (state === 'held') return exitCodes.held;
  return state === 'stopped' ? exitCodes.interrupted : exitCodes.failed;
}

/** endedRunText says what a run came to: its state, its counts, what was parked and why. */
export function endedRunText({ result, durationMs, letters, url }: EndedRun, style: Style): string {
  const { colors } = style;
  const paint = statePaint(result.state, style);
  return [
    paint(`${result.sync} (${result.mode}) ${result.state} in ${duration(durationMs)}`),
    ...(result.message === null ? [] : [wrapped(result.message, style)]),
    '',
    countsTable(result.counts, result.mode, style),
    ...lettersText(result.sync, letters, style),
    ...(url === null || result.state === 'succeeded' ? [] : ['', colors.dim(url)]),
  ].join('\n');
}

function lettersText(sync: string, { added, again, retried, groups }: RunLetters, style: Style): string[] {
  const tried = retried === 0 ? [] : ['', `Tried ${counted(retried, 'dead letter')} of an earlier outage again`];
  if (added + again === 0) return tried;
  const rows = groups.map((group) => [count(group.count), `${group.stage} ${group.code}`, group.sourceId, group.message]);
  const shown = groups.reduce((sum, group) => sum + group.count, 0);
  return [
    ...tried,
    '',
    style.colors.yellow(`${added === 0 ? 'No new dead letters' : counted(added, 'new dead letter')}${again > 0 ? `, ${counted(again, 'old one')} failed again` : ''}`),
    ...(rows.length > 0 ? [table([{ title: '', align: 'right' }, { title: 'cause' }, { title: 'for example' }, { title: '' }], rows, style)] : []),
    ...(shown < added ? [style.colors.dim(`  and ${count(added - shown)} more`)] : []),
    style.colors.dim(`See them all with: crosswalk dead-letters --sync ${printable(sync)}`),
  ];
}
