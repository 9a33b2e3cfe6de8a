import { onAbort } from './on-abort.js';

/** Deadline is a running time limit; stop it when the work is done. */
export interface Deadline {
  stop(): void;
}

/**
 * startDeadline calls `onEnd` once: after `timeoutMs`, or when the signal is aborted, whichever comes first. It is total:
 * nothing that arrives in the meantime extends it, so an answer that drips in byte by byte is ended too.
 */
export function startDeadline(timeoutMs: number, signal: AbortSignal, onEnd: (why: 'timeout' | 'aborted') => void): Deadline {
  const stop = (): void => {
    clearTimeout(timer);
    off();
  };
  const end = (why: 'timeout' | 'aborted'): void => {
    stop();
    onEnd(why);
  };
  const timer = setTimeout(end, timeoutMs, 'timeout');
  const off = onAbort(signal, () => end('aborted'));
  return { stop };
}
