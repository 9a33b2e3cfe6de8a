import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { explainError } from './explain-error.js';
import { exitCodes } from './exit-codes.js';
import { Session } from './session.js';
import type { Report } from './terminal/report.js';
import { Terminal } from './terminal/terminal.js';

/** CommonOptions is what every command that reports something can be told. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** CommandContext is what the body of a command works with. */
export interface CommandContext {
  readonly session: Session;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C; a body that ends by itself soon after may still report. */
  readonly signal: AbortSignal;
}

/** withCommonOptions adds the options that every reporting command has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .option('--debug', 'print the stack of an error');
}

/** How long a body may take to end by itself after Ctrl-C. */
const LAST_WORDS_MS = 1_500;

/** runCommand runs the body of a command, writes its report or its failure, and sets the exit code. */
export async function runCommand(options: CommonOptions, body: (context: CommandContext) => Promise<Report>): Promise<void> {
  const terminal = new Terminal({ json: options.json === true, debug: options.debug === true });
  const session = new Session();
  const interrupt = new AbortController();
  const stop = (): void => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    interrupt.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  try {
    const report = await Promise.race([body({ session, terminal, signal: interrupt.signal }), interrupted(interrupt.signal)]);
    await terminal.report(report);
    process.exitCode = report.exitCode ?? exitCodes.done;
  } catch (error) {
    const explanation = explainError(error);
    await terminal.failure(explanation);
    process.exitCode = explanation.exitCode;
  } finally {
    await Promise.race([session.close(), sleep(LAST_WORDS_MS, undefined, { ref: false })]);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    // A connection that hangs must not keep the command from ending.
    setTimeout(() => process.exit(), LAST_WORDS_MS).unref();
  }
}

async function interrupted(signal: AbortSignal): Promise<Report> {
  await new Promise<void>((resolve) => { signal.addEventListener('abort', () => { resolve(); }, { once: true }); });
  await sleep(LAST_WORDS_MS);
  return { data: { interrupted: true }, text: () => '', exitCode: exitCodes.interrupted };
}
