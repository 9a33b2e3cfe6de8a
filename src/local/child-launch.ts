import { type ChildProcess, spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseObject } from './json-object.js';
import { LocalError } from './local-error.js';
import { type LogFile, closeLog, lastLines, openLog } from './log-file.js';
import { stopProcess } from './process-table.js';

/** ReadyLine is the JSON object with `"ready": true` that a child prints on a line of standard output when it is up. */
export type ReadyLine = Readonly<Record<string, unknown>>;

/** ChildCommand is a node process of ours. */
export interface ChildCommand {
  /** Name for messages, such as `worker`. */
  readonly name: string;
  /** JavaScript file to run. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Options of node itself, such as `--enable-source-maps`. */
  readonly nodeArgs?: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly readyWithinMs: number;
  /** How long the child may take to end after SIGTERM. */
  readonly graceMs: number;
}

/** LaunchedChild is a child that has said it is ready. */
export interface LaunchedChild {
  readonly pid: number;
  readonly ready: ReadyLine;
  /** Gives how the child ended, in words. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

/**
 * launchChild runs the child once and waits for its ready line. Its standard input is a pipe that closes when this
 * process dies, and `CROSSWALK_PARENT_PIPE=1` tells it to end then. It throws a LocalError if the child is not ready
 * in time or ends before, and the signal's reason when the signal is aborted; the child is gone then.
 */
export async function launchChild(command: ChildCommand, signal: AbortSignal): Promise<LaunchedChild> {
  signal.throwIfAborted();
  const log = openLog(command.logFile);
  // A core dump would hold credentials in clear, so the limit is set to zero for good; "exec" keeps the process id.
  const child = spawn('/bin/sh', ['-c', 'ulimit -c 0; exec "$0" "$@"', process.execPath, ...(command.nodeArgs ?? []), command.script, ...(command.args ?? [])], {
    env: { ...process.env, ...command.env, CROSSWALK_PARENT_PIPE: '1' },
    stdio: ['pipe', 'pipe', log.fd],
    // Out of the terminal's process group: on Ctrl-C this process stops its children in order.
    detached: true,
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('a child was started without pipes');
  stdin.on('error', () => undefined);
  const read = new Promise<void>((resolve) => stdout.once('close', () => resolve()));
  const exited = exitOf(child, read);
  const ready = readyLineOf(stdout, log);
  void Promise.all([exited, read]).then(() => closeLog(log));
  const stop = (graceMs: number): Promise<void> => stopChild(child, exited, graceMs);

  const timeout = AbortSignal.timeout(command.readyWithinMs);
  const outcome = await Promise.race([ready, exited, aborted(signal), aborted(timeout)]);
  if (typeof outcome === 'object' && child.pid !== undefined) return { pid: child.pid, ready: outcome, exited, stop: () => stop(command.graceMs) };
  await stop(signal.aborted ? command.graceMs : 2_000);
  signal.throwIfAborted();
  throw new LocalError(`The ${command.name} ${typeof outcome === 'string' ? outcome : `was not ready in ${command.readyWithinMs / 1000} s`}:\n${lastLines(log, 8)}`, {
    where: command.logFile,
    todo: 'Mend what the log says, then start again.',
  });
}

// The last lines are worth a moment's wait, but a grandchild that keeps the pipe open must not hold up the end.
async function exitOf(child: ChildProcess, read: Promise<void>): Promise<string> {
  const how = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be run: ${error.message}`));
    child.once('exit', (code, killedBy) => resolve(killedBy === null ? `ended with exit code ${code}` : `was ended by ${killedBy}`));
  });
  await Promise.race([read, sleep(1_000, undefined, { ref: false })]);
  return how;
}

function readyLineOf(input: NodeJS.ReadableStream, log: LogFile): Promise<ReadyLine> {
  return new Promise((resolve) => {
    createInterface({ input }).on('line', (line) => {
      const ready = parseReadyLine(line);
      if (ready === undefined) writeSync(log.fd, `${line}\n`);
      else resolve(ready);
    });
  });
}

/** parseReadyLine gives the object of a ready line, or undefined for any other line. */
export function parseReadyLine(line: string): ReadyLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = parseObject(line);
    return parsed['ready'] === true ? parsed : undefined;
  } catch {
    return undefined;
  }
}

async function stopChild(child: ChildProcess, exited: Promise<string>, graceMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await stopProcess(child.pid, [{ signal: 'SIGTERM', waitMs: graceMs }, { signal: 'SIGKILL', waitMs: 10_000 }]);
  await exited;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
