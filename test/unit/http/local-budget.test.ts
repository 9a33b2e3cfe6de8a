import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Permit, Purpose } from '../../../src/contracts/budget.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';

const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Asks for permits and notes who got one, in order. */
function queueOf(budget: ReturnType<typeof createLocalBudget>) {
  const served: string[] = [];
  const permits: Permit[] = [];
  const ask = (name: string, purpose: Purpose = 'sync', signal = never): Promise<void> =>
    budget.acquire(purpose, signal).then((permit) => void (served.push(name), permits.push(permit)));
  return { served, permits, ask };
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe('concurrency', () => {
  it('grants as many as it may, and the next in order as permits come back', async () => {
    const { served, permits, ask } = queueOf(createLocalBudget({ burst: 1, concurrency: 2, reserve: 0 }));
    for (const name of ['a', 'b', 'c', 'd']) void ask(name);
    await settle();
    expect(served).toEqual(['a', 'b']);
    permits[1]?.release();
    await settle();
    expect(served).toEqual(['a', 'b', 'c']);
    permits[0]?.release();
    await settle();
    expect(served).toEqual(['a', 'b', 'c', 'd']);
  });

  it('counts a permit that is released twice once', async () => {
    const { served, permits, ask } = queueOf(createLocalBudget({ burst: 1, concurrency: 1, reserve: 0 }));
    for (const name of ['a', 'b', 'c']) void ask(name);
    await settle();
    permits[0]?.release();
    permits[0]?.release();
    await settle();
    expect(served).toEqual(['a', 'b']);
  });

  it('serves handoffs before syncs that wait', async () => {
    const { served, permits, ask } = queueOf(createLocalBudget({ burst: 1, concurrency: 1, reserve: 0 }));
    for (const [name, purpose] of [['a', 'sync'], ['b', 'sync'], ['urgent', 'handoff']] as const) void ask(name, purpose);
    await settle();
    permits[0]?.release();
    await settle();
    expect(served).toEqual(['a', 'urgent']);
  });
});

describe('rate', () => {
  it('grants a burst at once and then one a token', async () => {
    const { served, ask } = queueOf(createLocalBudget({ requestsPerSecond: 10, burst: 3, concurrency: 100, reserve: 0 }));
    for (let at = 0; at < 10; at++) void ask(String(at));
    await settle();
    expect(served).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(99);
    expect(served).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(2);
    expect(served).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(600);
    expect(served).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it('saves no more than a burst', async () => {
    const { served, ask } = queueOf(createLocalBudget({ requestsPerSecond: 10, burst: 3, concurrency: 100, reserve: 0 }));
    await vi.advanceTimersByTimeAsync(60_000);
    for (let at = 0; at < 10; at++) void ask(String(at));
    await settle();
    expect(served).toHaveLength(3);
  });

  it('keeps the reserved share for handoffs', async () => {
    const { served, ask } = queueOf(createLocalBudget({ requestsPerSecond: 1, burst: 10, concurrency: 100, reserve: 0.3 }));
    for (let at = 0; at < 20; at++) void ask(`sync ${at}`);
    await settle();
    expect(served).toHaveLength(7);
    for (let at = 0; at < 5; at++) void ask(`handoff ${at}`, 'handoff');
    await settle();
    expect(served.slice(7)).toEqual(['handoff 0', 'handoff 1', 'handoff 2']);
  });

  it.each([[1, 0.9], [1, 0.2], [2, 0.9], [10, 1]])('lets syncs go on with a burst of %d and a reserve of %d', async (burst, reserve) => {
    const { served, ask } = queueOf(createLocalBudget({ requestsPerSecond: 10, burst, concurrency: 100, reserve }));
    for (let at = 0; at < 3; at++) void ask(String(at));
    await vi.advanceTimersByTimeAsync(400);
    expect(served).toEqual(['0', '1', '2']);
  });

  it('is not held where none is given', async () => {
    const { served, ask } = queueOf(createLocalBudget({ burst: 1, concurrency: 1_000, reserve: 0.2 }));
    for (let at = 0; at < 500; at++) void ask(String(at));
    await settle();
    expect(served).toHaveLength(500);
  });
});

describe('closing', () => {
  it('stops every caller until the time', async () => {
    const budget = createLocalBudget({ requestsPerSecond: 100, burst: 10, concurrency: 10, reserve: 0 });
    const { served, ask } = queueOf(budget);
    budget.close(Date.now() + 5_000);
    void ask('a');
    void ask('urgent', 'handoff');
    await vi.advanceTimersByTimeAsync(4_999);
    expect(served).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(served).toEqual(['urgent', 'a']);
  });

  it('is not shortened by a later, shorter closing, nor by one in the past', async () => {
    const budget = createLocalBudget({ burst: 10, concurrency: 10, reserve: 0 });
    const { served, ask } = queueOf(budget);
    budget.close(Date.now() + 5_000);
    budget.close(Date.now() + 1_000);
    budget.close(Date.now() - 1_000);
    void ask('a');
    await vi.advanceTimersByTimeAsync(4_999);
    expect(served).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(served).toEqual(['a']);
  });

  it('lasts as long as it was said to when the wall clock is set back', async () => {
    const budget = createLocalBudget({ burst: 10, concurrency: 10, reserve: 0 });
    const { served, ask } = queueOf(budget);
    budget.close(Date.now() + 1_000);
    vi.setSystemTime(Date.now() - 3_600_000);
    void ask('a');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(served).toEqual(['a']);
  });
});

describe('giving up', () => {
  it('leaves the line with the signal’s reason, and costs nothing', async () => {
    const { served, permits, ask } = queueOf(createLocalBudget({ burst: 1, concurrency: 1, reserve: 0 }));
    const caller = new AbortController();
    void ask('a');
    const gaveUp = ask('b', 'sync', caller.signal);
    void ask('c');
    await settle();
    caller.abort(new Error('enough'));
    await expect(gaveUp).rejects.toThrow('enough');
    permits[0]?.release();
    await settle();
    expect(served).toEqual(['a', 'c']);
  });

  it('is refused at once with a signal that is aborted already', async () => {
    const budget = createLocalBudget({ burst: 1, concurrency: 1, reserve: 0 });
    await expect(budget.acquire('sync', AbortSignal.abort(new Error('no')))).rejects.toThrow('no');
  });
});
