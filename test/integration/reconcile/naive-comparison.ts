import type { SourceRecord } from '../../../src/contracts/connector.js';
import { SHARED_BY } from '../../../src/store/reconciliation-pairs.js';
import type { SyncUnderTest } from '../activities/sync-under-test.js';

interface Sides {
  readonly source: ReadonlyMap<string, SourceRecord>;
  readonly target: ReadonlyMap<string, SourceRecord>;
}

const byId = (left: string, right: string): number => (left < right ? -1 : 1);

/** naiveComparison says in plain loops, with all records in memory, what a reconciliation has to find: kind, ids and fields. */
export async function naiveComparison(sync: SyncUnderTest): Promise<string[]> {
  const sides: Sides = { source: sync.source.records, target: sync.target.records };
  const links = await linksOf(sync);
  const partner = new Map<string, string>(links.flatMap(({ source, target }) => (target !== null && sides.source.has(source) && sides.target.has(target) ? [[source, target] as const] : [])));
  pairByAddress(sides, links, partner);
  const found: string[] = [];
  const repeats = { source: repeatsOf(sides.source, (id) => partner.has(id)), target: repeatsOf(sides.target, (id) => [...partner.values()].includes(id)) };
  for (const [id, record] of sides.source) {
    const other = sides.target.get(partner.get(id) ?? '');
    if (repeats.source.has(id)) found.push(`duplicate ${id} -`);
    if (repeats.source.has(id) && other === undefined) continue;
    if (record.inactive) {
      if (other !== undefined && !other.inactive) found.push(`only-target ${id} ${other.id}`);
    } else if (other === undefined || other.inactive) found.push(`only-source ${id} ${other?.id ?? '-'}`);
    else if (record.data['name'] !== other.data['name']) found.push(`differs ${id} ${other.id} name`);
  }
  for (const [id, record] of sides.target) {
    if (repeats.target.has(id)) found.push(`duplicate - ${id}`);
    else if (!record.inactive && ![...partner.values()].includes(id)) found.push(`only-target - ${id}`);
  }
  return found.toSorted();
}

async function linksOf({ database, definition }: SyncUnderTest): Promise<{ source: string; target: string | null }[]> {
  const { rows } = await database.pool.query<{ source: string; target: string | null }>(
    `select s.external_id as source, t.external_id as target from links s join objects so on so.id = s.object_id and so.system = $1
     left join (select l.* from links l join objects o on o.id = l.object_id and o.system = $2) t on t.entity_id = s.entity_id and t.state = 'live' where s.state = 'live'`,
    [definition.from.system, definition.to.system],
  );
  return rows;
}

function pairByAddress({ source, target }: Sides, links: Awaited<ReturnType<typeof linksOf>>, partner: Map<string, string>): void {
  const linkedSources = new Set(links.filter((link) => link.target !== null).map((link) => link.source));
  const linkedTargets = new Set(links.map((link) => link.target));
  const free = (records: Sides['source'], linked: ReadonlySet<string | null>): SourceRecord[] => [...records.values()].filter(({ id, inactive }) => !inactive && !linked.has(id)).toSorted((a, b) => byId(a.id, b.id));
  const targets = free(target, linkedTargets);
  const taken = new Set<string>();
  for (const record of free(source, linkedSources)) {
    const email = String(record.data['email']);
    const other = targets.find((candidate) => candidate.data['email'] === email);
    // Only the first on each side are each other's first choice.
    if (other !== undefined && !taken.has(email)) partner.set(record.id, other.id);
    taken.add(email);
  }
}

function repeatsOf(records: Sides['source'], isPaired: (id: string) => boolean): Set<string> {
  const byAddress = new Map<string, SourceRecord[]>();
  for (const record of records.values()) {
    const email = String(record.data['email']);
    if (!record.inactive) byAddress.set(email, [...(byAddress.get(email) ?? []), record]);
  }
  const repeats = [...byAddress.values()].flatMap((holders) => {
    if (holders.length > SHARED_BY) return [];
    const sorted = holders.toSorted((a, b) => Number(isPaired(b.id)) - Number(isPaired(a.id)) || byId(a.id, b.id));
    return sorted.slice(1).map(({ id }) => id);
  });
  return new Set(repeats);
}
