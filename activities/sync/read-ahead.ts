/**
 * readAhead runs an async generator up to `depth` items ahead of its consumer, so that reading the next pages and
 * working on the ones before overlap. An error comes out where its item would have; leaving the loop closes the source.
 */
export async function* readAhead<Item>(source: AsyncGenerator<Item, void, undefined>, depth: number): AsyncGenerator<Item, void, undefined> {
  const buffer: Promise<IteratorResult<Item, void>>[] = [];
  // An async generator queues calls of next() and answers them in order, so several may be outstanding.
  const fill = (): void => {
    while (buffer.length < depth) {
      const next = source.next();
      next.catch(() => undefined); // Reported when the item is taken; until then it must not count as unhandled.
      buffer.push(next);
    }
  };
  try {
    for (;;) {
      fill();
      const result = await buffer.shift();
      if (result === undefined || result.done === true) return;
      yield result.value;
    }
  } finally {
    await source.return().catch(() => undefined);
  }
}
