import { type SpawnOptions, spawn } from 'node:child_process';
import { type ParentWatch, endWithParent } from './end-with-parent.js';
import type { LogFile } from './log-file.js';
import { type StopStep, stopProcess } from './process-table.js';

/** ServerProcess is a server of others that runs as our child, with its output in a log file. */
export interface ServerProcess {
  readonly pid: number;
  /** Settles when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** Why the process could not be started at all. */
  failure(): string | undefined;
  stop(steps: readonly StopStep[]): Promise<void>;
}

/** ServerCommand says what to run. */
export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly log: LogFile;
  readonly options: Pick<SpawnOptions, 'uid' | 'gid' | 'env' | 'cwd'>;
  /** Signal that ends the server when this process dies. */
  readonly signalOnOurDeath: 'INT' | 'TERM';
}

/** spawnServer starts a server that ends with this process, however this process ends. */
export function spawnServer({ program, args, log, options, signalOnOurDeath }: ServerCommand): ServerProcess {
  // Out of the terminal's process group: Ctrl-C would end the server before the worker has written its last results.
  const child = spawn(program, args, { ...options, stdio: ['ignore', log.fd, log.fd], detached: true });
  let over = false;
  let failure: string | undefined;
  let watch: ParentWatch | undefined;
  const ended = new Promise<void>((resolve) => {
    const settle = (): void => {
      over = true;
      watch?.release();
      resolve();
    };
    child.once('exit', settle);
    child.once('error', (error) => {
      failure = error.message;
      settle();
    });
  });
  const { pid } = child;
  if (pid !== undefined) watch = endWithParent(pid, signalOnOurDeath);
  child.unref();
  return {
    pid: pid ?? 0,
    ended,
    hasEnded: () => over,
    failure: () => failure,
    stop: async (steps) => {
      if (over || pid === undefined) return;
      child.ref();
      await stopProcess(pid, steps);
      await ended;
    },
  };
}
