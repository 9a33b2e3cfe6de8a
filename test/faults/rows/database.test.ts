import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, type Database } from '../../../src/store/database.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { clean, HttpSync } from './http-sync.js';

// Rows 2, 10 and 11 of the fault matrix: what becomes of the connection to PostgreSQL. See docs/faults.md.
let migrated: MigratedDatabase;
let proxy: TcpProxy;
let database: Database;
const started: HttpSync[] = [];

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  const url = new URL(migrated.url);
  proxy = await TcpProxy.start(Number(url.port));
  url.host = `127.0.0.1:${proxy.port}`;
  database = openDatabase({ url: url.href, connections: 8, onConnectionLost: () => undefined });
});
afterAll(async () => {
  await Promise.all(started.map((sync) => sync.close()));
  await database.close();
  await proxy.close();
  await migrated.drop();
});

async function syncOf(count: number): Promise<HttpSync> {
  const sync = await HttpSync.create(database);
  started.push(sync);
  sync.contacts(count);
  return sync;
}

/** The text by which the proxy knows a prepared statement: its name, which each use of it sends. */
const statements = { intend: 'ledger-intend', settle: 'ledger-settle' };

describe('row 11: the connection dies while PostgreSQL commits, so that nobody knows whether it did', () => {
  test.each([
    ['the settlement of a batch, by a reset', statements.settle, { kind: 'reset-reply' as const }],
    ['the settlement of a batch, by a reply that is cut', statements.settle, { kind: 'cut-reply' as const, bytes: 3 }],
    ['the intent of a batch, by a reset', statements.intend, { kind: 'reset-reply' as const }],
    ['the place of the run, by a reset', 'update "runs" set "place"', { kind: 'reset-reply' as const }],
    ['the opening of the run, by a reset', 'insert into "runs"', { kind: 'reset-reply' as const }],
    ['the end of the run, by a reset', 'update "runs" set "state"', { kind: 'reset-reply' as const }],
  ])('%s: the ledger and the target agree, and nothing is written twice', async (_what, after, fault) => {
    const sync = await syncOf(40);
    proxy.struck = 0;
    proxy.arm(fault, { after });
    const result = await sync.run();
    proxy.disarm();
    expect(proxy.struck).toBe(1);
    expect(result).toMatchObject({ state: 'succeeded', counts: { read: 40, created: 40, parked: 0 } });
    expect(await sync.judge()).toEqual(clean);
  });

  test('again and again, at every kind of statement: nothing is lost and nothing is written twice', async () => {
    const sync = await syncOf(400);
    proxy.struck = 0;
    let on = true;
    const striking = (async () => {
      // Fewer than the attempts that may come no further: it is the database that is ill here, and no record that kills.
      for (const after of Array.from({ length: 10 }, (_, at) => [statements.settle, statements.intend, 'update "runs"'][at % 3] ?? '')) {
        if (!on) return;
        proxy.arm({ kind: 'reset-reply' }, { after });
        await sleep(60);
      }
    })();
    const result = await sync.run();
    on = false;
    await striking;
    proxy.disarm();
    console.log(`row 11: ${proxy.struck} commits without an answer; ${result.counts.created} created`);
    expect(proxy.struck).toBeGreaterThan(1);
    expect(result).toMatchObject({ state: 'succeeded', counts: { read: 400, created: 400 } });
    expect(await sync.judge()).toEqual(clean);
  }, 60_000);
});

test('row 10: connections cut by pg_terminate_backend again and again: transactions are repeated only where that is harmless', async () => {
  const sync = await syncOf(1_200);
  let cuts = 0;
  let nextAt = 0;
  const timer = setInterval(() => {
    // By what the target has executed and not by the clock, so that a slow machine comes further between two cuts too.
    if (sync.target.ops.length < nextAt) return;
    nextAt = sync.target.ops.length + 40;
    void migrated.database.pool.query<{ cut: number }>(`select count(pg_terminate_backend(pid)) as cut from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name = 'crosswalk' and random() < 0.5`)
      .then(({ rows }) => { cuts += rows[0]?.cut ?? 0; }, () => undefined);
  }, 10);
  const result = await sync.run();
  clearInterval(timer);
  console.log(`row 10: ${cuts} connections cut; ${result.counts.created} created`);
  expect(cuts).toBeGreaterThan(10);
  expect(result).toMatchObject({ state: 'succeeded', counts: { read: 1_200, created: 1_200 } });
  expect(await sync.judge()).toEqual(clean);
}, 60_000);

test('row 2: killed after the target has committed and before we have noted it: the record is looked up, not made again', async () => {
  const sync = await syncOf(30);
  // The target answers a batch, and the note of it never arrives: as with a kill at that moment, the intent stands open.
  await migrated.database.pool.query(`create function die() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$`);
  await migrated.database.pool.query('create trigger die before insert on outcomes for each row execute function die()');
  const running = sync.run();
  while (sync.target.ops.length < 10) await sleep(10);
  await sleep(300);
  await migrated.database.pool.query('drop trigger die on outcomes');
  expect(await running).toMatchObject({ state: 'succeeded', counts: { created: 30, parked: 0 } });
  expect(await sync.judge()).toEqual(clean);
});
