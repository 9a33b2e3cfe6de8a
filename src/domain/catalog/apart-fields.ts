import type { ApartField, CatalogFlow, CatalogHolding, CatalogSystem } from '../../contracts/catalog.js';

/** Holder is a system that holds a kind of data. */
interface Holder {
  readonly system: string;
  readonly holding: CatalogHolding;
}

/**
 * apartFields lists the fields that several systems hold and that no chain of syncs keeps the same. A sync connects two
 * holders when it goes between their systems and, where the catalogue says which object holds the data, between those
 * objects. A handoff carries something over once and keeps nothing the same, so it connects nothing.
 */
export function apartFields(systems: readonly CatalogSystem[], flows: readonly CatalogFlow[]): ApartField[] {
  const holders = new Map<string, Holder[]>();
  for (const { system, holds } of systems) {
    for (const holding of holds) {
      for (const field of holding.fields) {
        const key = `${holding.data}.${field}`;
        holders.set(key, [...(holders.get(key) ?? []), { system, holding }]);
      }
    }
  }
  const syncs = flows.filter(({ kind }) => kind === 'sync');
  return [...holders].flatMap(([field, held]) => {
    const groups = groupsOf(held, syncs);
    return groups.length < 2 ? [] : [{ field, groups }];
  }).toSorted((a, b) => compare(a.field, b.field));
}

function groupsOf(holders: readonly Holder[], syncs: readonly CatalogFlow[]): string[][] {
  let groups: string[][] = [...new Set(holders.map(({ system }) => system))].map((system) => [system]);
  for (const sync of syncs) {
    const ends = [holders.find(isEnd(sync.from, [sync.fromObject])), holders.find(isEnd(sync.to, sync.toObjects))];
    const [from, to] = ends.map((end) => groups.find((group) => end !== undefined && group.includes(end.system)));
    if (from === undefined || to === undefined || from === to) continue;
    groups = [...groups.filter((group) => group !== from && group !== to), [...from, ...to]];
  }
  return groups.map((group) => group.toSorted(compare)).toSorted((a, b) => b.length - a.length || compare(a[0] ?? '', b[0] ?? ''));
}

function isEnd(system: string, objects: readonly string[]): (holder: Holder) => boolean {
  return (holder) => holder.system === system && (holder.holding.object === null || objects.includes(holder.holding.object));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
