const chunkSize = 512;

/**
 * SortedRows keeps rows in order in chunks of some hundred, so that adding, removing, seeking and reading a page cost
 * the same whether there are a thousand rows or a million.
 */
export class SortedRows<Key, Item extends Key> {
  readonly #compare: (a: Key, b: Key) => number;
  #chunks: Item[][] = [];
  #size = 0;

  /** The comparison is a total order: two different rows never compare as 0. */
  constructor(compare: (a: Key, b: Key) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  insert(item: Item): void {
    this.#size += 1;
    const chunks = this.#chunks;
    const last = chunks.at(-1);
    if (last === undefined) {
      chunks.push([item]);
      return;
    }
    if (this.#compare(last.at(-1) as Item, item) < 0) {
      // Nearly every write lands here: new rows and fresh changes sort last.
      if (last.length < chunkSize) last.push(item);
      else chunks.push([item]);
      return;
    }
    const chunkIndex = this.#chunkOf(item);
    const chunk = chunks[chunkIndex] as Item[];
    chunk.splice(this.#countBefore(chunk, item), 0, item);
    if (chunk.length > 2 * chunkSize) chunks.splice(chunkIndex + 1, 0, chunk.splice(chunkSize));
  }

  /** remove takes a row out; its sort fields must still be those it was inserted with. */
  remove(item: Item): void {
    const chunkIndex = this.#chunkOf(item);
    const chunk = this.#chunks[chunkIndex];
    if (chunk === undefined) return;
    const index = this.#countBefore(chunk, item);
    if (chunk[index] !== item) return;
    this.#size -= 1;
    if (chunk.length === 1) this.#chunks.splice(chunkIndex, 1);
    else chunk.splice(index, 1);
  }

  /** insertMany adds many rows with one sort. */
  insertMany(items: readonly Item[]): void {
    const all = this.#chunks.flat().concat(items).toSorted(this.#compare);
    this.#chunks = [];
    for (let start = 0; start < all.length; start += chunkSize) this.#chunks.push(all.slice(start, start + chunkSize));
    this.#size = all.length;
  }

  clear(): void {
    this.#chunks = [];
    this.#size = 0;
  }

  /** rank is the number of rows that sort before the key. */
  rank(key: Key): number {
    const chunkIndex = this.#chunkOf(key);
    let rank = 0;
    for (let index = 0; index < chunkIndex; index += 1) rank += (this.#chunks[index] as Item[]).length;
    const chunk = this.#chunks[chunkIndex];
    return chunk === undefined ? rank : rank + this.#countBefore(chunk, key);
  }

  /** slice reads at most `limit` rows from the given rank on. */
  slice(rank: number, limit: number): Item[] {
    const rows: Item[] = [];
    let skip = rank;
    for (const chunk of this.#chunks) {
      if (skip >= chunk.length) {
        skip -= chunk.length;
        continue;
      }
      const wanted = limit - rows.length;
      for (let index = skip; index < chunk.length && index < skip + wanted; index += 1) rows.push(chunk[index] as Item);
      if (rows.length >= limit) break;
      skip = 0;
    }
    return rows;
  }

  /** Index of the first chunk whose last row does not sort before the key. */
  #chunkOf(key: Key): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare((this.#chunks[middle] as Item[]).at(-1) as Item, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #countBefore(chunk: readonly Item[], key: Key): number {
    let low = 0;
    let high = chunk.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(chunk[middle] as Item, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
