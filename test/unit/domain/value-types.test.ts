import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/contracts/json.js';
import type { FieldType, Repair } from '../../../src/contracts/sync-definition.js';
import { MAX_TEXT_LENGTH } from '../../../src/domain/text-value.js';
import type { ReaderOptions, Surroundings } from '../../../src/domain/value-types.js';
import { readValue } from '../../../src/domain/value-types.js';
import { anyJson } from './any-json.js';

type Context = Partial<ReaderOptions & Surroundings>;
const read = (type: FieldType, input: Json, context: Context = {}): ReturnType<typeof readValue> => readValue(type, input, { timeZone: 'UTC', ...context });

const nested = (depth: number): Json => {
  let value: Json = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

describe('what each type gives', () => {
  test.each<[FieldType, Json, Json, Context?]>([
    ['text', 'Ada', 'Ada'], ['text', ' Ada ', ' Ada '], ['text', 42, '42'], ['text', -0, '0'], ['text', 1e21, '1000000000000000000000'], ['text', true, 'true'], ['text', 'e\u0301', 'e\u0301'],
    ['text', 'a\tb\nc\u0007', 'a\tb\nc\u0007'], ['name', 'McDonald', 'McDonald'], ['email', 'Ada@Example.com', 'Ada@Example.com'],
    ['phone', '0151 23456789', '+4915123456789', { region: 'Germany' }],
    ['url', 'https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'], ['url', 'HTTP://EXAMPLE.com:8080', 'HTTP://EXAMPLE.com:8080'],
    ['url', 'https://müller.example/ä', 'https://müller.example/ä'], ['url', 'http://[2001:db8::1]:80/', 'http://[2001:db8::1]:80/'],
    ['url', 'mailto:ada@example.com?subject=Hi', 'mailto:ada@example.com?subject=Hi'], ['url', 'http://192.0.2.1', 'http://192.0.2.1'], ['url', 'http://intranet/x', 'http://intranet/x'],
    ['integer', 42, 42], ['integer', '42', 42], ['integer', '-42.0', -42], ['integer', '1e3', 1_000], ['integer', -0, 0], ['integer', '-0', 0], ['integer', '007', 7],
    ['integer', '9007199254740991', 9_007_199_254_740_991], ['integer', '9007199254740993', '9007199254740993'], ['integer', 1e21, '1000000000000000000000'],
    ['decimal', '12.50', 12.5], ['decimal', 0.1, 0.1], ['decimal', '0.12345678901234567890', '0.1234567890123456789'], ['decimal', '-0.0', 0],
    ['money', '12.5', '12.50', { currency: 'EUR' }], ['money', 12, '12.00', { currency: 'eur' }], ['money', '100.00', '100', { currency: 'JPY' }], ['money', '1.234', '1.234', { currency: 'BHD' }],
    ['money', { amount: '5', currency: 'CHF' }, '5.00'], ['money', { amount: 5.5, currency: 'EUR' }, '5.50', { currency: 'EUR' }], ['money', '-0', '0.00', { currency: 'EUR' }],
    ['money', '31.1034768', '31.1034768', { currency: 'XAU' }],
    ['boolean', true, true], ['boolean', 'Yes', true], ['boolean', 'NO', false], ['boolean', 1, true], ['boolean', 0, false], ['boolean', '1', true], ['boolean', 'FALSE', false], ['boolean', -0, false],
    ['date', '2026-11-20', '2026-11-20'], ['datetime', '2026-11-20 10:11:12', '2026-11-20T09:11:12.000Z', { timeZone: 'Europe/Berlin' }],
    ['enum', 'won', 'won', { values: ['lead', 'won'] }], ['enum', 3, '3', { values: ['3'] }],
    ['list', ['a', 'b'], ['a', 'b']], ['list', 'a', ['a']], ['list', [], []], ['list', [1, true], ['1', 'true']],
    ['country', 'Germany', 'DE'], ['country', 'deu', 'DE'], ['country', 'UK', 'GB'], ['currency', 'eur', 'EUR'],
    ['json', { a: [1, { b: null }] }, { a: [1, { b: null }] }], ['json', 'x', 'x'], ['json', [null], [null]],
  ])('%s of %j is %j', (type, input, value, context) => {
    expect(read(type, input, context)).toEqual({ ok: true, value, repairs: [] });
  });
});

describe('what each type refuses', () => {
  test.each<[FieldType, Json, string, Context?]>([
    ['text', {}, 'not-text'], ['text', ['a'], 'not-text'], ['text', 'a\u0000b', 'nul-character'], ['text', '\uD800', 'invalid-unicode'], ['text', 'x'.repeat(MAX_TEXT_LENGTH + 1), 'too-large'],
    ['text', 'abcdef', 'too-long', { maxLength: 5 }], ['email', 'ada@example.com', 'too-long', { maxLength: 5 }], ['name', ['Ada'], 'not-text'],
    ['email', 'ada', 'invalid-email'], ['email', ' ada@example.com', 'invalid-email'], ['email', 5, 'invalid-email'],
    ['phone', '0151 23456789', 'phone-needs-region'], ['phone', '12', 'invalid-phone', { region: 'DE' }],
    ['url', 'javascript:alert(1)', 'invalid-url'], ['url', 'JaVaScRiPt:alert(1)', 'invalid-url'], ['url', 'file:///etc/passwd', 'invalid-url'], ['url', 'data:text/html,x', 'invalid-url'],
    ['url', 'example.com', 'invalid-url'], ['url', '//example.com', 'invalid-url'], ['url', 'https:example.com', 'invalid-url'], ['url', 'https://', 'invalid-url'],
    ['url', 'https://user:pw@example.com', 'invalid-url'], ['url', 'https://exa mple.com', 'invalid-url'], ['url', 'https://example.com:99999', 'invalid-url'], ['url', ' https://example.com', 'invalid-url'],
    ['url', 'https://example.com\\@evil.example', 'invalid-url'], ['url', 'https://a..b', 'invalid-url'], ['url', 'mailto:nobody', 'invalid-url'], ['url', 'https://ex\u202Eample.com', 'invalid-url'],
    ['url', 'java\nscript:alert(1)', 'invalid-url'], ['url', 7, 'invalid-url'],
    ['integer', 1.5, 'not-an-integer'], ['integer', '1.5', 'not-an-integer'], ['integer', '1,000', 'invalid-number'], ['integer', 'abc', 'invalid-number'], ['integer', true, 'invalid-number'],
    ['integer', '1e400', 'invalid-number'], ['integer', ' 5', 'invalid-number'], ['decimal', 'NaN', 'invalid-number'], ['decimal', '12,50', 'invalid-number'], ['decimal', [], 'invalid-number'],
    ['money', '12.505', 'too-many-places', { currency: 'EUR' }], ['money', '1.5', 'too-many-places', { currency: 'JPY' }], ['money', '12', 'currency-missing'], ['money', '12', 'currency-missing', { currency: '' }],
    ['money', '12', 'invalid-currency', { currency: 'DEM' }], ['money', { amount: 5, currency: 'USD' }, 'currency-mismatch', { currency: 'EUR' }], ['money', '€12', 'invalid-number', { currency: 'EUR' }],
    ['money', { currency: 'EUR' }, 'invalid-number'],
    ['boolean', 'y', 'invalid-boolean'], ['boolean', 2, 'invalid-boolean'], ['boolean', 'on', 'invalid-boolean'], ['boolean', ' yes', 'invalid-boolean'], ['boolean', [], 'invalid-boolean'],
    ['date', '20.11.2026', 'invalid-date'], ['date', '0000-00-00', 'invalid-date'], ['date', '2026-11-20T10:00:00Z', 'date-has-time'], ['datetime', 'soon', 'invalid-datetime'],
    ['enum', 'lost', 'not-in-list', { values: ['won'] }], ['enum', 'Won', 'not-in-list', { values: ['won'] }], ['enum', 'toString', 'not-in-list', { values: ['won'] }],
    ['list', ['a', null], 'not-text'], ['list', ['a', {}], 'not-text'], ['list', ['\uDC00'], 'invalid-unicode'], ['list', Array.from({ length: 10_001 }, () => 'a'), 'too-large'],
    ['list', ['abc'], 'too-long', { maxLength: 2 }],
    ['country', 'Atlantis', 'invalid-country'], ['country', 276, 'invalid-country'], ['currency', 'Euro', 'invalid-currency'],
    ['json', { a: '\u0000' }, 'nul-character'], ['json', { '\uD800': 1 }, 'invalid-unicode'], ['json', ['x'.repeat(600_000), 'x'.repeat(600_000)], 'too-large'],
  ])('%s of %.60j is refused as %s', (type, input, code, context) => {
    const result = read(type, input, context);
    expect(result).toMatchObject({ ok: false, code });
    expect(result.ok ? '' : result.message).toMatch(/^[A-Z].*\.$/);
  });

  test('a password in a web address is named as such', () => {
    expect(read('url', 'https://user:pw@example.com')).toMatchObject({ message: 'The web address holds a user name or password.' });
  });

  test('json is nested at most 64 levels deep, counted without recursion', () => {
    expect(read('json', nested(64))).toMatchObject({ ok: true });
    expect(read('json', nested(65))).toMatchObject({ ok: false, code: 'too-deep' });
    expect(read('json', nested(200_000))).toMatchObject({ ok: false, code: 'too-deep' });
  });
});

describe('repairs', () => {
  test.each<[readonly Repair[], string, string, readonly string[], Context?]>([
    [['trim'], ' Ada ', 'Ada', ['trim']], [['trim'], 'Ada', 'Ada', []], [['trim'], '\uFEFF\u00A0Ada\u3000', 'Ada', ['trim']],
    [['collapse-spaces'], 'Ada  \t\n Lovelace', 'Ada Lovelace', ['collapse-spaces']], [['lower-case'], 'ADA', 'ada', ['lower-case']],
    [['remove-control'], 'a\u0000b\u0007c\u0085d\te', 'abcd\te', ['remove-control']], [['title-case'], "MARY-JANE o'neil", "Mary-Jane O'Neil", ['title-case']],
    [['title-case'], 'McDonald van der BERG', 'McDonald Van Der Berg', ['title-case']], [['title-case'], 'ÉLODIE ΣΟΦΟΣ', 'Élodie Σοφος'.replace(/σ$/u, 'ς'), ['title-case']],
    [['title-case'], "anna's d’arcy", "Anna's D’Arcy", ['title-case']], [['title-case'], 'straße', 'Straße', ['title-case']], [['title-case'], 'ßa 3com', 'ßa 3Com', ['title-case']],
    [['truncate'], 'Zoë 👩🏽', 'Zoë', ['truncate'], { maxLength: 4 }], [['truncate'], '👩👩👩', '👩👩', ['truncate'], { maxLength: 2 }], [['truncate'], 'abc', 'abc', [], { maxLength: 3 }],
    [['trim', 'collapse-spaces', 'title-case', 'truncate'], '  ADA   LOVELACE ', 'Ada Love', ['trim', 'collapse-spaces', 'title-case', 'truncate'], { maxLength: 8 }],
  ])('%j of %j is %j', (repair, input, value, repairs, context) => {
    expect(read('text', input, { repair, ...context })).toEqual({ ok: true, value, repairs });
  });

  test('each is safe to make twice', () => {
    const declared: readonly Repair[] = ['trim', 'collapse-spaces', 'lower-case', 'title-case', 'remove-control', 'truncate'];
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.subarray([...declared], { minLength: 1 }), (text, repair) => {
      const once = read('text', text, { repair, maxLength: 10 });
      if (!once.ok) return;
      expect(read('text', once.value, { repair, maxLength: 10 })).toEqual({ ok: true, value: once.value, repairs: [] });
    }), { numRuns: 2_000 });
  });

  test('repairs come before the type is read', () => {
    expect(read('email', ' ADA@example.com\n', { repair: ['trim', 'lower-case'] })).toEqual({ ok: true, value: 'ada@example.com', repairs: ['trim', 'lower-case'] });
    expect(read('integer', ' 5 ', { repair: ['trim'] })).toEqual({ ok: true, value: 5, repairs: ['trim'] });
    expect(read('list', [' a', 'b'], { repair: ['trim'] })).toEqual({ ok: true, value: ['a', 'b'], repairs: ['trim'] });
  });

  test.each<[FieldType, Json]>([['email', 'nobody'], ['phone', '12'], ['date', '0000-00-00'], ['text', '\uD800'], ['json', '\u0000'], ['list', [{}]], ['enum', 'x']])('blank-if-invalid makes %s of %j null', (type, input) => {
    expect(read(type, input, { repair: ['blank-if-invalid', 'trim'] })).toEqual({ ok: true, value: null, repairs: ['blank-if-invalid'] });
  });

  test('an extension that E.164 cannot carry is reported', () => {
    expect(read('phone', '+1 202 555 0143 x5')).toEqual({ ok: true, value: '+12025550143', repairs: ['extension-dropped'] });
  });
});

test('what a type gives is read as the same again', () => {
  const types: readonly FieldType[] = ['text', 'name', 'integer', 'decimal', 'boolean', 'date', 'datetime', 'list', 'json', 'url', 'email', 'country', 'currency'];
  fc.assert(fc.property(fc.constantFrom(...types), fc.oneof(anyJson, fc.emailAddress(), fc.webUrl(), fc.date({ noInvalidDate: true }).map((date) => date.toISOString()), fc.double().map(String)), (type, input) => {
    const once = read(type, input);
    if (once.ok) expect(read(type, once.value)).toEqual({ ok: true, value: once.value, repairs: [] });
  }), { numRuns: 3_000 });
});
