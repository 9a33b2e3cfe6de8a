import pg from 'pg';
import { INBOX_CHANNEL } from './inbox.js';

/** InboxListener hears of events the moment they are stored. */
export interface InboxListener {
  close(): Promise<void>;
}

/** InboxListenerOptions says where the inbox is and who wants to hear. */
export interface InboxListenerOptions {
  readonly url: string;
  /** Called with the consumer that something waits for. It must not throw. */
  readonly onConsumer: (consumer: string) => void;
  /** Called when hearing begins, and when it ends for a reason that nobody asked for. */
  readonly onState: (state: { readonly hears: boolean; readonly reason?: string }) => void;
}

/** After a lost connection, milliseconds. */
const RECONNECT_MS = 2_000;

/**
 * listenToInbox listens on a connection of its own (PostgreSQL's LISTEN), and connects again when it is lost. What it does
 * not hear is not lost: events wait in their table, and whoever stored them looks after a moment whether they were taken. A
 * pooler that shares connections between transactions lets nothing through, which is no more than that wait.
 */
export function listenToInbox({ url, onConsumer, onState }: InboxListenerOptions): InboxListener {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url, application_name: 'crosswalk listener', keepAlive: true, connectionTimeoutMillis: 10_000 });
    client = next;
    let isLost = false;
    const lost = (reason: string): void => {
      if (isLost || isClosed) return;
      isLost = true;
      onState({ hears: false, reason });
      timer = setTimeout(() => { void connect(); }, RECONNECT_MS);
      next.end().catch(() => undefined);
    };
    next.on('error', (error) => { lost(error.message); });
    next.on('end', () => { lost('the connection has ended'); });
    next.on('notification', ({ payload }) => { if (payload !== undefined && payload !== '' && !isClosed) onConsumer(payload); });
    try {
      await next.connect();
      await next.query(`listen ${INBOX_CHANNEL}`);
      onState({ hears: true });
    } catch (error) {
      lost(error instanceof Error ? error.message : String(error));
    }
  };

  void connect();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
