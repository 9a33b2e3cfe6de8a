import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createConnectorRegistry } from '../../../src/connectors/connector-registry.js';
import type { FileObjectDefinition, FilesSystemDefinition } from '../../../src/contracts/files-definition.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { uniqueName } from '../../support/servers.js';
import { field, SyncUnderTest, type RealEnd } from '../activities/sync-under-test.js';

const registry = createConnectorRegistry({ networkAllow: ['loopback'], resolve: (text) => text, secrets: createSecretRegister(), log: pino({ level: 'silent' }), budgetFor: ({ limits }) => createLocalBudget(limits) });
const fields = [field('email', 'email', { type: 'email' }), field('name', 'name', { required: true })];
const both: FileObjectDefinition = {
  id: '/no', idColumn: 'no', csv: { delimiter: ';', quote: '"', encoding: 'windows-1252' }, since: { format: 'iso', field: '', overlapMs: 0, safetyLagMs: 0 },
  read: { full: 'full-*.csv', changes: 'changed-*.csv', complete: { by: 'stable', forMs: 1_000 }, after: 'keep', pageSize: 20 },
};

describe('syncs with files', () => {
  let ours: MigratedDatabase;
  let root: string;

  beforeAll(async () => { ours = await openMigratedDatabase(); });
  beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'crosswalk-files-')); });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  afterAll(async () => {
    await registry.close();
    await ours.drop();
  });

  function end(object: FileObjectDefinition): RealEnd {
    const definition: FilesSystemDefinition = {
      system: uniqueName('shop'), title: 'Shop', connector: 'files', medium: 'files', folder: root, timeZone: 'UTC', retry: { scheduleMs: [10] }, objects: { client: object },
      limits: { burst: 10, concurrency: 4, reserve: 0, timeoutMs: 5_000, settleMs: 100, maxResponseBytes: 1_000_000 },
    };
    return { definition, object: 'client', connector: registry.connectorFor(definition) };
  }
  function put(name: string, ids: readonly number[], minutesAgo: number, as = 'n'): void {
    writeFileSync(join(root, name), Buffer.from(`no;name;email\n${ids.map((id) => `${id};${as}\xe9${id};e${id}@x.test\n`).join('')}`, 'latin1'));
    utimesSync(join(root, name), new Date(), new Date(Date.now() - minutesAgo * 60_000));
  }
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1);
  const from = (object: FileObjectDefinition): Promise<SyncUnderTest> => SyncUnderTest.create(ours.database, { real: { source: end(object) }, sync: { fields, match: [{ field: 'email', kind: 'email' }] } });

  it('take in what a file holds, then what changed, and what is gone from a file that holds everything', async () => {
    const sync = await from(both);
    put('full-1.csv', numbers(50), 60);
    expect((await sync.run()).counts).toMatchObject({ read: 50, created: 50 });
    put('changed-1.csv', [1, 51], 40, 'changed');
    expect((await sync.run()).counts).toMatchObject({ created: 1, updated: 1 });
    put('full-2.csv', numbers(49), 20);
    await sync.run('full');
    expect(Object.keys(sync.atTarget())).toHaveLength(49);
    expect(Object.values(sync.atTarget())).toContain('né2');
  });

  it('remove nothing for being missing from files that hold only what changed', async () => {
    const sync = await from({ ...both, isPartial: true, read: { ...both.read!, full: undefined as never } });
    put('changed-1.csv', numbers(10), 60);
    await sync.run();
    rmSync(join(root, 'changed-1.csv'));
    put('changed-2.csv', [3], 20, 'changed');
    expect((await sync.run('full')).state).toBe('succeeded');
    expect(Object.keys(sync.atTarget())).toHaveLength(10);
  });

  it('fail, and remove nothing, where the file is not there', async () => {
    const sync = await from(both);
    put('full-1.csv', numbers(10), 60);
    await sync.run();
    rmSync(join(root, 'full-1.csv'));
    await expect(sync.run('full')).rejects.toThrow('found no complete file');
    expect(Object.keys(sync.atTarget())).toHaveLength(10);
  });

  it('leave each record in one file, and its changes in others', async () => {
    const write = { prefix: 'clients-', columns: ['no', 'name', 'email'], kindColumn: 'action', batch: 4, raw: [] };
    const target = end({ ...both, read: undefined as never, write, create: { isKeyed: true }, update: {}, archive: { fields: {} } });
    const sync = await SyncUnderTest.create(ours.database, { real: { target }, sync: { fields: [...fields, field('id', 'no')], match: [{ field: 'email', kind: 'email' }] } });
    for (const id of numbers(10)) sync.source.put(`c${id}`, { id: `c${id}`, name: `Client ${id}`, email: `c${id}@x.test` });
    expect((await sync.run()).counts).toMatchObject({ created: 10 });
    const rows = (): readonly string[] => readdirSync(root).filter((name) => name.endsWith('.csv')).flatMap((name) => readFileSync(join(root, name), 'latin1').trim().split('\r\n').slice(1)).toSorted();
    expect(rows()).toHaveLength(10);
    expect(new Set(rows().map((row) => row.split(';')[1])).size).toBe(10);
    sync.source.put('c1', { id: 'c1', name: 'Renamed', email: 'c1@x.test' }, { version: '2' });
    await sync.run('full');
    expect(rows().filter((row) => row.startsWith('update;'))).toEqual(['update;c1;Renamed;']);
  });
});
