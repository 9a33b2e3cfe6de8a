import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { badInput } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import { runCommand, withCommonOptions, type CommandContext, type CommonOptions } from '../run-command.js';
import { readStatus } from '../status/read-status.js';
import { statusText } from '../status/status-text.js';
import type { Report } from '../terminal/report.js';

interface StatusOptions extends CommonOptions {
  readonly watch?: boolean;
}

const WATCH_MS = 2_000;

/** registerStatus adds `crosswalk status`. */
export function registerStatus(program: Command): void {
  withCommonOptions(program.command('status')
    .description('Show every sync: what its last run came to, how many records are linked, what waits for a person, when it runs next.')
    .option('--watch', 'show it again every 2 seconds, until Ctrl-C'))
    .addHelpText('after', '\nExample:\n  crosswalk status')
    .action((options: StatusOptions) => runCommand(options, (context) => (options.watch === true ? watch(context, options) : report(context))));
}

async function report({ session }: CommandContext): Promise<Report> {
  const status = await readStatus(session);
  return { data: status, text: (style) => statusText(status, style) };
}

async function watch({ session, terminal, signal }: CommandContext, { json }: StatusOptions): Promise<Report> {
  if (json === true || !terminal.interactive) throw badInput('--watch needs a terminal, and no --json.', { todo: 'Call "crosswalk status --json" as often as you need it.' });
  while (!signal.aborted) {
    const status = await readStatus(session);
    await terminal.redraw((style) => statusText(status, style));
    await sleep(WATCH_MS, undefined, { signal }).catch(() => undefined);
  }
  return { data: null, text: () => '', exitCode: exitCodes.done };
}
