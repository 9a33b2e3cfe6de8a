import type { Logger } from 'pino';
import { handoffOfConsumer } from '../src/contracts/ids.js';
import { listenToInbox } from '../src/store/inbox-listener.js';

/** TriggerListenerOptions is what listening for events that begin handoffs works with. */
export interface TriggerListenerOptions {
  readonly url: string;
  readonly logger: Pick<Logger, 'debug' | 'warn'>;
  /** Starts what the events that nobody has taken yet begin; says whether there may be more. */
  readonly start: (handoff: string) => Promise<{ readonly more: boolean }>;
}

/**
 * listenForTriggers has handoffs begun the moment their events are stored: one attempt, without a workflow task. What it
 * does not hear of or cannot do is left where it is, for the workflow `handoffTriggers`, which repeats it.
 */
export function listenForTriggers({ url, logger, start }: TriggerListenerOptions): { close(): Promise<void> } {
  const underWay = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const closing = new AbortController();

  const startAll = async (handoff: string): Promise<void> => {
    let more = true;
    while (more && !closing.signal.aborted) {
      again.delete(handoff);
      more = (await start(handoff)).more || again.has(handoff);
    }
  };
  const wake = (handoff: string): void => {
    if (closing.signal.aborted) return;
    if (underWay.has(handoff)) {
      again.add(handoff);
      return;
    }
    const work = startAll(handoff)
      .catch((error: unknown) => { logger.debug({ handoff, reason: error instanceof Error ? error.message : String(error) }, 'Events could not be looked at at once; the workflow does it.'); })
      .finally(() => {
        underWay.delete(handoff);
        if (again.delete(handoff)) wake(handoff);
      });
    underWay.set(handoff, work);
  };

  const listener = listenToInbox({
    url,
    onConsumer: (consumer) => {
      const handoff = handoffOfConsumer(consumer);
      if (handoff !== undefined) wake(handoff);
    },
    onState: ({ hears, reason }) => { if (!hears) logger.warn({ reason }, 'Events are not heard of at once for now; handoffs begin a moment later.'); },
  });
  return {
    async close() {
      closing.abort();
      await listener.close();
      await Promise.all(underWay.values());
    },
  };
}
