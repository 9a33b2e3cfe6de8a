import type { JsonObject } from '../../../src/contracts/json.js';
import type { SyncDefinition } from '../../../src/contracts/sync-definition.js';
import type { Database } from '../../../src/store/database.js';
import type { FakeSystem } from '../../support/fake-system.js';
import { field, SyncUnderTest, type SyncUnderTestOptions } from '../activities/sync-under-test.js';

/** change is an operation that a fake system carries out. */
export const change = { method: 'POST' as const, path: '/x', envelope: '', fields: {}, record: '' };

/** writable is a source object that can be written to. */
export const writable = { create: change, update: change, archive: change, delete: change, find: { method: 'GET' as const, path: '/x', records: '', by: { email: {} } } };

/** fields are mappings of each direction. */
export const fields = [
  field('email', 'email', { type: 'email', direction: 'both', conflict: 'source' }),
  field('name', 'name', { direction: 'both' }),
  field('phone', 'phone', { direction: 'both', conflict: 'target' }),
  field('notes', 'about', { direction: 'forward' }),
  field('score', 'score', { direction: 'back' }),
];

/** twoWaySync is a two-way sync of two empty systems. */
export function twoWaySync(database: Database, sync: Partial<SyncDefinition> = {}, options: SyncUnderTestOptions = {}): Promise<SyncUnderTest> {
  return SyncUnderTest.create(database, { ...options, sourceObject: { ...writable, ...options.sourceObject }, sync: { fields, creates: 'both', onTargetDelete: 'archive', ...sync } });
}

/** syncWithOnePair is a two-way sync whose first pair, of c1 and t1, has all fields; there are three others. */
export async function syncWithOnePair(database: Database, sync: Partial<SyncDefinition> = {}, options: SyncUnderTestOptions = {}): Promise<SyncUnderTest> {
  const made = await twoWaySync(database, sync, options);
  made.source.put('c1', { email: 'ada@example.org', name: 'Ada', phone: '1', notes: 'n' });
  await made.run('full');
  // Others, so that the loss of one record is not the loss of most of them.
  for (const n of [2, 3, 4]) made.source.put(`c${n}`, { email: `c${n}@example.org`, name: `n${n}` });
  await made.run('full');
  made.source.sent.length = 0;
  made.target.sent.length = 0;
  return made;
}

/** edit changes a record as a person would. */
export function edit(system: FakeSystem, id: string, data: JsonObject): void {
  const record = system.records.get(id);
  if (record === undefined) throw new Error(`there is no ${id}`);
  system.records.set(id, { ...record, version: String(Number(record.version) + 1), data: { ...record.data, ...data } });
}

/** idByEmail is the id of the live record with an e-mail address, or an empty text. */
export function idByEmail(system: FakeSystem, email: string): string {
  return [...system.records.values()].find(({ data, inactive }) => data['email'] === email && !inactive)?.id ?? '';
}

/** at is what a system holds under an id. */
export const at = (system: FakeSystem, id: string): JsonObject | undefined => system.records.get(id)?.data;
