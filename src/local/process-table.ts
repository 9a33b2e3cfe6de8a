import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './local-error.js';

const hasProc = process.platform === 'linux';

/** isAlive tells whether a process exists and is not a zombie, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  // In a container whose first process reaps nobody, a dead server stays in the table as a zombie for ever.
  return !hasProc || procStat(pid)?.state !== 'Z';
}

/**
 * startMark gives a text that differs between two processes that had the same id one after the other: boot and start
 * time. It is undefined for a process that does not exist.
 */
export function startMark(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  if (!hasProc) return psColumn('lstart=', pid);
  const stat = procStat(pid);
  return stat === undefined ? undefined : `${bootId()}/${stat.startTicks}`;
}

/**
 * findServers gives the ids of living processes whose arguments contain the given ones next to each other, for example
 * `-D /somewhere/data`, and whose program has the given file name. Children that rename themselves are not among them.
 */
export function findServers(neighbouringArguments: readonly string[], program?: string): number[] {
  return (hasProc ? procCommandLines() : psCommandLines())
    .filter(({ words }) => containsRun(words, neighbouringArguments) && (program === undefined || isProgram(words, program)))
    .map(({ pid }) => pid)
    .filter((pid) => pid !== process.pid && isAlive(pid));
}

/** workingFolder gives the working folder of a process where the system tells (Linux), even after a rename. */
export function workingFolder(pid: number): string | undefined {
  try {
    return hasProc ? readlinkSync(`/proc/${pid}/cwd`) : undefined;
  } catch {
    return undefined;
  }
}

/** StopStep is a signal, and how long to wait for the end of the process before the next step. */
export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
}

/** stopProcess sends one signal after the other until the process is gone, and tells whether it is. */
export async function stopProcess(pid: number, steps: readonly StopStep[]): Promise<boolean> {
  for (const step of steps) {
    try {
      process.kill(pid, step.signal);
    } catch (error) {
      if (codeOf(error) === 'ESRCH') return true;
      throw error;
    }
    const deadline = Date.now() + step.waitMs;
    while (Date.now() < deadline) {
      if (!isAlive(pid)) return true;
      await sleep(20);
    }
  }
  return !isAlive(pid);
}

interface CommandLine {
  readonly pid: number;
  readonly words: readonly string[];
}

function procCommandLines(): CommandLine[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), words: readOr(`/proc/${name}/cmdline`, '').split('\0') }));
}

// Paths with blanks come apart here, which is why isProgram and containsRun compare joined text.
function psCommandLines(): CommandLine[] {
  const listing = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64 << 20 }).stdout ?? '';
  return listing.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(.*)$/.exec(line);
    return match === null ? [] : [{ pid: Number(match[1]), words: (match[2] ?? '').split(' ') }];
  });
}

function isProgram(words: readonly string[], program: string): boolean {
  return hasProc ? path.basename(words[0] ?? '') === program : `/${words.join(' ')} `.includes(`/${program} `);
}

function containsRun(words: readonly string[], wanted: readonly string[]): boolean {
  if (!hasProc) return `${words.join(' ')} `.includes(` ${wanted.join(' ')} `);
  return words.some((_, at) => wanted.every((word, offset) => words[at + offset] === word));
}

// The second field is the program's name in parentheses and may itself hold blanks and parentheses (proc_pid_stat(5)).
function procStat(pid: number): { state: string; startTicks: string } | undefined {
  const text = readOr(`/proc/${pid}/stat`, '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
}

function bootId(): string {
  return readOr('/proc/sys/kernel/random/boot_id', 'unknown').trim();
}

function psColumn(column: string, pid: number): string | undefined {
  const text = (spawnSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '').trim();
  return text === '' ? undefined : text;
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
