/** How many records are asked for at once; each system's own budget holds them back further. */
const AT_ONCE = 32;

/** atOnce does a task for many items, some of them at the same time, and gives the results in the items' order. */
export async function atOnce<Item, Result>(items: readonly Item[], task: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let first = 0; first < items.length; first += AT_ONCE) results.push(...await Promise.all(items.slice(first, first + AT_ONCE).map(task)));
  return results;
}
