import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAhead } from '../../../activities/sync/read-ahead.js';

interface Source {
  readonly items: AsyncGenerator<number, void, undefined>;
  /** How many items the source has been asked for. */
  asked(): number;
  closed(): boolean;
}

function sourceOf(count: number, failAt?: number): Source {
  let asked = 0;
  let closed = false;
  async function* items(): AsyncGenerator<number, void, undefined> {
    try {
      for (let item = 0; item < count; item += 1) {
        asked += 1;
        await Promise.resolve();
        if (item === failAt) throw new Error(`item ${item} is broken`);
        yield item;
      }
    } finally {
      closed = true;
    }
  }
  return { items: items(), asked: () => asked, closed: () => closed };
}

async function take(items: AsyncIterable<number>, most = Infinity): Promise<{ readonly taken: number[]; readonly error?: string }> {
  const taken: number[] = [];
  try {
    for await (const item of items) {
      taken.push(item);
      if (taken.length >= most) break;
    }
    return { taken };
  } catch (error) {
    return { taken, error: error instanceof Error ? error.message : 'unknown' };
  }
}

describe('reading ahead', () => {
  test('gives every item once and in order, and an error where its item would have come', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(12), fc.integer({ min: 1, max: 5 }), fc.option(fc.nat(11), { nil: undefined }), async (count, depth, failAt) => {
      const source = sourceOf(count, failAt);
      const { taken, error } = await take(readAhead(source.items, depth));
      const fails = failAt !== undefined && failAt < count;
      expect(taken).toEqual(Array.from({ length: fails ? failAt : count }, (_, item) => item));
      expect(error).toBe(fails ? `item ${failAt} is broken` : undefined);
      expect(source.closed()).toBe(true);
    }));
  });

  test('never asks for more than its depth beyond what was taken', async () => {
    const source = sourceOf(20);
    let taken = 0;
    for await (const item of readAhead(source.items, 3)) {
      taken = item + 1;
      await new Promise((resolve) => { setImmediate(resolve); });
      expect(source.asked() - taken).toBeLessThanOrEqual(3);
    }
    expect(taken).toBe(20);
  });

  test('closes the source when its reader leaves early, also when the next item would have failed', async () => {
    for (const failAt of [undefined, 2]) {
      const source = sourceOf(10, failAt);
      expect(await take(readAhead(source.items, 3), 2)).toEqual({ taken: [0, 1] });
      expect(source.closed()).toBe(true);
    }
  });
});
