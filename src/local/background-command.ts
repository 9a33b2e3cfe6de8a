import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { endWithParent } from './end-with-parent.js';
import { codeOf } from './local-error.js';

/** BackgroundCommand is a long command whose output lines are watched. */
export interface BackgroundCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly limitMs: number;
  /** Called with every line of standard output and standard error. */
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * runBackgroundCommand runs a command and gives why it failed, or undefined. The command and its children are killed
 * at the time limit, when the signal is aborted (which throws the signal's reason), and when this process dies.
 */
export async function runBackgroundCommand({ program, args, cwd, env, limitMs, onLine, signal }: BackgroundCommand): Promise<string | undefined> {
  signal?.throwIfAborted();
  // A process group of its own, so that its children can be killed with it.
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const { pid } = child;
  const watch = pid === undefined ? undefined : endWithParent(-pid, 'KILL');
  const killAll = (): void => {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself in the meantime.
    }
  };
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killAll();
  }, limitMs);
  signal?.addEventListener('abort', killAll, { once: true });
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', onLine);
  try {
    const reason = await new Promise<string | undefined>((resolve) => {
      child.once('error', (error) => resolve(codeOf(error) === 'ENOENT' ? `${program} is not on the PATH` : error.message));
      // "exit" and not "close": a grandchild that keeps the pipes open must not keep us waiting.
      child.once('exit', (code, killedBy) => resolve(code === 0 ? undefined : `ended with ${killedBy ?? `exit code ${code}`}`));
    });
    signal?.throwIfAborted();
    return timedOut ? `did not finish in ${Math.round(limitMs / 1000)} s` : reason;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', killAll);
    watch?.release();
    killAll();
    child.stdout.destroy();
    child.stderr.destroy();
  }
}
