import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/** ParentWatch is a watch over one server on behalf of this process. */
export interface ParentWatch {
  /** release ends the watch without touching the server. */
  release(): void;
}

/**
 * endWithParent signals a server when this process dies without having released the watch, for example by SIGKILL.
 * A small shell waits on a pipe whose other end only this process holds; the kernel closes it, whatever the reason.
 * A negative id names a process group. Should the shell be killed as well, the next start finds the orphan.
 */
export function endWithParent(pid: number, signal: 'INT' | 'TERM' | 'KILL'): ParentWatch {
  const script = 'read -r line; [ "$line" = released ] || kill -s "$1" -- "$2"';
  const shell = spawn('/bin/sh', ['-c', script, 'crosswalk-parent-watch', signal, String(pid)], {
    cwd: '/',
    // Out of our process group: Ctrl-C must not end the watch before this process has stopped the server in order.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell there is no watch, and an orphan is left to the next start.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return { release: () => void shell.stdin.end('released\n') };
}
