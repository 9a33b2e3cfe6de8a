import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { carryAnnounced } from '../../../activities/realtime/carry-announced.js';
import { syncConsumer } from '../../../src/contracts/ids.js';
import { storeEvents } from '../../../src/store/inbox.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { holdAnswer } from './held-answer.js';
import { clean, HttpSync } from './http-sync.js';

// Row 35 of the fault matrix: webhooks of one record come as v3, v1, v2. See docs/faults.md.
let migrated: MigratedDatabase;
let sync: HttpSync;

beforeAll(async () => { migrated = await openMigratedDatabase(); });
afterAll(async () => {
  await sync?.close();
  await migrated.drop();
});
beforeEach(async () => {
  await sync?.close();
  sync = await HttpSync.create(migrated.database, { source: { limits: { timeoutMs: 10_000 } }, target: { limits: { timeoutMs: 10_000 } } });
  sync.contacts(10);
  expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 10 } });
});

const change = (name: string): void => { sync.source.put('c3', { email: 'c3@example.org', name }); };

async function webhook(version: number): Promise<void> {
  const { definition: { sync: name, from: { system, object } } } = sync;
  await storeEvents(migrated.database, [{ system, object, recordId: 'c3', dedupeKey: `${name}/v${version}`, hasId: true, consumers: [syncConsumer(name)] }]);
}
const carry = () => carryAnnounced(sync.dependencies, { sync: sync.definition.sync, takenBy: newId(), workflowId: `realtime/${sync.definition.sync}` });
const written = () => sync.target.ops.filter(({ op }) => op === 'update').map(({ fields }) => fields['name']);

describe('row 35: webhooks of three changes of one record come as v3, v1, v2', () => {
  test('all before any is worked on: the newest state is written, once', async () => {
    for (const version of [1, 2, 3]) change(`v${version}`);
    for (const version of [3, 1, 2]) await webhook(version);
    expect(await carry()).toBe('carried');
    expect([await carry(), await sync.judge(), written()]).toEqual(['nothing', clean, ['v3']]);
  });

  test('each worked on before the next comes: what the late ones tell of is not written any more', async () => {
    for (const version of [1, 2, 3]) change(`v${version}`);
    for (const version of [3, 1, 2]) {
      await webhook(version);
      expect(await carry()).toBe('carried');
    }
    expect([await sync.judge(), written()]).toEqual([clean, ['v3']]);
  });

  test('a late one comes while the record is read: it is read once more, and what it was meanwhile comes last', async () => {
    change('v1');
    await webhook(2);
    const read = holdAnswer(sync.source, 'GET /records/c3');
    const carrying = carry();
    await read.reached;
    change('v3');
    for (const version of [3, 1]) await webhook(version);
    read.release();
    expect([await carrying, await carry()]).toEqual(['carried', 'carried']);
    expect([await sync.judge(), written()]).toEqual([clean, ['v1', 'v3']]);
  });
});
