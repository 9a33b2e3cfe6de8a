import { onAbort } from './on-abort.js';

/** WaitingLine is callers that wait for something, served first come, first served; those whose signal is aborted leave it. */
export interface WaitingLine<T> {
  size(): number;
  /** join waits for admission; rejects with the signal's reason. */
  join(signal: AbortSignal): Promise<T>;
  /** admitFirst gives the thing to the caller who waits longest; there must be one. */
  admitFirst(thing: T): void;
}

/** createWaitingLine makes an empty line. */
export function createWaitingLine<T>(): WaitingLine<T> {
  const callers = new Set<(thing: T) => void>();
  return {
    size: () => callers.size,
    join(signal) {
      return new Promise((resolve, reject) => {
        const off = onAbort(signal, () => {
          callers.delete(admit);
          reject(signal.reason);
        });
        const admit = (thing: T): void => {
          off();
          resolve(thing);
        };
        callers.add(admit);
      });
    },
    admitFirst(thing) {
      const [first] = callers;
      if (first === undefined) return;
      callers.delete(first);
      first(thing);
    },
  };
}
