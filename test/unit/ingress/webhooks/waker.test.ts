import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Waker } from '../../../../src/ingress/webhooks/waker.js';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

function wakerUnderTest(wake: (consumer: string) => Promise<void> = () => Promise.resolve()) {
  const woken: { readonly consumer: string; readonly atMs: number }[] = [];
  const begunMs = Date.now();
  const waker = new Waker({
    wake: async (consumer) => {
      woken.push({ consumer, atMs: Date.now() - begunMs });
      await wake(consumer);
    },
    missed: () => Promise.resolve([]), onFailure: () => undefined, everyMs: 15_000,
  });
  return { waker, woken };
}

test('a storm of announcements is few signals, the last of them after the last announcement', async () => {
  const { waker, woken } = wakerUnderTest();
  for (let ms = 0; ms < 10_000; ms += 1) {
    waker.wake(['sync/a']);
    await vi.advanceTimersByTimeAsync(1);
  }
  await vi.advanceTimersByTimeAsync(1_000);
  waker.stop();
  for (const { atMs } of woken) {
    const within = woken.filter((other) => other.atMs >= atMs && other.atMs < atMs + 8_000);
    expect(within.length, 'signals within 8 s, of which Temporal keeps 100').toBeLessThanOrEqual(51);
  }
  expect(woken.at(-1)?.atMs).toBeGreaterThanOrEqual(9_999);
});

test('announcements that come a few a second are signalled at once, and one consumer does not hold up another', async () => {
  const { waker, woken } = wakerUnderTest();
  for (let ms = 0; ms < 10_000; ms += 250) {
    waker.wake(['sync/a', 'sync/b']);
    await vi.advanceTimersByTimeAsync(250);
  }
  waker.stop();
  expect(woken.map(({ consumer, atMs }) => `${consumer} ${atMs}`)).toEqual(Array.from({ length: 40 }, (_, at) => [`sync/a ${at * 250}`, `sync/b ${at * 250}`]).flat());
});

test('a signal that fails is sent again until it succeeds, and what was announced meanwhile is signalled after it', async () => {
  let fails = 3;
  const { waker, woken } = wakerUnderTest(() => {
    fails -= 1;
    return fails >= 0 ? Promise.reject(new Error('unavailable')) : Promise.resolve();
  });
  waker.wake(['sync/a']);
  await vi.advanceTimersByTimeAsync(1);
  waker.wake(['sync/a']);
  await vi.advanceTimersByTimeAsync(60_000);
  waker.stop();
  expect(woken.map(({ atMs }) => atMs)).toEqual([0, 500, 1_500, 6_500, 6_500]);
});
