import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/store/database.js';
import { activeDefinitions, storeDefinitions } from '../../../src/store/definitions.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { failureOf } from '../activities/sync-under-test.js';
import { undoOf } from '../plans/plan-under-test.js';
import { edit, syncWithOnePair } from './two-way-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

describe('what a two-way sync refuses, it refuses at once and says what to do', () => {
  test('is to try single dead letters again', async () => {
    const sync = await syncWithOnePair(database);
    const selection = { letters: { kind: 'letter' as const, id: newId() }, by: 'ada' };
    const refused = await failureOf(sync.run('redrive', { selection }));
    expect(refused).toMatchObject({ type: 'DefinitionUnusable', nonRetryable: true, message: expect.stringContaining(`crosswalk sync ${sync.definition.sync} --full`) });
    expect((await database.pool.query(`select 1 from runs r join syncs s on s.id = r.sync_id where s.name = $1 and r.mode = 'redrive'`, [sync.definition.sync])).rowCount).toBe(0);
  });

  test('is to undo what it wrote when it was two-way and is not any more', async () => {
    const sync = await syncWithOnePair(database);
    edit(sync.target, 't1', { phone: '2' });
    const { runId } = await sync.run('full');
    const { creates: _creates, onTargetDelete: _gone, ...rest } = sync.definition;
    const body = { ...rest, fields: rest.fields.map((mapping) => ({ ...mapping, direction: 'forward' as const })) };
    await storeDefinitions(database, [...(await activeDefinitions(database, 'system')), { kind: 'sync', name: body.sync, hash: newId(), body, source: '' }]);
    expect(await failureOf(undoOf(sync, { runId }))).toMatchObject({ nonRetryable: true, message: expect.stringContaining('goes one way now') });
  });
});
