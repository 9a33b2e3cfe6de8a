import { CrosswalkClient, type SyncHandle } from '../../client/crosswalk-client.js';
import type { SyncResult } from '../../contracts/sync-workflow.js';
import { applyFolder, isApplicable, loadFolderToApply } from '../definitions/apply-folder.js';
import { definitionsFolder } from '../definitions/definitions-folder.js';
import { unusableFolder } from '../definitions/unusable-folder.js';
import { exitCodes } from '../exit-codes.js';
import { explainError } from '../explain-error.js';
import { startInstance, type RunningInstance } from './instance.js';
import { showLiveStatus } from './live-status.js';
import { styleFor } from '../terminal/style.js';
import { Terminal } from '../terminal/terminal.js';

/** start runs a whole instance until it is interrupted; it sets the exit code and ends the process. */
export async function start(given: string | undefined): Promise<void> {
  const startedAtMs = Date.now();
  const terminal = new Terminal({ json: false, debug: false });
  const style = styleFor(process.stderr);
  const progress = (message: string): void => { terminal.note(`${style.colors.dim(since(startedAtMs).padStart(7))}  ${message}`); };
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => { stopping.abort(new Error('interrupted')); });
  let instance: RunningInstance | undefined;
  try {
    const folder = definitionsFolder({ given, env: process.env, orSandbox: true });
    progress('starting PostgreSQL, the Temporal server and the sandbox');
    instance = await startInstance(progress, stopping.signal);
    if (!stopping.signal.aborted) await work(instance, folder, terminal, startedAtMs, stopping.signal);
  } catch (error) {
    if (stopping.signal.aborted) return void (process.exitCode = exitCodes.interrupted);
    const explanation = explainError(error);
    await terminal.failure(explanation);
    process.exitCode = explanation.exitCode;
  } finally {
    await instance?.stop();
    if (instance !== undefined) progress('stopped; "npm start" goes on from here');
    process.exit();
  }
}

async function work(instance: RunningInstance, folder: string, terminal: Terminal, startedAtMs: number, signal: AbortSignal): Promise<void> {
  const style = styleFor(process.stderr);
  const set = await loadFolderToApply(folder, instance.environment);
  if (!isApplicable(set)) {
    await terminal.report(unusableFolder(folder, set));
    process.exitCode = exitCodes.usage;
    return;
  }
  await applyFolder(instance, set);
  terminal.note(['', `${style.colors.bold('Crosswalk is running')} on ${folder}`, ...addresses(instance).map(([name, address]) => `  ${name.padEnd(13)}${address}`), '  Ctrl-C stops it.', ''].join('\n'));
  const client = CrosswalkClient.using(instance.temporal);
  const live = showLiveStatus(instance.database, process.stderr, signal);
  let first = true;
  const finish = (handle: SyncHandle): Promise<void> => handle.result().then((result) => {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
    terminal.note(`${style.colors.green('finished')} ${resultLine(result)}${first ? style.colors.dim(`  (first sync finished ${since(startedAtMs)} after the start)`) : ''}`);
    first = false;
  }, (error: unknown) => { if (!signal.aborted) terminal.note(`${style.colors.red('failed')} ${handle.sync}: ${explainError(error).message}`); });
  const runs = await Promise.all([...set.syncs.keys()].map((sync) => client.startSync(sync)));
  for (const run of runs) void finish(run);
  await live;
}

function addresses({ temporalUiUrl, temporalAddress, apiUrl, sandboxUrl, folder }: RunningInstance): [string, string][] {
  return [
    ['Temporal UI', temporalUiUrl ?? `(at the server you named, ${temporalAddress})`],
    ['API', `${apiUrl}/api/syncs`],
    ['sandbox', sandboxUrl],
    ['kept in', folder],
    ['next', 'npx crosswalk status   npx crosswalk dead-letters   npx crosswalk --help'],
  ];
}

/** resultLine says in one line what a run came to. */
export function resultLine({ sync, mode, counts, state, message }: SyncResult): string {
  const done = (['read', 'created', 'updated', 'archived', 'deleted', 'unchanged', 'ignored', 'parked', 'duplicates'] as const).filter((name) => counts[name] > 0 || name === 'read');
  const only = mode === 'plan' ? ' (only planned, since it is in shadow mode)' : '';
  return `${sync}${only}: ${done.map((name) => `${counts[name]} ${name}`).join(', ')}${state === 'succeeded' ? '' : ` (${state}${message === null ? '' : `: ${message}`})`}`;
}

function since(startedAtMs: number): string {
  return `${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`;
}
