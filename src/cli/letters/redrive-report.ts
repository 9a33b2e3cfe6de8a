import type { SyncHandle } from '../../client/crosswalk-client.js';
import type { RedriveSelection } from '../../contracts/redrive.js';
import type { Database } from '../../store/database.js';
import { deadLetterGroups } from '../../store/dead-letters.js';
import { openLetter, redrivable } from '../../store/letter-work.js';
import { lettersOfRun } from '../../store/run-letters.js';
import { readRun, totalCounts } from '../../store/runs.js';
import { badInput } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext } from '../run-command.js';
import { failedRun } from '../runs/failed-run.js';
import { followRun } from '../runs/follow-run.js';
import { progressText, progressWords } from '../runs/progress-text.js';
import { endedRunText, exitCodeOf, type EndedRun } from '../runs/run-report.js';
import { activeSync } from '../sync-names.js';
import { ProgressDisplay } from '../terminal/progress-display.js';
import type { Report } from '../terminal/report.js';
import { theLetter } from './letters-report.js';
import { personOf } from './person.js';
import { refusable } from './work-reports.js';

/** RedriveOptions is which letters are tried again, and how. */
export interface RedriveOptions {
  readonly group?: string;
  readonly all?: boolean;
  readonly sync?: string;
  readonly version?: number;
  readonly by?: string;
  readonly notWritten?: boolean;
  readonly written?: string;
  readonly detach?: boolean;
}

/** Wanted is one redrive to be started. */
interface Wanted {
  readonly sync: string;
  readonly selection: RedriveSelection;
}

/** How many causes of letters that failed again are shown. */
const CAUSES = 5;

/** redriveReport tries letters again and reports what came of it; throws CommandError where none is meant. */
export async function redriveReport(context: CommandContext, ids: readonly string[], options: RedriveOptions): Promise<Report> {
  const { session } = context;
  const database = await session.database();
  const wanted = await wantedRedrives(database, ids, options);
  const client = await session.crosswalk();
  const handles = await Promise.all(wanted.map(({ sync, selection }) => client.redrive(sync, selection)));
  if (options.detach === true) return detached(handles);
  const reports: Report[] = [];
  for (const handle of handles) reports.push(await followed(context, database, handle));
  return {
    data: { redrives: reports.map(({ data }) => data) },
    text: (style) => reports.map(({ text }) => text(style)).join('\n\n'),
    exitCode: reports.map(({ exitCode }) => exitCode ?? exitCodes.done).find((code) => code !== exitCodes.done) ?? exitCodes.done,
  };
}

async function wantedRedrives(database: Database, ids: readonly string[], { group, all, sync, version, notWritten, written, ...options }: RedriveOptions): Promise<Wanted[]> {
  const given = [ids.length > 0, group !== undefined, all === true].filter(Boolean).length;
  if (given !== 1) throw badInput('Say which dead letters are meant.', { todo: 'Give their ids, or --group ID, or --all; see "crosswalk dead-letters --groups".' });
  const finding = notWritten === true ? { kind: 'not-written' as const } : written === undefined ? undefined : { kind: 'written' as const, externalId: written };
  if (finding !== undefined && ids.length !== 1) throw badInput('What was found at the target is said of one dead letter at a time.');
  const common = { by: personOf(options), ...(version === undefined ? {} : { version }), ...(finding === undefined ? {} : { finding }) };
  if (ids.length > 0) {
    const letters = await Promise.all(ids.map(async (idPart) => refusable(async () => openLetter(database, (await theLetter(database, idPart)).id))));
    for (const letter of letters) await refusable(async () => { redrivable(letter); });
    return letters.map((letter) => ({ sync: letter.sync, selection: { ...common, letters: { kind: 'letter', id: letter.id } } }));
  }
  if (sync !== undefined) await activeSync(database, sync);
  const groups = (await deadLetterGroups(database, sync)).filter((candidate) => group === undefined || candidate.group === group);
  if (group !== undefined && groups.length === 0) throw badInput(`No open dead letter has the cause "${group.slice(0, 60)}".`, { todo: 'See "crosswalk dead-letters --groups" for those there are.' });
  const letters: RedriveSelection['letters'] = group === undefined ? { kind: 'all' } : { kind: 'group', group };
  return [...new Set(groups.map((candidate) => candidate.sync))].map((name) => ({ sync: name, selection: { ...common, letters } }));
}

async function followed({ session, terminal, signal }: CommandContext, database: Database, handle: SyncHandle): Promise<Report> {
  const url = session.workflowUrl(handle.workflowId, handle.temporalRunId);
  terminal.note(`${handle.started ? 'Started' : 'Attached to'} ${handle.workflowId}${url === null ? '' : `  ${url}`}`);
  const display = new ProgressDisplay(terminal.errors);
  const end = await followRun({
    handle, signal,
    readCounts: async (runId) => totalCounts(database, await readRun(database, runId)),
    expect: async () => null,
    show: (progress) => { display.show((style) => progressText(progress, style), () => `${handle.sync}: ${progressWords(progress)}`); },
  });
  display.clear();
  if (end.kind === 'detached') return { ...detached([handle]), exitCode: exitCodes.interrupted };
  if (end.kind === 'failed') return failedRun(database, { handle, error: end.error, runId: end.runId, url });
  const run = await readRun(database, end.result.runId);
  const ended: EndedRun = {
    result: end.result, durationMs: (run.finishedAt ?? new Date()).getTime() - run.startedAt.getTime(), letters: await lettersOfRun(database, run, CAUSES), workflowId: handle.workflowId, url,
  };
  const again = ended.letters.added + ended.letters.again;
  return { data: ended, text: (style) => endedRunText(ended, style), exitCode: exitCodeOf(end.result.state, again > 0) };
}

function detached(handles: readonly SyncHandle[]): Report {
  const data = handles.map(({ sync, workflowId, temporalRunId, started }) => ({ sync, workflowId, temporalRunId, started, detached: true }));
  return {
    data: { redrives: data },
    text: () => (data.length === 0 ? 'There is nothing to redrive.' : data.map(({ workflowId, started }) => `${started ? 'Started' : 'Already under way:'} ${workflowId}.`).join('\n')),
  };
}
