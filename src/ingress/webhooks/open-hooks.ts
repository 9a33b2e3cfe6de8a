import { setTimeout as sleep } from 'node:timers/promises';
import type { CrosswalkClient } from '../../client/crosswalk-client.js';
import { handoffOfConsumer, syncOfConsumer } from '../../contracts/ids.js';
import type { Database } from '../../store/database.js';
import { forgetAbandonedWork, forgetEvents, isNeglected, reachDisk, storeEvents, waitingConsumers } from '../../store/inbox.js';
import type { HookRoute } from '../routes/post-hook.js';
import { HookDefinitionCache } from './hook-definitions.js';
import { InboxWriter } from './inbox-writer.js';
import { Waker } from './waker.js';

/** HookLog is where it is noted what could not be stored or told. */
export interface HookLog {
  warn(parts: object, message: string): void;
  error(parts: object, message: string): void;
}

/** HooksOptions is what receiving webhooks works with. */
export interface HooksOptions {
  readonly database: Database;
  readonly client: Pick<CrosswalkClient, 'wakeRealtime' | 'wakeHandoff'>;
  readonly log: HookLog;
  /** Gives the value of a reference to a secret; throws where there is none. */
  readonly resolve: (text: string) => string;
  /** Waits until what texts name in stores of secrets has been read once, or could not be. */
  readonly secretsReady?: (texts: readonly string[]) => Promise<void>;
  /** Keeps a secret that a sender gave in the place of a reference; false where there is one already. */
  readonly keepSecret: (reference: string, secret: string) => Promise<boolean>;
  readonly publicUrl: string;
}

/** What has waited for so long was not heard of, milliseconds. */
const MISSED_AFTER_MS = 15_000;

/** What a worker hears of it has taken within this time, milliseconds. */
const HEARD_WITHIN_MS = 300;

/** No sender repeats an event for longer, days. */
const KEPT_DAYS = 30;

const A_DAY_MS = 86_400_000;

/** openHooks makes what the route of webhooks needs; `close` ends its timers. */
export function openHooks({ database, client, log, resolve, secretsReady, keepSecret, publicUrl }: HooksOptions): { readonly route: HookRoute; readonly close: () => void } {
  const definitions = new HookDefinitionCache({
    database, resolve, ...(secretsReady === undefined ? {} : { secretsReady }),
    onProblem: (problem) => { log.error(problem, 'Webhooks of this system are answered with 503 until its secret has a value; those of other systems go on.'); },
  });
  const waker = new Waker({
    wake: async (consumer) => {
      const sync = syncOfConsumer(consumer);
      const handoff = handoffOfConsumer(consumer);
      if (sync !== undefined) await client.wakeRealtime(sync);
      if (handoff !== undefined) await client.wakeHandoff(handoff);
    },
    // Workers hear of events that begin handoffs by themselves; the workflow is for what they leave.
    isNeeded: async (consumer) => {
      if (handoffOfConsumer(consumer) === undefined) return true;
      await sleep(HEARD_WITHIN_MS, undefined, { ref: false });
      return isNeglected(database, consumer, HEARD_WITHIN_MS / 2);
    },
    missed: async () => {
      const { consumers } = await definitions.current();
      // What is paused is not woken; what it has missed waits until it goes on.
      return (await waitingConsumers(database, MISSED_AFTER_MS)).filter((consumer) => consumers.has(consumer));
    },
    onFailure: (consumer, error) => { log.warn({ consumer, reason: reasonOf(error) }, 'Webhooks are stored, and the Temporal server cannot be told; it is tried again.'); },
    everyMs: MISSED_AFTER_MS,
  });
  const forget = setInterval(() => { Promise.all([forgetEvents(database, KEPT_DAYS), forgetAbandonedWork(database.kysely)]).catch((error: unknown) => { log.warn({ reason: reasonOf(error) }, 'Old events of the inbox could not be removed.'); }); }, A_DAY_MS);
  forget.unref();
  return {
    route: {
      receiver: { definitions, writer: new InboxWriter(async (events) => { await storeEvents(database, events); await reachDisk(database); }), waker, keepSecret },
      problems: () => definitions.problems(),
      publicUrl,
      onFailure: (error) => { log.error({ reason: reasonOf(error) }, 'A webhook could not be stored; its sender is asked to send it again.'); },
    },
    close: () => {
      waker.stop();
      clearInterval(forget);
    },
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
