import { beforeEach, describe, expect, test } from 'vitest';
import { syncConsumer } from '../../../src/contracts/ids.js';
import { newId } from '../../../src/store/new-id.js';
import { useAnnouncedSync } from './announced-sync.js';
import { holdAnswer } from './held-answer.js';
import { clean, type HttpSync } from './http-sync.js';

// Rows 21, 36 and 47 of the fault matrix where webhooks name the records: what is read by its id. See docs/faults.md.
const announced = useAnnouncedSync(30, { source: { limits: { timeoutMs: 10_000 } } });
const { store, carry } = announced;
let sync: HttpSync;
beforeEach(() => { ({ sync } = announced); });

async function announce(...ids: string[]): Promise<'nothing' | 'carried' | 'left'> {
  await store(...ids);
  return carry();
}
const waiting = async () => (await sync.database.pool.query('select 1 from inbox_work where consumer = $1', [syncConsumer(sync.definition.sync)])).rowCount;

describe('a few records that webhooks name', () => {
  test('are read by their ids and written, once however often they are named', async () => {
    sync.source.put('c3', { email: 'c3@example.org', name: 'changed' });
    sync.source.put('c31', { email: 'c31@example.org', name: 'new' });
    expect(await announce('c3', 'c3', 'c31')).toBe('carried');
    expect([await sync.judge(), await waiting()]).toEqual([clean, 0]);
    const before = sync.target.ops.length;
    expect(await announce('c3')).toBe('carried');
    expect([sync.target.ops.length, await announce()]).toEqual([before, 'nothing']);
  });

  test('that the source answers 404 for are not removed at the target', async () => {
    const before = sync.target.ops.length;
    for (let at = 1; at <= 10; at += 1) sync.source.records.delete(`c${at}`);
    expect(await announce('c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9', 'c10')).toBe('carried');
    expect(sync.target.ops.length).toBe(before);
  });

  test('rows 1 and 4: are carried over also by an attempt that is repeated, because a worker ended before its end was known: what was announced meanwhile is not forgotten', async () => {
    const takenBy = newId();
    sync.source.put('c3', { email: 'c3@example.org', name: 'changed' });
    await store('c3');
    expect(await carry(takenBy)).toBe('carried');
    sync.source.put('c4', { email: 'c4@example.org', name: 'changed meanwhile' });
    await store('c4');
    expect(await carry(takenBy)).toBe('carried');
    expect([await sync.judge(), await waiting()]).toEqual([clean, 0]);
  });

  test('rows 1 and 4: that an ending worker still works on are not written by it once another has read them', async () => {
    sync.source.put('c3', { email: 'c3@example.org', name: 'older' });
    await store('c3');
    const read = holdAnswer(sync.source, 'GET /records/c3');
    const ending = carry();
    await read.reached;
    sync.source.put('c3', { email: 'c3@example.org', name: 'newer' });
    expect(await carry()).toBe('carried');
    read.release();
    await ending;
    expect([await sync.judge(), sync.target.ops.filter(({ op }) => op === 'update').map(({ fields }) => fields['name'])]).toEqual([clean, ['newer']]);
  });

  test('are left to a run where they are many, and while another run is under way', async () => {
    expect(await announce(...Array.from({ length: 21 }, (_, at) => `c${at + 1}`))).toBe('left');
    await sync.database.pool.query('truncate inbox_work');
    await sync.database.pool.query("update runs set state = 'running' where sync_id = (select id from syncs where name = $1)", [sync.definition.sync]);
    expect(await announce('c1')).toBe('left');
    expect(await waiting()).toBe(1);
  });
});
