import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { SinceFilter } from '../../../src/contracts/system-definition.js';
import { idSegment, readId, readScalarText } from '../../../src/connectors/record-id.js';
import { createSelector } from '../../../src/connectors/selector.js';
import { sinceParameter } from '../../../src/connectors/since-parameter.js';
import { readUpdatedAt } from '../../../src/connectors/updated-at.js';
import { objectWith } from './connector-under-test.js';

describe('an id', () => {
  test.each([
    ['a-1', 'a-1'], [7, '7'], [0, '0'], ['0', '0'], ['90071992547409931', '90071992547409931'], ['ä/b c', 'ä/b c'],
    ['', undefined], [null, undefined], [undefined, undefined], [true, undefined], [1.5, undefined], [{}, undefined], [['a'], undefined],
    ['a\nb', undefined], ['a\0', undefined], ['\uD800', undefined], ['x'.repeat(1_025), undefined],
  ])('%o is read as %o', (value, id) => {
    expect(readId(value)).toBe(id);
  });

  test.each([
    ['a-1', 'a-1'], ['a/../b', 'a%2F..%2Fb'], ['ä b?c#d', '%C3%A4%20b%3Fc%23d'], ['%2e%2e', '%252e%252e'], ['...', '...'], ['a@b', 'a%40b'],
    ['.', undefined], ['..', undefined], ['', undefined], ['a\r\nb', undefined],
  ])('%o is one segment of a path: %o', (id, segment) => {
    expect(idSegment(id)).toBe(segment);
  });

  it('never leaves its segment', () => {
    for (let code = 0; code < 0x3000; code++) {
      const segment = idSegment(`a${String.fromCharCode(code)}b`);
      if (segment === undefined) continue;
      expect(new URL(`http://h/x/${segment}/y`).pathname).toBe(`/x/${segment}/y`);
    }
  });

  it('is told from other scalars', () => {
    expect([readScalarText('a'), readScalarText(1), readScalarText(true), readScalarText(null), readScalarText({})]).toEqual(['a', '1', 'true', undefined, undefined]);
  });
});

describe('an updated-at', () => {
  const at = Date.UTC(2026, 10, 20, 8, 0, 0);
  test.each([
    ['2026-11-20T08:00:00Z', 'iso', 'UTC', at],
    ['2026-11-20T08:00:00.123456Z', 'iso', 'UTC', at + 123],
    ['2026-11-20T09:00:00+01:00', 'iso', 'America/New_York', at],
    ['2026-11-20 08:00:00', 'space', 'UTC', at],
    ['2026-11-20 09:00:00', 'space', 'Europe/Berlin', at],
    ['2026-07-20 10:00:00', 'space', 'Europe/Berlin', Date.UTC(2026, 6, 20, 8)],
    ['2026-11-20 08:00:00.5', 'space', 'UTC', at + 500],
    [' 2026-11-20 08:00:00 ', 'space', 'UTC', at],
    ['2026-11-20', 'iso', 'UTC', Date.UTC(2026, 10, 20)],
    ['2016-12-31T23:59:60Z', 'iso', 'UTC', Date.UTC(2017, 0, 1)],
    [at / 1_000, 'unix', 'UTC', at],
    [at / 1_000 + 0.5, 'unix', 'UTC', at + 500],
    [String(at / 1_000), 'unix', 'UTC', at],
    [at, 'unix-ms', 'UTC', at],
    [String(at), 'unix-ms', 'UTC', at],
    [at / 1_000, 'iso', 'UTC', at],
    [at, 'iso', 'UTC', at],
    [5, 'unix-ms', 'UTC', 5],
    ['0000-00-00 00:00:00', 'space', 'UTC', null],
    ['2026-02-29T00:00:00Z', 'iso', 'UTC', null],
    ['yesterday', 'iso', 'UTC', null],
    ['', 'iso', 'UTC', null],
    [null, 'iso', 'UTC', null],
    [undefined, 'iso', 'UTC', null],
    [-1, 'unix', 'UTC', null],
    [1e300, 'unix', 'UTC', null],
    [true, 'iso', 'UTC', null],
    [{ date: '2026-11-20' }, 'iso', 'UTC', null],
  ] as const)('%o as %s in %s', (value, format, zone, ms) => {
    expect(readUpdatedAt(value, format, zone)).toBe(ms);
  });
});

const filter = (format: SinceFilter['format'], value = '{since}'): Pick<SinceFilter, 'format' | 'value'> => ({ format, value });

const digits = (min: number, max: number) => fc.integer({ min, max }).map((number) => String(number).padStart(2, '0'));

it('an updated-at in the common form is read as any other', () => {
  const time = fc.tuple(fc.integer({ min: 1_000, max: 2_999 }), digits(0, 14), digits(0, 33), digits(0, 25), digits(0, 61), digits(0, 61), fc.constantFrom('', '.123'))
    .map(([year, month, day, hour, minute, second, fraction]) => `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}`);
  fc.assert(fc.property(time, (text) => {
    expect(readUpdatedAt(`${text}Z`, 'iso', 'Europe/Berlin')).toBe(readUpdatedAt(`${text}+00:00`, 'iso', 'Europe/Berlin'));
  }), { numRuns: 2_000 });
});

describe('the parameter that asks for what changed', () => {
  const sinceMs = Date.UTC(2026, 10, 20, 8, 0, 0, 123);
  test.each([
    ['iso', '2026-11-20T08:00:00.123Z'], ['iso-seconds', '2026-11-20T08:00:00Z'], ['space', '2026-11-20 09:00:00'], ['unix', '1795161600'], ['unix-ms', '1795161600123'],
  ] as const)('as %s is %s', (format, text) => {
    expect(sinceParameter(sinceMs, filter(format), 'Europe/Berlin')).toBe(text);
  });

  it('may stand within a text', () => {
    expect(sinceParameter(sinceMs, filter('space', "updated>'{since}'"), 'UTC')).toBe("updated>'2026-11-20 08:00:00'");
  });

  it('never leaves anything out around a change of the clocks, whichever way the local time is read', () => {
    // Berlin, 25 October 2026: 02:00–03:00 comes twice.
    for (let ms = Date.UTC(2026, 9, 24, 20); ms < Date.UTC(2026, 9, 25, 6); ms += 600_000) {
      const local = Date.parse(`${sinceParameter(ms, filter('space'), 'Europe/Berlin').replace(' ', 'T')}Z`);
      for (const offsetHours of [1, 2]) {
        const readAs = local - offsetHours * 3_600_000;
        const valid = new Date(readAs).toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' }) === new Date(local).toISOString().slice(0, 19).replace('T', ' ');
        if (valid) expect(readAs).toBeLessThanOrEqual(ms);
      }
    }
  });
});

describe('a selection', () => {
  it('tells records from what is none', () => {
    const selector = createSelector(objectWith({
      since: { param: 's', value: '{since}', format: 'unix', field: '/meta/at', overlapMs: 0, safetyLagMs: 0 },
      version: '/meta/rev',
      deleted: { kind: 'compare', field: '/status', operator: '=', value: 'gone' },
      inactive: { kind: 'compare', field: '/active', operator: '=', value: false },
    }), 'UTC');
    const good = { id: 1, status: 'live', active: true, meta: { at: 10, rev: 7 } };
    const gone = { id: 'b', status: 'gone', active: false, meta: {} };
    expect(selector.all([good, null, gone, { id: '' }, [], 'text', { id: 'a\u0007' }])).toEqual({
      records: [
        { id: '1', version: '7', updatedAtMs: 10_000, deleted: false, inactive: false, data: good },
        { id: 'b', version: null, updatedAtMs: null, deleted: true, inactive: true, data: gone },
      ],
      bad: [
        { position: 1, reason: 'it is not an object', data: null },
        { position: 3, reason: expect.stringContaining('no id at /id'), data: { id: '' } },
        { position: 4, reason: 'it is not an object', data: [] },
        { position: 5, reason: 'it is not an object', data: 'text' },
        { position: 6, reason: expect.stringContaining('no id at /id'), data: { id: 'a\u0007' } },
      ],
    });
  });
});
