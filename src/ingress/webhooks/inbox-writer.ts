import type { NewInboxEvent } from '../../store/inbox.js';

/** InboxFull is thrown where so many events wait to be stored that no more are taken in. */
export class InboxFull extends Error {
  override readonly name = 'InboxFull';
}

/** How many events may wait in memory, and how many are stored with one statement. */
const MOST_WAITING = 10_000;
const MOST_TOGETHER = 500;

interface Waiting {
  readonly events: readonly NewInboxEvent[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** InboxWriter stores events, those that come while a statement is under way together with the next one, so that a storm costs few statements. */
export class InboxWriter {
  private waiting: Waiting[] = [];
  private count = 0;
  private isWriting = false;

  constructor(private readonly store: (events: readonly NewInboxEvent[]) => Promise<unknown>) {}

  /** add resolves when the events are stored; throws InboxFull, and what the store throws. */
  add(events: readonly NewInboxEvent[]): Promise<void> {
    if (this.count + events.length > MOST_WAITING) return Promise.reject(new InboxFull('Too many webhooks wait to be stored.'));
    this.count += events.length;
    return new Promise((done, failed) => {
      this.waiting.push({ events, done, failed });
      if (!this.isWriting) void this.write();
    });
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
      try {
        await this.store(together.flatMap(({ events }) => events));
        for (const { done } of together) done();
      } catch (error) {
        for (const { failed } of together) failed(error);
      } finally {
        this.count -= size;
      }
    }
    this.isWriting = false;
  }
}
