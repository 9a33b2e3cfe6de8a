import { describe, expect, test } from 'vitest';
import { sent } from '../../support/http-system.js';
import { clean, text, type HttpSync } from './http-sync.js';
import { useHttpSyncs } from './http-syncs.js';

// Rows 43 to 47 of the fault matrix: what a source does while it is read. See docs/faults.md.
const { syncOf } = useHttpSyncs();

const contact = (at: number, name = `n${at}`) => ({ email: `c${at}@example.org`, name });

describe('row 43: records are changed and inserted while pages are read', () => {
  test('pages by the last record seen: the union is complete after one read', async () => {
    const sync = await syncOf(100, { source: { pageSize: 10, keyset: true } });
    let next = 100;
    sync.source.beforePage = (page) => {
      if (page === 0 || page > 12) return;
      // One that was read and one that was not move to the end, and a new one comes.
      sync.source.put(`c${page}`, contact(page, `changed ${page}`));
      sync.source.put(`c${90 - page}`, contact(90 - page, `changed ${90 - page}`));
      next += 1;
      sync.source.put(`c${next}`, contact(next));
    };
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 112, duplicates: 0 } });
    expect(await sync.judge()).toEqual(clean);
  });

  test('many records with the same updated_at on the edge of a page: each is read once', async () => {
    const sync = await syncOf(0, { source: { pageSize: 10, keyset: true } });
    for (let at = 1; at <= 60; at += 1) sync.source.put(`c${at}`, contact(at), 1_700_000_000_000 + Math.floor(at / 25) * 1_000);
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { read: 60, created: 60 } });
    expect(await sync.judge()).toEqual(clean);
  });

  test('pages by offset shift: what is read twice is written once, and what slips past is made up for by the next full read', async () => {
    const sync = await syncOf(100, { source: { pageSize: 10 } });
    sync.source.beforePage = (page) => { if (page === 3) sync.source.put('c5', contact(5, 'changed')); };
    const first = await sync.run();
    expect(first).toMatchObject({ state: 'succeeded', counts: { duplicates: 0, parked: 0 } });
    expect((await sync.judge()).duplicates).toEqual([]);
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded' });
    expect(await sync.judge()).toEqual(clean);
  });
});

describe('row 44: a record is deleted', () => {
  test('while pages are read: it is archived at the end, and comes back as the same record', async () => {
    const sync = await syncOf(60, { source: { pageSize: 10 } });
    await sync.run();
    const pages = sync.source.requests('GET /records').length;
    sync.source.beforePage = (page) => { if (page === pages + 2) sync.source.records.delete('c55'); };
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { archived: 1 } });
    sync.source.beforePage = () => undefined;
    sync.source.put('c55', contact(55, 'back again'));
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { updated: 1, created: 0 } });
    expect(await sync.judge()).toEqual(clean);
  });

  test('behind the reader, so that its page moves up: what slipped past is asked for, and not archived', async () => {
    const sync = await syncOf(60, { source: { pageSize: 10 } });
    await sync.run();
    const pages = sync.source.requests('GET /records').length;
    sync.source.beforePage = (page) => { if (page === pages + 2) for (const at of [1, 2, 3]) sync.source.records.delete(`c${at}`); };
    await sync.run('full');
    sync.source.beforePage = () => undefined;
    expect(sync.target.ops.filter(({ op }) => op === 'archive').length).toBeLessThanOrEqual(3);
    await sync.run('full');
    expect(sync.target.ops.filter(({ op }) => op === 'archive')).toHaveLength(3);
  });

  test('and its id is given to another with another e-mail address: one record follows the id, none is made twice', async () => {
    const sync = await syncOf(30);
    await sync.run();
    sync.source.records.delete('c5');
    await sync.run('full');
    sync.source.put('c5', { email: 'another@example.org', name: 'another' });
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { updated: 1, created: 0, duplicates: 0 } });
    expect(await sync.judge()).toEqual(clean);
  });
});

describe('row 44: an id is given to another record, and the definition says when records were made', () => {
  const born = { source: { object: { created: '/made_at' } } } as const;

  async function reused(): Promise<HttpSync> {
    const sync = await syncOf(0, born);
    for (let at = 1; at <= 30; at += 1) sync.source.put(`c${at}`, { ...contact(at), made_at: '2025-01-01' });
    await sync.run();
    sync.source.records.delete('c5');
    sync.source.put('c5', { email: 'another@example.org', name: 'another', made_at: '2026-11-01' });
    return sync;
  }

  test.each(['incremental', 'full'] as const)('in an %s run it is parked, and the record of the first one keeps its values', async (mode) => {
    const sync = await reused();
    expect(await sync.run(mode)).toMatchObject({ state: 'succeeded', counts: { updated: 0, created: 0, parked: 1 } });
    expect(await sync.letters()).toMatchObject([{ sourceId: 'c5', code: 'id-reused', message: expect.stringContaining('2025-01-01') }]);
    expect([...sync.target.records.values()].find(({ email }) => email === 'c5@example.org')).toMatchObject({ name: 'n5' });
    expect(await sync.run('full')).toMatchObject({ counts: { updated: 0, created: 0 } });
  });

  test('where the first one was never linked, the second is synced, and stays so', async () => {
    const sync = await syncOf(0, born);
    for (let at = 1; at <= 30; at += 1) sync.source.put(`c${at}`, { ...contact(at), made_at: '2025-01-01', ...(at === 5 ? { email: 'no address' } : {}) });
    expect(await sync.run()).toMatchObject({ counts: { created: 29, parked: 1 } });
    sync.source.put('c5', { ...contact(5, 'another'), made_at: '2026-11-01' });
    expect(await sync.run()).toMatchObject({ counts: { created: 1, parked: 0 } });
    sync.source.put('c5', { ...contact(5, 'renamed'), made_at: '2026-11-01' });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { updated: 1, parked: 0 } });
    expect(await sync.judge()).toEqual(clean);
  });

  test('records without a creation time, and new ones, are synced as ever', async () => {
    const sync = await syncOf(30, born);
    await sync.run();
    sync.source.put('c5', contact(5, 'renamed'));
    sync.source.put('c31', { ...contact(31), made_at: '2026-11-01' });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { updated: 1, created: 1, parked: 0 } });
    expect(await sync.judge()).toEqual(clean);
  });
});

describe('row 45: the source forgets its place between two pages', () => {
  test.each([410, 400])('with %d: the read begins again, there is no gap, and nothing is written twice', async (status) => {
    const sync = await syncOf(100, { source: { pageSize: 10 } });
    sync.source.inject({ on: 'GET /records?limit=10&cursor=50', times: 1, play: sent(status, '{"error":"the cursor has expired"}') });
    sync.source.inject({ on: 'GET /records?cursor=50', times: 1, play: sent(status, '{"error":"the cursor has expired"}') });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 100 } });
    expect(sync.source.requests('GET /records').length).toBeGreaterThan(12);
    expect(await sync.judge()).toEqual(clean);
  });

  test('each time: the run gives up in the end, and says why', async () => {
    const sync = await syncOf(100, { source: { pageSize: 10, scheduleMs: [10] } });
    sync.source.inject({ on: 'GET /records', when: ({ url }) => url.includes('cursor='), play: sent(410, '{"error":"the cursor has expired"}') });
    expect(await sync.run()).toMatchObject({ state: 'failed', message: expect.stringMatching(/expired.*begun anew 5 times/s) });
  });

  test('each time, while the target is indexed: likewise', async () => {
    const sync = await syncOf(10, { target: { pageSize: 10, scheduleMs: [10] } });
    for (let at = 1; at <= 30; at += 1) sync.target.put(`x${at}`, { email: `x${at}@example.org`, name: 'theirs' });
    sync.target.inject({ on: 'GET /records', when: ({ url }) => url.includes('cursor='), play: sent(410, '{"error":"the cursor has expired"}') });
    expect(await sync.run()).toMatchObject({ state: 'failed', message: expect.stringMatching(/expired.*begun anew 5 times/s) });
  });
});

describe('row 46: the schema drifts', () => {
  const limits = { deletes: 0.1, changes: 0.3, blanks: 1 };
  const fields = [text('email', { type: 'email' }), text('name'), text('stage', { type: 'enum', values: ['lead', 'won'] }), text('score', { type: 'integer' })];

  async function driftingSync(): Promise<HttpSync> {
    const sync = await syncOf(0, { sync: { fields, limits } });
    for (let at = 1; at <= 40; at += 1) sync.source.put(`c${at}`, { ...contact(at), stage: 'lead', score: at });
    await sync.run();
    return sync;
  }

  test('a field is gone from every record: the run is held before it empties that field at the target', async () => {
    const sync = await driftingSync();
    for (let at = 1; at <= 40; at += 1) sync.source.put(`c${at}`, { email: `c${at}@example.org`, stage: 'lead', score: at });
    for (const mode of ['incremental', 'full'] as const) expect(await sync.run(mode)).toMatchObject({ state: 'held', message: expect.stringContaining('would change') });
    expect([...sync.target.records.values()].every(({ name }) => String(name).startsWith('n'))).toBe(true);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['its type has changed', { score: { value: 7 } }, 'invalid-number'],
    ['its type has changed to a text', { score: 'high' }, 'invalid-number'],
    ['an enum has a new value', { stage: 'churned' }, 'not-in-list'],
    ['a text has become an object', { name: { first: 'Ada' } }, 'not-text'],
  ])('%s: the record is parked with the cause, the target keeps its value, and the others are written', async (_what, drift, code) => {
    const sync = await driftingSync();
    sync.source.put('c7', { ...contact(7), stage: 'lead', score: 7, ...drift });
    sync.source.put('c8', { ...contact(8, 'renamed'), stage: 'won', score: 8 });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { updated: 1, parked: 1 } });
    expect(await sync.letters()).toMatchObject([{ sourceId: 'c7', code }]);
    expect([...sync.target.records.values()].find(({ email }) => email === 'c7@example.org')).toMatchObject({ name: 'n7', stage: 'lead', score: 7 });
  });

  test.each([25, 39])('a field is gone from %d of 1000 records, of which few others change: the run is held before it empties the field', async (gone) => {
    const sync = await syncOf(1_000, { sync: { limits: { deletes: 0.1, changes: 0.3, blanks: 0.5 } } });
    await sync.run();
    const ops = sync.target.ops.length;
    for (let at = 1; at <= gone; at += 1) sync.source.put(`c${at}`, { email: `c${at}@example.org` });
    for (let at = 101; at < 101 + gone - 10; at += 1) sync.source.put(`c${at}`, contact(at, 'renamed'));
    for (const mode of ['incremental', 'full'] as const) {
      expect(await sync.run(mode)).toMatchObject({ state: 'held', message: expect.stringMatching(new RegExp(`^Of ${gone * 2 - 10} records.* ${gone} would lose their value of name.*--allow-changes`, 's')) });
    }
    expect(sync.target.ops).toHaveLength(ops);
    expect(await sync.run('incremental', { allowChanges: true })).toMatchObject({ state: 'succeeded', counts: { updated: gone * 2 - 10 } });
  });

  test('a field is emptied in a few records, or in the lesser part of those that change: it is written', async () => {
    const sync = await syncOf(1_000, { sync: { limits: { deletes: 0.1, changes: 0.3, blanks: 0.5 } } });
    await sync.run();
    for (let at = 1; at <= 19; at += 1) sync.source.put(`c${at}`, { email: `c${at}@example.org` });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { updated: 19 } });
    for (let at = 21; at <= 60; at += 1) sync.source.put(`c${at}`, { email: `c${at}@example.org` });
    for (let at = 101; at <= 150; at += 1) sync.source.put(`c${at}`, contact(at, 'renamed'));
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { updated: 90 } });
  });

  test('a field is new: nothing is written for it', async () => {
    const sync = await driftingSync();
    for (let at = 1; at <= 40; at += 1) sync.source.put(`c${at}`, { ...contact(at), stage: 'lead', score: at, nickname: 'new' });
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { updated: 0, unchanged: 40 } });
  });
});

describe('row 47: the source lists nothing, by mistake', () => {
  test.each([0.3, 1])('during a full sync, with %d of changes allowed: nothing is removed, and a person is asked', async (changes) => {
    const sync = await syncOf(100, { sync: { limits: { deletes: 0.1, changes, blanks: 1 } } });
    await sync.run();
    const ops = sync.target.ops.length;
    sync.source.inject({ on: 'GET /records', times: 2, play: sent(200, '{"data":[],"next":null}') });
    expect(await sync.run('full')).toMatchObject({ state: 'held', message: expect.stringContaining('--allow-') });
    expect(sync.target.ops).toHaveLength(ops);
    sync.source.heal();
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { read: 100, unchanged: 100 } });
  });

  test('half of its pages are missing: likewise', async () => {
    const sync = await syncOf(100, { sync: { limits: { deletes: 0.1, changes: 0.3, blanks: 1 } }, source: { pageSize: 10 } });
    await sync.run();
    const ops = sync.target.ops.length;
    sync.source.inject({ on: 'GET /records', when: ({ url }) => url.includes('cursor=40'), play: sent(200, '{"data":[],"next":null}') });
    expect(await sync.run('full')).toMatchObject({ state: 'held', message: expect.stringMatching(/brought 40 records.*--allow-shrink/s) });
    expect(sync.target.ops).toHaveLength(ops);
  });
});
