import DataLoader from 'dataloader';

/** Items of one statement, and statements of one kind that are under way at the same time. */
const MOST_TOGETHER = 100;
const MOST_UNDER_WAY = 2;

/**
 * gather makes a task for one item of a task for many, which must be harmless to repeat. Items that come together, or while
 * others are under way, share a call; each begins after its item was asked for, so that what it reads is never older than
 * the question. A call that fails is made again for each of its items alone, so that one cannot fail the others.
 */
export function gather<Item, Result>(carryOut: (items: readonly Item[]) => Promise<readonly Result[]>): (item: Item) => Promise<Result> {
  const alone = async (item: Item): Promise<Result | Error> => {
    try {
      const [result] = await carryOut([item]);
      return result as Result;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
  let underWay = 0;
  const waiting: (() => void)[] = [];
  const loader = new DataLoader<Item, Result>(
    async (items) => {
      underWay += 1;
      try {
        return await carryOut(items);
      } catch (error) {
        if (items.length === 1) throw error;
        return await Promise.all(items.map(alone));
      } finally {
        underWay -= 1;
        waiting.shift()?.();
      }
    },
    {
      cache: false,
      maxBatchSize: MOST_TOGETHER,
      batchScheduleFn: (send) => { setImmediate(() => { if (underWay < MOST_UNDER_WAY) send(); else waiting.push(send); }); },
    },
  );
  return (item) => loader.load(item);
}

/** perDatabase makes something once for each database, at first use. */
export function perDatabase<Kept extends object, Owner extends object>(make: (owner: Owner) => Kept): (owner: Owner) => Kept {
  const made = new WeakMap<Owner, Kept>();
  return (owner) => {
    const known = made.get(owner) ?? make(owner);
    made.set(owner, known);
    return known;
  };
}
