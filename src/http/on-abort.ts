import { setMaxListeners } from 'node:events';

/**
 * onAbort calls a function when a signal is aborted, and gives what takes it off again. One signal stands behind all the
 * requests of a run, so the warning of more than ten listeners, which is about leaks, is switched off for it.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
