import { setTimeout as sleep } from 'node:timers/promises';
import { badInput } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { readStatus } from './read-status.js';
import { statusText } from './status-text.js';

const WATCH_MS = 2_000;

/** statusReport is what `crosswalk status` says. */
export async function statusReport({ session }: CommandContext): Promise<Report> {
  const status = await readStatus(session);
  return { data: status, text: (style) => statusText(status, style) };
}

/** watchStatus shows the status again and again on a terminal, until Ctrl-C. */
export async function watchStatus({ session, terminal, signal }: CommandContext): Promise<Report> {
  if (!terminal.interactive) throw badInput('--watch needs a terminal, and no --json.', { todo: 'Call "crosswalk status --json" as often as you need it.' });
  while (!signal.aborted) {
    const status = await readStatus(session);
    await terminal.redraw((style) => statusText(status, style));
    await sleep(WATCH_MS, undefined, { signal }).catch(() => undefined);
  }
  return { data: null, text: () => '', exitCode: exitCodes.done };
}
