import { findDuplicates } from '../../../../src/domain/identity/find-duplicates.js';
import { linkRecords } from '../../../../src/domain/identity/link-records.js';
import type { DataSet, LoadedSet } from './data-sets.js';

/** Measure is how well pairs were found: links alone, and links with everything put before a person. */
export interface Measure {
  readonly records: number;
  readonly truePairs: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly reviews: number;
  /** Recall when every true pair among the reviews is accepted. */
  readonly recallWithReviews: number;
  /** False pairs among links and reviews. */
  readonly falsePairs: number;
  readonly milliseconds: number;
  /** Of the processor; less than `milliseconds` where others use the machine as well. */
  readonly cpuMilliseconds: number;
}

/** measure links or searches a data set and compares the answer with the truth. */
export function measure(set: DataSet, { sets, entities }: LoadedSet): Measure {
  const [left = [], right] = sets;
  const [leftEntities = new Map<string, string>(), rightEntities = leftEntities] = entities;
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  const { links, reviews } = right === undefined ? duplicatePairs(set, left) : linkRecords(set.fields, left, right);
  const milliseconds = performance.now() - started;
  const cpu = process.cpuUsage(cpuBefore);
  const isTrue = (pair: { left: string; right: string }): boolean => leftEntities.get(pair.left) === rightEntities.get(pair.right);
  const truePairs = right === undefined ? pairsWithin(leftEntities) : pairsBetween(leftEntities, rightEntities);
  const rightLinks = links.filter(isTrue).length;
  const rightReviews = reviews.filter(isTrue).length;
  return {
    records: left.length + (right?.length ?? 0),
    truePairs,
    precision: rightLinks / links.length,
    recall: rightLinks / truePairs,
    f1: (2 * rightLinks) / (links.length + truePairs),
    reviews: reviews.length,
    recallWithReviews: (rightLinks + rightReviews) / truePairs,
    falsePairs: links.length - rightLinks + reviews.length - rightReviews,
    milliseconds,
    cpuMilliseconds: (cpu.user + cpu.system) / 1_000,
  };
}

/** All pairs within the groups count, those that were never compared as well. */
function duplicatePairs({ fields }: DataSet, records: LoadedSet['sets'][number]): { links: { left: string; right: string }[]; reviews: readonly { left: string; right: string }[] } {
  const { groups, reviews } = findDuplicates(fields, records);
  const links = groups.flatMap((group) => group.flatMap((left, place) => group.slice(place + 1).map((right) => ({ left, right }))));
  return { links, reviews };
}

function pairsWithin(entities: ReadonlyMap<string, string>): number {
  return [...counts(entities).values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
}

function pairsBetween(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): number {
  const rightCounts = counts(right);
  return [...counts(left)].reduce((sum, [entity, count]) => sum + count * (rightCounts.get(entity) ?? 0), 0);
}

function counts(entities: ReadonlyMap<string, string>): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const entity of entities.values()) found.set(entity, (found.get(entity) ?? 0) + 1);
  return found;
}
