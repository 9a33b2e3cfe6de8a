import type { SyncDefinition } from '../../../src/contracts/sync-definition.js';
import type { Database } from '../../../src/store/database.js';
import { activeDefinitions, storeDefinitions } from '../../../src/store/definitions.js';
import { newId } from '../../../src/store/new-id.js';
import { field, SyncUnderTest } from '../activities/sync-under-test.js';

/** Expected is a difference that was planted: kind, cause, source id, target id. */
export type Expected = readonly [kind: string, cause: string, sourceId: string | null, targetId: string | null];

const tiers = (gold: string): SyncDefinition['fields'][number] => field('tier', 'tier', { convert: [{ kind: 'lookup', table: { basic: 'B', gold } }] });
const fields = (gold: string): SyncDefinition['fields'] => [
  field('email', 'email', { type: 'email' }), field('name', 'name', { required: true }), field('phone', 'phone'), field('city', '/address/city'), tiers(gold),
];

/** How many records of each kind and cause are planted; 50 of each kind. */
const planted = { differs: { missed: 13, outside: 13, parked: 12, mapping: 12 }, onlySource: { missed: 17, parked: 17, deleted: 16 }, onlyTarget: { deleted: 40, back: 10 }, duplicates: 50 } as const;

/** plantedSync carries contacts over and then plants 200 differences, 50 of each kind; contact `c…` is matched by its address. */
export async function plantedSync(database: Database, count: number): Promise<{ readonly sync: SyncUnderTest; readonly expected: readonly Expected[] }> {
  const sync = await SyncUnderTest.create(database, { sync: { fields: fields('A') }, source: { pageSize: 500 }, target: { pageSize: 500, batchSize: 100 }, windowPages: 40 });
  for (let at = 0; at < count; at += 1) sync.source.put(`c${at}`, contact(at));
  await sync.run();
  return { sync, expected: await new Planter(sync).plant() };
}

function contact(at: number): Record<string, string> {
  // The records whose mapping will change come after those of the other kinds.
  return { email: `c${at}@example.org`, name: `Name ${at}`, phone: `+49731${String(1_000_000 + at)}`, city: `City ${at % 97}`, tier: at >= 1_000 && at < 1_000 + planted.differs.mapping ? 'gold' : 'basic' };
}

class Planter {
  private next = 0;
  private readonly expected: Expected[] = [];

  constructor(private readonly sync: SyncUnderTest) {}

  async plant(): Promise<readonly Expected[]> {
    const { differs, onlySource, onlyTarget } = planted;
    const back = this.take(onlyTarget.back);
    for (const id of back) this.sync.source.records.delete(id);
    const targets = await this.targets();
    await this.parked();
    for (const id of back) this.revive(id, targets);
    this.each(differs.missed, 'differs', 'missed', targets, (id) => { this.edit(this.sync.source, id, { city: 'Moved' }); });
    this.each(differs.outside, 'differs', 'changed-outside', targets, (_, target) => { this.edit(this.sync.target, target, { name: 'By hand' }); });
    for (const id of this.take(onlySource.deleted)) {
      this.sync.target.records.delete(targets.get(id) ?? '');
      this.expected.push(['only-source', 'deleted', id, null]);
    }
    for (const id of this.take(onlyTarget.deleted)) {
      this.sync.source.records.delete(id);
      this.expected.push(['only-target', 'deleted', null, targets.get(id) ?? '']);
    }
    for (let at = 0; at < onlySource.missed; at += 1) {
      this.sync.source.put(`new${at}`, { ...contact(0), email: `new${at}@example.org`, phone: `+49891${1_000_000 + at}` });
      this.expected.push(['only-source', 'missed', `new${at}`, null]);
    }
    for (const id of this.take(planted.duplicates)) {
      this.sync.target.put(`again-${id}`, { ...this.sync.target.records.get(targets.get(id) ?? '')?.data, id: `again-${id}` });
      this.expected.push(['duplicate', 'changed-outside', null, `again-${id}`]);
    }
    await this.changeMapping(targets);
    return this.expected;
  }

  // A run that the target refuses some records of, and that archives what is gone at the source.
  private async parked(): Promise<void> {
    const targets = await this.targets();
    const { target, source } = this.sync;
    this.each(planted.differs.parked, 'differs', 'parked', targets, (id) => { this.edit(source, id, { name: 'Refused' }); });
    for (let at = 0; at < planted.onlySource.parked; at += 1) {
      source.put(`refused${at}`, { ...contact(0), name: 'Refused', email: `refused${at}@example.org`, phone: `+49211${1_000_000 + at}` });
      this.expected.push(['only-source', 'parked', `refused${at}`, null]);
    }
    target.answer = (item) => (item.fields['name'] === 'Refused' ? { outcome: 'park', status: 422, message: 'has no room for it today' } : undefined);
    await this.sync.run('full');
    target.answer = () => undefined;
  }

  private revive(id: string, targets: ReadonlyMap<string, string>): void {
    const target = targets.get(id) ?? '';
    const record = this.sync.target.records.get(target);
    if (record !== undefined) this.sync.target.records.set(target, { ...record, inactive: false });
    this.expected.push(['only-target', 'changed-outside', null, target]);
  }

  private async changeMapping(targets: ReadonlyMap<string, string>): Promise<void> {
    const { database, definition } = this.sync;
    const others = [...(await activeDefinitions(database, 'system')), ...(await activeDefinitions(database, 'sync'))].filter(({ name }) => name !== definition.sync);
    await storeDefinitions(database, [...others, { kind: 'sync', name: definition.sync, hash: newId(), body: { ...definition, fields: fields('AA') }, source: '' }]);
    for (let at = 0; at < planted.differs.mapping; at += 1) this.expected.push(['differs', 'mapping-changed', `c${1_000 + at}`, targets.get(`c${1_000 + at}`) ?? '']);
  }

  private each(count: number, kind: string, cause: string, targets: ReadonlyMap<string, string>, change: (id: string, target: string) => void): void {
    for (const id of this.take(count)) {
      const target = targets.get(id) ?? '';
      change(id, target);
      this.expected.push([kind, cause, id, target]);
    }
  }

  private take(count: number): string[] {
    this.next += count;
    return Array.from({ length: count }, (_, at) => `c${this.next - count + at}`);
  }

  private edit(system: SyncUnderTest['source'], id: string, change: Record<string, string>): void {
    const record = system.records.get(id);
    if (record !== undefined) system.records.set(id, { ...record, version: '9', data: { ...record.data, ...change } });
  }

  // Batches are sent several at once, so which record the target made for which contact is only told by its address.
  private async targets(): Promise<ReadonlyMap<string, string>> {
    return new Map([...this.sync.target.records.values()].map(({ id, data }) => [String(data['email']).split('@')[0] ?? '', id]));
  }
}
