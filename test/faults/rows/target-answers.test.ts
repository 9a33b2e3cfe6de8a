import { describe, expect, test } from 'vitest';
import { sent } from '../../support/http-system.js';
import { clean } from './http-sync.js';
import { useHttpSyncs } from './http-syncs.js';

// Rows 16 to 22 of the fault matrix: what a target answers. See docs/faults.md.
const { syncOf } = useHttpSyncs();

// Most of what these take is waiting.
describe.concurrent('row 16: 429', () => {
  const inOneSecond = (): string => new Date(Date.now() + 2_000).toUTCString();

  test.each<[string, () => Record<string, string>, number]>([
    ['with Retry-After in seconds', () => ({ 'retry-after': '1' }), 1_000],
    ['with Retry-After as a date', () => ({ 'retry-after': inOneSecond(), date: new Date().toUTCString() }), 1_000],
    ['with Retry-After 0', () => ({ 'retry-after': '0' }), 1_000],
  ])('%s is waited for, and is no failure of a record', async (_what, headers, atLeastMs) => {
    // One request at a time, so that none is on its way when the answer comes.
    const sync = await syncOf(25, { target: { limits: { concurrency: 1 } } });
    sync.target.inject({ on: 'POST /records/batch', times: 1, play: (...exchange) => sent(429, '{}', headers())(...exchange) });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 25, parked: 0 } });
    const [refused, next] = sync.target.requests('POST /records/batch');
    expect((next?.atMs ?? 0) - (refused?.atMs ?? 0)).toBeGreaterThanOrEqual(atLeastMs - 20);
    expect(await sync.judge()).toEqual(clean);
  });

  test.each([['without Retry-After', undefined], ['with a Retry-After that is garbage', 'soon, please']])('%s is waited for by our own measure, and other systems are not held up', async (_what, retryAfter) => {
    const [limited, other] = [await syncOf(5, { target: { scheduleMs: [20] } }), await syncOf(5)];
    limited.target.inject({ on: 'POST /records/batch', times: 1, play: sent(429, '{}', retryAfter === undefined ? {} : { 'retry-after': retryAfter }) });
    let otherEnded = false;
    const runs = [limited.run().then((result) => ({ ...result, otherEnded })), other.run().then((result) => { otherEnded = true; return { ...result, otherEnded }; })];
    const [waited] = await Promise.all(runs);
    expect(waited).toMatchObject({ state: 'succeeded', otherEnded: true, counts: { created: 5, parked: 0 } });
    expect(await limited.judge()).toEqual(clean);
  });
});

describe('row 18: a burst of errors', () => {
  test.each([500, 502, 503, 504])('of status %d, three times and then fine: nothing is lost, nothing is written twice', async (status) => {
    const sync = await syncOf(60);
    sync.target.inject({ on: 'POST /records/batch', times: 3, play: sent(status, '{"error":"busy"}') });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 60, parked: 0 } });
    expect(await sync.judge()).toEqual(clean);
  });

  test('that does not end: the run gives up after its schedule with a clear reason, having sent few requests; the next one makes up for it', async () => {
    const sync = await syncOf(60);
    sync.target.inject({ on: 'POST /records/batch', play: sent(503, '{"error":"down for maintenance"}') });
    sync.target.inject({ on: 'POST /records', play: sent(503, '{"error":"down for maintenance"}') });
    const failed = await sync.run();
    expect(failed).toMatchObject({ state: 'failed', counts: { created: 0, parked: 0 }, message: expect.stringMatching(/503.*Gave up after 3 attempts/s) });
    // Three attempts, each of which stops as soon as the first of its four requests at once has failed.
    expect(sync.target.requests('POST').length).toBeLessThanOrEqual(3 * 8);
    sync.target.heal();
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 60 } });
    expect(await sync.judge()).toEqual(clean);
  });
});

test.each([400, 422])('row 19: %d for one record of a batch parks that record with the message of the target; the rest proceed', async (status) => {
  const sync = await syncOf(30);
  sync.target.refuse = ({ name }) => (name === 'n17' ? { status, body: { message: 'the postal code is not known' } } : undefined);
  expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 29, parked: 1 } });
  expect(await sync.letters()).toMatchObject([{ sourceId: 'c17', code: 'refused', message: expect.stringContaining('the postal code is not known') }]);
  expect(await sync.judge({ except: ['c17'] })).toEqual(clean);
});

test('row 19: 400 for a whole batch, without a word about its items, parks none of the good ones', async () => {
  const sync = await syncOf(10);
  sync.target.inject({ on: 'POST /records/batch', when: ({ body }) => JSON.stringify(body).includes('"n7"'), play: sent(400, '{"message":"one of the items is bad"}') });
  sync.target.refuse = ({ name }) => (name === 'n7' ? { status: 400, body: { message: 'a bad name' } } : undefined);
  const result = await sync.run();
  expect(result).toMatchObject({ state: 'succeeded', counts: { created: 9, parked: 1 } });
  expect(await sync.judge({ except: ['c7'] })).toEqual(clean);
});

describe('row 20: a batch is answered item by item', () => {
  test('207 with per-item errors: each item is judged by its own status', async () => {
    const sync = await syncOf(10, { target: { scheduleMs: [10, 10] } });
    const answers: Readonly<Record<string, number>> = { n2: 422, n4: 400 };
    let hiccups = 0;
    sync.target.refuse = ({ name }) => {
      const status = answers[String(name)];
      if (status !== undefined) return { status, body: { message: `refused with ${status}` } };
      // Two items meet a passing fault, each in a way of its own.
      if ((name === 'n6' || name === 'n8') && hiccups < 2) {
        hiccups += 1;
        return { status: name === 'n6' ? 503 : 500, body: { message: 'try later' } };
      }
      return undefined;
    };
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 8, parked: 2 } });
    expect((await sync.letters()).map(({ sourceId }) => sourceId).toSorted()).toEqual(['c2', 'c4']);
    expect(await sync.judge({ except: ['c2', 'c4'] })).toEqual(clean);
  });

  test('200 with per-item errors and no status of their own: those with an error are parked', async () => {
    const object = { create: { method: 'POST' as const, path: '/records', envelope: '', fields: {}, record: '', batch: { method: 'POST' as const, path: '/records/batch', max: 10, items: '/items', idField: 'id', results: '/results', result: { error: '/error', record: '/record' } } } };
    const sync = await syncOf(10, { target: { object } });
    sync.target.refuse = ({ name }) => (name === 'n3' ? { status: 422, body: 'the name is taken' } : undefined);
    sync.target.inject({ on: 'POST /records/batch', execute: true, play: (response, _request, truth) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(truth?.body)) });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 9, parked: 1 } });
    expect(await sync.letters()).toMatchObject([{ sourceId: 'c3', message: expect.stringContaining('the name is taken') }]);
    expect(await sync.judge({ except: ['c3'] })).toEqual(clean);
  });
});

test('row 21: 404 on update, because the record was deleted at the target: it is parked, and asked for once a run', async () => {
  const sync = await syncOf(10, { target: { batchSize: 1 } });
  await sync.run();
  const id = [...sync.target.records.values()].find(({ name }) => name === 'n4')?.id ?? '';
  sync.target.records.delete(id);
  sync.source.put('c4', { email: 'c4@example.org', name: 'renamed' });
  for (const runs of [1, 2]) {
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { updated: 0, created: 0, parked: 1 } });
    expect(sync.target.requests(`PATCH /records/${id}`)).toHaveLength(runs);
  }
  expect(await sync.letters()).toMatchObject([{ sourceId: 'c4', code: 'gone-at-target' }]);
});

describe('row 22: 412, because somebody has changed the record at the target', () => {
  test('it is read again and written on the newer version', async () => {
    const sync = await syncOf(10, { target: { checksVersions: true, batchSize: 1 } });
    await sync.run();
    const other = [...sync.target.records.values()].find(({ name }) => name === 'n4');
    sync.target.put(other?.id ?? '', { ...other, note: 'by hand' });
    sync.source.put('c4', { email: 'c4@example.org', name: 'renamed' });
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { updated: 1, parked: 0 } });
    expect(sync.target.records.get(other?.id ?? '')).toMatchObject({ name: 'renamed', note: 'by hand' });
  });

  test('it goes to a person when a newer version is there each time, after three more tries', async () => {
    const sync = await syncOf(10, { target: { checksVersions: true, batchSize: 1 } });
    await sync.run();
    sync.source.put('c4', { email: 'c4@example.org', name: 'renamed' });
    sync.target.inject({ on: 'PATCH', play: sent(412, '{"error":"there is a newer version"}') });
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { updated: 0, parked: 1 } });
    expect(sync.target.requests('PATCH')).toHaveLength(4);
    expect(await sync.letters()).toMatchObject([{ sourceId: 'c4', code: 'version-conflict' }]);
  });
});
