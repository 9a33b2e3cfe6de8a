import type { NewInboxEvent } from '../../store/inbox.js';

/** InboxFull is thrown where so many events wait to be stored, or wait for so long, that no more are taken in. */
export class InboxFull extends Error {
  override readonly name = 'InboxFull';
}

/** How many events may wait in memory, and how many are stored with one statement. */
const MOST_WAITING = 10_000;
const MOST_TOGETHER = 500;

/**
 * How long storing may take until new events are turned away, and until those that wait are, milliseconds: a sender that
 * hears "later" within a second sends again, one that hears nothing may count the address as dead.
 */
const SLOW_AFTER_MS = 500;
const GIVE_UP_AFTER_MS = 800;

interface Waiting {
  readonly events: readonly NewInboxEvent[];
  readonly sinceMs: number;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/** InboxWriter stores events, those that come while a statement is under way together with the next one, so that a storm costs few statements. */
export class InboxWriter {
  private waiting: Waiting[] = [];
  private underWay: readonly Waiting[] = [];
  private count = 0;
  private isWriting = false;

  constructor(private readonly store: (events: readonly NewInboxEvent[]) => Promise<unknown>) {}

  /**
   * add resolves when the events are stored; throws InboxFull, and what the store throws. Events that it gave up waiting for
   * may be stored all the same: they count once when they are sent again.
   */
  add(events: readonly NewInboxEvent[]): Promise<void> {
    const sinceMs = performance.now();
    const oldest = this.underWay[0] ?? this.waiting[0];
    if (this.count + events.length > MOST_WAITING) return Promise.reject(new InboxFull('Too many webhooks wait to be stored.'));
    if (oldest !== undefined && sinceMs - oldest.sinceMs > SLOW_AFTER_MS) return Promise.reject(new InboxFull('Webhooks are stored too slowly just now.'));
    this.count += events.length;
    return new Promise((done, failed) => {
      const entry: Waiting = { events, sinceMs, done, failed, timer: setTimeout(() => { this.giveUp(entry); }, GIVE_UP_AFTER_MS) };
      this.waiting.push(entry);
      if (!this.isWriting) void this.write();
    });
  }

  private giveUp(entry: Waiting): void {
    const position = this.waiting.indexOf(entry);
    if (position >= 0) {
      this.waiting.splice(position, 1);
      this.count -= entry.events.length;
    }
    entry.failed(new InboxFull('The webhook could not be stored in time.'));
  }

  private async write(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      const together: Waiting[] = [];
      let size = 0;
      for (let next = this.waiting[0]; next !== undefined && (size === 0 || size + next.events.length <= MOST_TOGETHER); [next] = this.waiting) {
        together.push(next);
        size += next.events.length;
        this.waiting.shift();
      }
      this.underWay = together;
      try {
        await this.store(together.flatMap(({ events }) => events));
        for (const { done } of together) done();
      } catch (error) {
        for (const { failed } of together) failed(error);
      } finally {
        for (const { timer } of together) clearTimeout(timer);
        this.underWay = [];
        this.count -= size;
      }
    }
    this.isWriting = false;
  }
}
