import { blockingTokens } from './blocking-tokens.js';
import type { RecordTable } from './record-table.js';

/** Pair is two records by their places in the table; the first is the smaller. */
export type Pair = readonly [left: number, right: number];

/** Each record is compared with its nearest others, this many at most. */
const NEIGHBOURS = 12;
/** A token that more than this share of the records carries tells nobody apart and costs the most. */
const MAX_SHARE = 0.02;
const FEWEST_CARRIERS = 50;

/**
 * candidatePairs gives the pairs worth comparing: for each record the nearest others by the rarity-weighted tokens they
 * share (canopies over an inverted index: McCallum, Nigam and Ungar 2000, "Efficient Clustering of High-Dimensional Data
 * Sets with Application to Reference Matching"; rarity as inverse document frequency, Spärck Jones 1972).
 */
export function candidatePairs(table: RecordTable): readonly Pair[] {
  const count = table.ids.length;
  const index = tokenIndex(table);
  const nearness = new Float64Array(count);
  const touched = new Int32Array(count);
  const found = new Set<number>();
  for (let record = 0; record < count; record += 1) {
    let reached = 0;
    const isLeft = record < table.leftCount;
    for (let at = index.recordStarts[record] ?? 0; at < (index.recordStarts[record + 1] ?? 0); at += 1) {
      const token = index.tokens[at] ?? 0;
      const rarity = index.rarities[token] ?? 0;
      if (rarity === 0) continue;
      const middle = index.middles[token] ?? 0;
      const [from, to] = isLeft ? [middle, index.starts[token + 1] ?? 0] : [index.starts[token] ?? 0, table.leftCount === 0 ? (index.starts[token + 1] ?? 0) : middle];
      for (let place = from; place < to; place += 1) {
        const other = index.carriers[place] ?? 0;
        if (nearness[other] === 0) {
          touched[reached] = other;
          reached += 1;
        }
        nearness[other] = (nearness[other] ?? 0) + rarity;
      }
    }
    nearness[record] = 0;
    for (const other of nearest(touched.subarray(0, reached), nearness)) {
      if (other !== record) found.add(Math.min(record, other) * count + Math.max(record, other));
    }
    for (let at = 0; at < reached; at += 1) nearness[touched[at] ?? 0] = 0;
  }
  return [...found].toSorted((a, b) => a - b).map((key) => [Math.floor(key / count), key % count]);
}

/** The places with the highest nearness, of equal ones the first. */
function nearest(touched: Int32Array, nearness: Float64Array): readonly number[] {
  const best: number[] = [];
  for (const other of touched) {
    const value = nearness[other] ?? 0;
    let at = best.length;
    while (at > 0 && isBefore(other, value, best[at - 1] ?? 0, nearness)) at -= 1;
    if (at >= NEIGHBOURS || value === 0) continue;
    best.splice(at, 0, other);
    if (best.length > NEIGHBOURS) best.pop();
  }
  return best;
}

function isBefore(other: number, value: number, known: number, nearness: Float64Array): boolean {
  const knownValue = nearness[known] ?? 0;
  return value > knownValue || (value === knownValue && other < known);
}

interface TokenIndex {
  /** The tokens of a record stand from recordStarts[record] on; the carriers of a token from starts[token] on. */
  readonly recordStarts: Int32Array;
  readonly tokens: Int32Array;
  readonly starts: Int32Array;
  readonly carriers: Int32Array;
  /** Where the carriers of the second set begin. */
  readonly middles: Int32Array;
  /** Zero for tokens that are of no use. */
  readonly rarities: Float64Array;
}

function tokenIndex(table: RecordTable): TokenIndex {
  const count = table.ids.length;
  const { lists, distinct } = recordTokens(table);
  const recordStarts = new Int32Array(count + 1);
  lists.forEach((own, record) => (recordStarts[record + 1] = (recordStarts[record] ?? 0) + own.length));
  const tokens = Int32Array.from(lists.flat());
  const starts = new Int32Array(distinct + 1);
  for (const token of tokens) starts[token + 1] = (starts[token + 1] ?? 0) + 1;
  for (let token = 0; token < distinct; token += 1) starts[token + 1] = (starts[token + 1] ?? 0) + (starts[token] ?? 0);
  const middles = starts.slice(0, distinct);
  const next = starts.slice(0, distinct);
  const carriers = new Int32Array(tokens.length);
  lists.forEach((own, record) => {
    for (const token of own) {
      const place = next[token] ?? 0;
      carriers[place] = record;
      next[token] = place + 1;
      if (record < table.leftCount) middles[token] = place + 1;
    }
  });
  const maxCarriers = Math.max(FEWEST_CARRIERS, count * MAX_SHARE);
  const rarities = Float64Array.from(middles, (_, token) => {
    const size = (starts[token + 1] ?? 0) - (starts[token] ?? 0);
    return size < 2 || size > maxCarriers ? 0 : Math.log((count + 1) / size);
  });
  return { recordStarts, tokens, starts, carriers, middles, rarities };
}

function recordTokens(table: RecordTable): { lists: readonly (readonly number[])[]; distinct: number } {
  const numbers = new Map<string, number>();
  const numberOf = (token: string): number => {
    const known = numbers.get(token) ?? numbers.size;
    numbers.set(token, known);
    return known;
  };
  const perColumn = table.columns.map((column) => column.values.map((value) => blockingTokens(column.kind, value).map(numberOf)));
  const lists = table.ids.map((_, record) => {
    const own = new Set<number>();
    table.columns.forEach(({ codes }, index) => {
      for (const token of perColumn[index]?.[codes[record] ?? -1] ?? []) own.add(token);
    });
    return [...own];
  });
  return { lists, distinct: numbers.size };
}
