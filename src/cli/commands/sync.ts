import { type Command, Option } from 'commander';
import type { SyncHandle } from '../../client/crosswalk-client.js';
import type { RunMode } from '../../contracts/run.js';
import { plannedWrites } from '../../store/ledger.js';
import { lettersOfRun } from '../../store/run-letters.js';
import { readRun, recentRuns, totalCounts } from '../../store/runs.js';
import { exitCodes } from '../exit-codes.js';
import { runCommand, withCommonOptions, type CommandContext, type CommonOptions } from '../run-command.js';
import { endedRunText, exitCodeOf, type EndedRun } from '../runs/run-report.js';
import { expectedRecords, expectedRecordsRuns } from '../runs/expected-records.js';
import { failedRun } from '../runs/failed-run.js';
import { followRun } from '../runs/follow-run.js';
import { planText, plannedTotal } from '../runs/plan-text.js';
import { progressText, progressWords } from '../runs/progress-text.js';
import { signalRun, type RunSignal } from '../runs/signal-run.js';
import { startRun } from '../runs/start-run.js';
import { activeSync } from '../sync-names.js';
import { ProgressDisplay } from '../terminal/progress-display.js';
import type { Report } from '../terminal/report.js';
import { wholeNumber } from './whole-number.js';

interface SyncOptions extends CommonOptions {
  readonly full?: boolean;
  readonly backfill?: boolean;
  readonly plan?: boolean;
  readonly allowRemovals?: boolean;
  readonly detach?: boolean;
  readonly strict?: boolean;
  readonly limit: number;
  readonly pause?: boolean;
  readonly resume?: boolean;
  readonly stop?: boolean;
}

const modes = ['full', 'backfill', 'plan'] as const;
const signals = ['pause', 'resume', 'stop'] as const;
/** How many causes of dead letters are shown at the end of a run. */
const CAUSES = 5;

/** registerSync adds `crosswalk sync`. */
export function registerSync(program: Command): void {
  withCommonOptions(program.command('sync')
    .description('Run a sync now and show its progress, or attach to its run that is under way. Reads what has changed since the last run.')
    .argument('<name>', 'name of the sync')
    .addOption(modeOption('full', 'read everything, and act on records that are gone at the source'))
    .addOption(modeOption('backfill', 'carry all of history over once, beside the regular runs; removes nothing'))
    .addOption(modeOption('plan', 'find out what a run would write, field by field, and write nothing'))
    .addOption(new Option('--allow-removals', 'let this run remove more records than the sync\'s own limit').conflicts(['backfill', 'plan']))
    .option('--detach', 'only start the run; do not wait for its end')
    .option('--strict', 'end with exit code 3 when the run parked records')
    .option('--limit <n>', 'with --plan: how many planned writes to show', wholeNumber(1, 1000), 10)
    .addOption(signalOption('pause', 'hold the run that is under way at its next checkpoint'))
    .addOption(signalOption('resume', 'let a paused run go on'))
    .addOption(signalOption('stop', 'end the run that is under way at its next checkpoint; the next run continues from there')))
    .addHelpText('after', [
      '\nCtrl-C lets go of the run, which goes on; stop it with --stop. A backfill and a plan are runs of their own: name them',
      'along with the signal, as in "crosswalk sync NAME --backfill --stop".',
      '\nExamples:\n  crosswalk sync contacts-to-mailing --plan\n  crosswalk sync contacts-to-mailing\n  crosswalk sync contacts-to-mailing --full --detach',
    ].join('\n'))
    .action((name: string, options: SyncOptions) => runCommand(options, (context) => {
      const asked = signals.find((candidate) => options[candidate] === true);
      const wanted: RunMode = modes.find((candidate) => options[candidate] === true) ?? 'incremental';
      return asked === undefined ? runReport(context, name, wanted, options) : signalRun(context, name, wanted, asked);
    }));
}

function modeOption(name: (typeof modes)[number], text: string): Option {
  return new Option(`--${name}`, text).conflicts(modes.filter((other) => other !== name));
}

function signalOption(name: RunSignal, text: string): Option {
  return new Option(`--${name}`, text).conflicts([...signals.filter((other) => other !== name), 'detach', 'strict', 'allowRemovals']);
}

async function runReport(context: CommandContext, name: string, mode: RunMode, options: SyncOptions): Promise<Report> {
  const { session, terminal } = context;
  const database = await session.database();
  await activeSync(database, name);
  const handle = await startRun(await session.crosswalk(), database, { sync: name, mode, allowRemovals: options.allowRemovals === true });
  const url = session.workflowUrl(handle.workflowId, handle.temporalRunId);
  if (options.detach === true) return detached(handle, mode, url, exitCodes.done);
  terminal.note(`${handle.started ? 'Started' : 'Attached to'} ${handle.workflowId}${url === null ? '' : `  ${url}`}`);
  const display = new ProgressDisplay(terminal.errors);
  const end = await followRun({
    handle,
    readCounts: async (runId) => totalCounts(database, await readRun(database, runId)),
    expected: expectedRecords(mode, await recentRuns(database, expectedRecordsRuns, name)),
    show: (progress) => { display.show((style) => progressText(progress, style), () => `${name}: ${progressWords(progress)}`); },
    signal: context.signal,
  });
  display.clear();
  if (end.kind === 'detached') return detached(handle, mode, url, exitCodes.interrupted);
  if (end.kind === 'failed') return failedRun(database, { handle, error: end.error, runId: end.runId, url });
  const run = await readRun(database, end.result.runId);
  const ended: EndedRun = {
    result: end.result, durationMs: (run.finishedAt ?? new Date()).getTime() - run.startedAt.getTime(), letters: await lettersOfRun(database, run, CAUSES), workflowId: handle.workflowId, url,
  };
  return mode === 'plan' ? planReport(context, ended, options.limit) : endedReport(ended, options);
}

function endedReport(ended: EndedRun, { strict }: SyncOptions): Report {
  const { result, letters } = ended;
  return { data: ended, text: (style) => endedRunText(ended, style), exitCode: exitCodeOf(result.state, strict === true && letters.added + letters.again > 0) };
}

async function planReport({ session }: CommandContext, ended: EndedRun, limit: number): Promise<Report> {
  const database = await session.database();
  const writes = await plannedWrites(database, ended.result.runId, limit);
  const { body: { from, to } } = await activeSync(database, ended.result.sync);
  const total = plannedTotal(ended.result.counts);
  return {
    data: { ...ended, writes },
    text: (style) => `${endedRunText(ended, style)}\n\n${planText(writes, total, { from, to }, style)}`,
    exitCode: exitCodeOf(ended.result.state, false),
  };
}

function detached({ sync, workflowId, temporalRunId, started }: SyncHandle, mode: RunMode, url: string | null, exitCode: 0 | 130): Report {
  const command = `crosswalk sync ${sync}${mode === 'backfill' || mode === 'plan' ? ` --${mode}` : ''}`;
  return {
    data: { sync, mode, workflowId, temporalRunId, started, detached: true, url },
    text: (style) => [
      exitCode === exitCodes.done ? `${started ? 'Started' : 'Already under way:'} ${workflowId}.` : `Let go of ${workflowId}; the run goes on.`,
      `Watch it again with: ${command}`,
      `Stop it with:        ${command} --stop`,
      ...(url === null ? [] : [style.colors.dim(url)]),
    ].join('\n'),
    exitCode,
  };
}
