import { setTimeout as sleep } from 'node:timers/promises';
import { type ChildCommand, type LaunchedChild, type ReadyLine, launchChild } from './child-launch.js';
import { reasonOf } from './local-error.js';

/** RestartPolicy says how a child that ends by itself is started again. */
export interface RestartPolicy {
  /** Pauses before the first, second, … start again; the last one repeats. */
  readonly delaysMs: readonly number[];
  /** A child that has been ready for so long begins with the first pause again. */
  readonly steadyAfterMs: number;
}

/** ChildOptions says what to run, and what to do when it ends by itself. */
export interface ChildOptions extends Omit<ChildCommand, 'readyWithinMs' | 'graceMs'> {
  /** 60 seconds unless given. */
  readonly readyWithinMs?: number;
  /** 30 seconds unless given. */
  readonly graceMs?: number;
  /** `never`: the end of the child is the end of the supervision. */
  readonly restart?: RestartPolicy | 'never';
  readonly onProgress?: (message: string) => void;
  /** Called whenever the child has become ready, at first and after each restart. */
  readonly onReady?: (ready: ReadyLine, pid: number) => void;
}

/** ManagedChild is a child process that is kept running until it is stopped. */
export interface ManagedChild {
  readonly name: string;
  /** Process id of the newest start. */
  pid(): number;
  /** Ready line of the newest start. */
  ready(): ReadyLine;
  /** Settles when the child is not running any more and will not be started again. */
  readonly ended: Promise<void>;
  /** stop sends SIGTERM, and SIGKILL after the grace time, and waits for the end. */
  stop(): Promise<void>;
}

const DEFAULT_RESTART: RestartPolicy = { delaysMs: [500, 1_000, 2_000, 5_000, 10_000, 30_000], steadyAfterMs: 60_000 };

/**
 * startChild starts a node process of ours, waits until it is ready, and starts it again when it ends by itself. It
 * throws a LocalError if the first start fails: that is a wrong set-up, which no repetition mends.
 */
export async function startChild(options: ChildOptions): Promise<ManagedChild> {
  const { name, restart = DEFAULT_RESTART, onProgress = () => undefined, onReady = () => undefined } = options;
  const command: ChildCommand = { ...options, readyWithinMs: options.readyWithinMs ?? 60_000, graceMs: options.graceMs ?? 30_000 };
  const stopping = new AbortController();
  let current: LaunchedChild = await launchChild(command, stopping.signal);
  onReady(current.ready, current.pid);

  const supervise = async (): Promise<void> => {
    for (let failures = 0; ; ) {
      const readySince = Date.now();
      let reason = await current.exited;
      if (restart === 'never' || stopping.signal.aborted) {
        if (!stopping.signal.aborted) onProgress(`the ${name} ${reason}; see ${options.logFile}`);
        return;
      }
      if (Date.now() - readySince >= restart.steadyAfterMs) failures = 0;
      for (let next: LaunchedChild | undefined; next === undefined; ) {
        const delay = restart.delaysMs[Math.min(failures, restart.delaysMs.length - 1)] ?? 0;
        failures += 1;
        onProgress(`the ${name} ${reason}; starting it again in ${delay / 1000} s, see ${options.logFile}`);
        try {
          await sleep(delay, undefined, { signal: stopping.signal });
          next = await launchChild(command, stopping.signal);
        } catch (error) {
          if (stopping.signal.aborted) return;
          reason = `could not be started (${reasonOf(error).split('\n', 1)[0]})`;
          continue;
        }
        current = next;
        onProgress(`the ${name} is running again`);
        onReady(current.ready, current.pid);
      }
    }
  };
  const ended = supervise();

  return {
    name,
    pid: () => current.pid,
    ready: () => current.ready,
    ended,
    stop: async () => {
      stopping.abort();
      await current.stop();
      await ended;
    },
  };
}
