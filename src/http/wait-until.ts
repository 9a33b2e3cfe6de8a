import { onAbort } from './on-abort.js';

/** waitUntil waits for a time, milliseconds; false where the signal was aborted meanwhile. */
export function waitUntil(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (waited: boolean): void => {
      clearTimeout(timer);
      off();
      resolve(waited);
    };
    const timer = setTimeout(end, ms, true);
    const off = onAbort(signal, () => end(false));
  });
}
