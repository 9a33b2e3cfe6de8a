import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { InboxFull, InboxWriter } from '../../../../src/ingress/webhooks/inbox-writer.js';
import type { NewInboxEvent } from '../../../../src/store/inbox.js';

function event(dedupeKey: string): NewInboxEvent {
  return { system: 'crm', dedupeKey, object: 'contact', recordId: '1', hasId: true, consumers: [] };
}

/** A store whose statements end when the test says so. */
function slowStore(): { readonly statements: (readonly NewInboxEvent[])[]; readonly store: (events: readonly NewInboxEvent[]) => Promise<void>; end(error?: Error): void } {
  const statements: (readonly NewInboxEvent[])[] = [];
  const ends: ((error?: Error) => void)[] = [];
  return {
    statements,
    store: (events) => new Promise((resolve, reject) => {
      statements.push(events);
      ends.push((error) => { if (error === undefined) resolve(); else reject(error); });
    }),
    end: (error) => { ends.shift()?.(error); },
  };
}

async function outcome(adding: Promise<void>): Promise<string> {
  return adding.then(() => 'stored', (error: unknown) => (error instanceof Error ? error.name : 'unknown'));
}

describe('the writer of the inbox', () => {
  beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }); });
  afterEach(() => { vi.useRealTimers(); });

  test('stores what comes during a statement with the next one', async () => {
    const { statements, store, end } = slowStore();
    const writer = new InboxWriter(store);
    const outcomes = ['a', 'b', 'c'].map((key) => outcome(writer.add([event(key)])));
    end();
    await vi.waitFor(() => { expect(statements).toHaveLength(2); });
    end();
    expect(await Promise.all(outcomes)).toEqual(['stored', 'stored', 'stored']);
    expect(statements.map((events) => events.map(({ dedupeKey }) => dedupeKey))).toEqual([['a'], ['b', 'c']]);
  });

  test('gives up what has waited too long, turns new events away meanwhile, and takes them again once storing goes on', async () => {
    const { statements, store, end } = slowStore();
    const writer = new InboxWriter(store);
    const early = [outcome(writer.add([event('a')])), outcome(writer.add([event('b')]))];
    await vi.advanceTimersByTimeAsync(600);
    expect(await outcome(writer.add([event('c')]))).toBe(InboxFull.name);
    await vi.advanceTimersByTimeAsync(300);
    expect(await Promise.all(early)).toEqual([InboxFull.name, InboxFull.name]);
    end();
    await vi.advanceTimersByTimeAsync(0);
    const late = outcome(writer.add([event('d')]));
    end();
    expect(await late).toBe('stored');
    expect(statements.map((events) => events.map(({ dedupeKey }) => dedupeKey))).toEqual([['a'], ['d']]);
  });

  test('tells those of a failed statement of it, and stores the next ones', async () => {
    const { store, end } = slowStore();
    const writer = new InboxWriter(store);
    const first = outcome(writer.add([event('a')]));
    end(new TypeError('The database is away.'));
    expect(await first).toBe('TypeError');
    const second = outcome(writer.add([event('b')]));
    end();
    expect(await second).toBe('stored');
  });
});
