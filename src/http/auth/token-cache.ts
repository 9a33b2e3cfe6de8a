import { onAbort } from '../on-abort.js';

/** Token is an access token and how long it can be used, in milliseconds from when it was given out. */
export interface Token {
  readonly text: string;
  readonly lifetimeMs: number;
}

/** HeldToken is a token in use; its generation tells it from the ones before. */
export interface HeldToken {
  readonly text: string;
  readonly generation: number;
}

/** TokenCache keeps one token for all callers. */
export interface TokenCache {
  /** current gives a token that is good for a while yet, and fetches one where there is none; rejects with the signal's reason. */
  current(signal: AbortSignal): Promise<HeldToken>;
  /** replace fetches a new token unless the one of `generation` has been replaced already. */
  replace(generation: number, signal: AbortSignal): Promise<void>;
}

/** While the old token can still be used, a token endpoint that fails is asked again only after this time. */
const retryAheadMs = 5_000;

/**
 * createTokenCache keeps what `fetch` gives, for all callers at once: however many need a token, one request is made. A
 * token is replaced ahead of its end, by the smaller of a minute and a tenth of its lifetime; if that fails, it is used to
 * its end. `now` is a clock in milliseconds.
 */
export function createTokenCache(fetch: () => Promise<Token>, now: () => number = () => performance.now()): TokenCache {
  let held: (HeldToken & { readonly staleAt: number; readonly endsAt: number }) | undefined;
  let generation = 0;
  let fetching: Promise<void> | undefined;
  let aheadNotBefore = -Infinity;

  const fetchOnce = (): Promise<void> => {
    fetching ??= (async () => {
      try {
        const askedAt = now();
        const token = await fetch();
        const endsAt = askedAt + token.lifetimeMs;
        held = { text: token.text, generation: ++generation, endsAt, staleAt: endsAt - Math.min(60_000, token.lifetimeMs / 10) };
      } finally {
        fetching = undefined;
      }
    })();
    return fetching;
  };

  return {
    async current(signal) {
      signal.throwIfAborted();
      const usable = held;
      if (usable !== undefined && now() < usable.staleAt) return usable;
      if (usable !== undefined && now() < usable.endsAt) {
        if (now() < aheadNotBefore) return usable;
        try {
          await untilAborted(fetchOnce(), signal);
        } catch (error) {
          if (signal.aborted) throw error;
          aheadNotBefore = now() + retryAheadMs;
        }
      } else await untilAborted(fetchOnce(), signal);
      return held ?? (await this.current(signal));
    },
    async replace(refused, signal) {
      signal.throwIfAborted();
      if (held !== undefined && held.generation > refused) return;
      await untilAborted(fetchOnce(), signal);
    },
  };
}

/** untilAborted waits for work that others wait for too: one caller that gives up does not end it. Rejects with the signal's reason. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let off: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    off = onAbort(signal, () => reject(signal.reason));
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    off?.();
  }
}
