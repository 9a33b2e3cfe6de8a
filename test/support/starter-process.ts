import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../src/local/process-table.js';

/** Starter is a process that runs local-starter.ts and has started its servers. */
export interface Starter {
  readonly pid: number;
  readonly postgres?: { readonly pid: number; readonly url: string };
  readonly temporal?: { readonly pid: number; readonly address: string };
  readonly child?: number;
  /** What it has said on standard error so far. */
  messages(): string;
  /** kill sends a signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** startStarter starts servers from another process. It throws an error with that process's messages if it fails. */
export async function startStarter(folder: string, ...parts: string[]): Promise<Starter> {
  const loader = new URL('typescript-loader.mjs', import.meta.url).href;
  const script = new URL('local-starter.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', loader, script, folder, ...parts], { stdio: ['ignore', 'pipe', 'pipe'] });
  let messages = '';
  child.stderr.on('data', (chunk: Buffer) => (messages += chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const line = await new Promise<string | undefined>((resolve) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('close', () => resolve(undefined));
  });
  if (line === undefined) throw new Error(messages);
  const started: Pick<Starter, 'postgres' | 'temporal' | 'child'> = JSON.parse(line);
  return { ...started, pid: pidOf(child), messages: () => messages, kill: (signal) => killAndWait(child, signal, exited) };
}

/** killWatches kills the shells that would end servers after their parent's death, as a killed container would. */
export function killWatches(parent: number): void {
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parentPid = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
      const isWatch = readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('crosswalk-parent-watch');
      if (parentPid === parent && isWatch) process.kill(Number(name), 'SIGKILL');
    } catch {
      // It has ended in the meantime.
    }
  }
}

/** untilDead waits until a process is gone, and fails after 20 seconds. */
export async function untilDead(pid: number): Promise<void> {
  for (let i = 0; isAlive(pid); i++) {
    if (i > 400) throw new Error(`process ${pid} is still running`);
    await sleep(50);
  }
}

async function killAndWait(child: ChildProcess, signal: NodeJS.Signals, exited: Promise<void>): Promise<void> {
  child.kill(signal);
  // A server that inherited the pipes would keep "close" from coming: that would be a leak worth failing for.
  await exited;
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the process has no id');
  return child.pid;
}
