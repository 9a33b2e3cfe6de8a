import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gather } from '../../../src/store/gather.js';

test('what is asked for together shares a call', async () => {
  const calls: (readonly number[])[] = [];
  const double = gather(async (items: readonly number[]) => { calls.push(items); return items.map((item) => item * 2); });
  expect(await Promise.all([double(1), double(2), double(3)])).toEqual([2, 4, 6]);
  expect(calls).toEqual([[1, 2, 3]]);
});

test('what comes while two calls are under way waits for the next one, and none is lost', async () => {
  const calls: (readonly number[])[] = [];
  const slowly = gather(async (items: readonly number[]) => { calls.push(items); await sleep(20); return items; });
  const asked: Promise<number>[] = [];
  for (let item = 0; item < 30; item += 1) {
    asked.push(slowly(item));
    await sleep(1);
  }
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 30 }, (_, item) => item));
  expect(calls.length).toBeLessThan(15);
});

test('a call begins after its items were asked for, so that no answer is older than its question', async () => {
  let state = 0;
  const read = gather(async (items: readonly string[]) => { const seen = state; await sleep(5); return items.map(() => seen); });
  const early = read('early');
  await sleep(1);
  state = 1;
  expect(await read('late')).toBe(1);
  expect(await early).toBeLessThanOrEqual(1);
});

test('for any items and failures, each is answered by its own outcome, and a failure fails no other', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.record({ value: fc.integer(), fails: fc.boolean() }), { maxLength: 250 }), async (items) => {
    const carryOut = gather(async (batch: readonly (typeof items)[number][]) => {
      if (batch.some(({ fails }) => fails)) throw new Error('refused');
      return batch.map(({ value }) => value);
    });
    const ends = await Promise.allSettled(items.map((item) => carryOut(item)));
    expect(ends.map((end) => (end.status === 'fulfilled' ? end.value : 'failed'))).toEqual(items.map(({ value, fails }) => (fails ? 'failed' : value)));
  }), { numRuns: 30 });
});
