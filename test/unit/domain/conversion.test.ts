import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/contracts/json.js';
import type { Conversion } from '../../../src/contracts/sync-definition.js';
import { parseConversion } from '../../../src/domain/conversion-parser.js';
import { compileConversion, ConversionError, conversionNames, conversionUsage, CONVERSIONS } from '../../../src/domain/conversions.js';
import { Refusal } from '../../../src/domain/refusal.js';
import type { Surroundings } from '../../../src/domain/value-types.js';
import { anyJson } from './any-json.js';

function convert(call: string, input: Json, around: Surroundings = {}): Json | Refusal {
  const parsed = parseConversion(call);
  if (!parsed.ok) throw new Error(`${call}: ${parsed.message}`);
  return compileConversion(parsed.conversion)(input, around);
}

/** Makes several steps one, as a mapping does. */
function compileConversions(calls: readonly string[], around: Surroundings): (input: Json) => Json | Refusal {
  return (input) => calls.reduce<Json | Refusal>((value, call) => (value instanceof Refusal ? value : convert(call, value, around)), input);
}

describe('parseConversion', () => {
  test.each<[string, string, readonly (string | number)[]]>([
    ['join(" ")', 'join', [' ']], ["join(' ')", 'join', [' ']], ['upper', 'upper', []], ['upper()', 'upper', []], [' slice ( 0 , 10 ) ', 'slice', [0, 10]], ['slice(-3)', 'slice', [-3]],
    ['multiply(1.19)', 'multiply', [1.19]], ['replace("a\\"b\\\\", "\\n\\t")', 'replace', ['a"b\\', '\n\t']], ["prefix('say \"x\"')", 'prefix', ['say "x"']], ['yes_no("Y", "N")', 'yes_no', ['Y', 'N']],
    ['join("")', 'join', ['']], ['suffix(")")', 'suffix', [')']],
  ])('%s', (text, name, args) => {
    expect(parseConversion(text)).toEqual({ ok: true, conversion: { kind: 'call', name, args } });
  });

  test.each<[string, number, string]>([
    ['', 0, 'begins with its name'], ['("x")', 0, 'begins with its name'], ['jion(" ")', 0, 'There is no conversion "jion"'], ['join', 0, 'with 1 argument; it has 0'], ['join(" ", " ")', 0, 'with 1 argument; it has 2'],
    ['slice()', 0, 'with 1 to 2 arguments'], ['upper("x")', 0, 'with no arguments'], ['join(5)', 0, 'separator is a text in quotes'], ['round("2")', 0, 'places is a number, without quotes'], ['round(1.5)', 0, 'whole number'],
    ['round(99)', 0, 'between -20 and 20'], ['country("iso")', 0, 'form is one of "alpha2", "alpha3", "name"'], ['zone("Europe/Atlantis")', 0, 'no IANA time zone'], ['date("DD.MM")', 0, 'needs YYYY'], ['to_minor("EURO")', 0, 'no ISO 4217'],
    ['replace("", "x")', 0, 'empty'], ['split("", 0)', 0, 'empty'], ['join(" "', 8, 'closing parenthesis is missing'], ['join(" ', 5, 'closing quote'], ['join( )x', 7, 'nothing may follow'], ['join(" ") upper', 10, 'nothing may follow'],
    ['join(" " " ")', 9, 'comes a comma'], ['join(blank)', 5, 'number or a text in quotes'], ['slice(1.2.3)', 6, 'number or a text in quotes'], ['slice(5x)', 6, 'number or a text in quotes'], ['join("\\x")', 6, 'After a backslash'],
    ['join[" "]', 4, 'come parentheses'], ['slice(1,)', 8, 'number or a text in quotes'], ['x'.repeat(5_000), 4_000, 'at most'], [`prefix("${'x'.repeat(1_001)}")`, 0, 'at most 1000'],
  ])('%.30s is refused at %i: %s', (text, offset, words) => {
    const result = parseConversion(text);
    expect(result).toMatchObject({ ok: false, offset });
    expect(result.ok ? '' : result.message).toContain(words);
  });

  test('an unknown name comes with the known ones, to suggest from', () => {
    expect(parseConversion('jion(" ")')).toMatchObject({ unknownName: { name: 'jion', known: conversionNames } });
    expect(parseConversion('toString()')).toMatchObject({ unknownName: { name: 'toString' } });
  });

  test('answers every text', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.tuple(fc.constantFrom(...conversionNames), fc.string({ unit: fc.constantFrom('(', ')', '"', "'", ',', '1', '-', '.', ' ', '\\', 'x') })).map(([name, rest]) => name + rest)), (text) => {
      const result = parseConversion(text);
      if (!result.ok) expect(result.offset >= 0 && result.offset <= text.length).toBe(true);
    }), { numRuns: 2_000 });
  });
});

describe('the table', () => {
  test.each(CONVERSIONS.map((spec) => [spec.example.call, spec] as const))('the example %s gives what it says', (call, spec) => {
    expect(convert(call, spec.example.input)).toEqual(spec.example.output);
    expect(call.startsWith(`${spec.name}(`)).toBe(true);
    expect(spec.summary).toMatch(/^[A-Z].*\.$/);
  });

  test('names are unique, optional parameters come last', () => {
    expect(new Set(conversionNames).size).toBe(conversionNames.length);
    for (const { name, parameters } of CONVERSIONS) {
      const optional = parameters.map((parameter) => parameter.optional === true);
      expect(optional.lastIndexOf(false), name).toBeLessThan(optional.includes(true) ? optional.indexOf(true) : optional.length);
    }
    expect(CONVERSIONS.map(conversionUsage)).toContain('slice(start, end?)');
  });

  test.each(CONVERSIONS.map((spec) => [spec.example.call] as const))('%s never throws, whatever the value', (call) => {
    fc.assert(fc.property(fc.oneof(anyJson, fc.string({ unit: 'binary' }), fc.array(fc.string()), fc.double().map(String)), (value) => {
      expect(() => convert(call, value, { currency: 'EUR' })).not.toThrow();
    }), { numRuns: 200 });
  });

  test.each(CONVERSIONS.map((spec) => [spec.example.call] as const))('%s keeps missing missing', (call) => {
    expect(convert(call, null)).toBeNull();
  });

  test.each(CONVERSIONS.map((spec) => [spec.example.call] as const))('%s answers a text of a million characters, and refuses a longer one', (call) => {
    for (const unit of ['a', ' a', '1', ';', 'é', ',', '\u{1F468}\u200D']) {
      convert(call, unit.repeat(Math.floor(1_000_000 / unit.length)));
      const input = unit.repeat(Math.ceil(1_100_000 / unit.length));
      const longer = convert(call, input);
      if (typeof longer === 'string' && longer !== input) expect(longer.length).toBeLessThanOrEqual(1_000_000);
    }
  }, 60_000);
});

describe('what conversions give', () => {
  test.each<[string, Json, Json]>([
    ['join(", ")', ['a', '', null, 5, true], 'a, 5, true'], ['join(" ")', [null, ''], null], ['join(" ")', 'alone', 'alone'], ['join("")', ['a', 'b'], 'ab'],
    ['split(",", 1)', 'a,b,c', 'b'], ['split(",", -1)', 'a,b,c', 'c'], ['split(",", 5)', 'a,b,c', null], ['split(",", 0)', 'a', 'a'], ['split(" - ", 0)', ['x - y', 'z'], ['x', 'z']],
    ['list(",")', 'a, b,,c ', ['a', 'b', 'c']], ['list(",")', ['a'], ['a']], ['list(",")', ' ', []], ['size', '👩‍👩‍👧', 5], ['size', [], 0], ['first', 'x', 'x'], ['first', [], null], ['first', [0, 1], 0], ['compact', [null, '', 0, false], [0, false]],
    ['upper', ['a', 'b'], ['A', 'B']], ['lower', 5, '5'], ['trim', true, 'true'], ['prefix("x")', 'y', 'xy'], ['suffix("x")', '', null], ['replace(".", "")', '1.234.567', '1234567'], ['replace("a", "$&")', 'banana', 'b$&n$&n$&'],
    ['slice(1)', 'a👩b', '👩b'], ['slice(-2)', 'abc', 'bc'], ['slice(0, -1)', 'abc', 'ab'], ['slice(2, 1)', 'abc', ''], ['slice(9)', 'abc', ''], ['truncate(2)', '👩👩👩', '👩👩'], ['truncate(1)', '👩‍👩‍👧', '👩'], ['truncate(5)', 'abcde', 'abcde'],
    ['truncate(2)', 'e\u0301e\u0301', 'e\u0301'], ['truncate(3)', 'ab cd', 'ab'], ['initials', "jean-luc o'neil", 'JO'], ['initials', 'é x', 'ÉX'], ['first_word', ' Ada  Lovelace', 'Ada'], ['last_word', 'Ada', 'Ada'], ['last_word', '  ', null],
    ['round(0)', '2.5', 2], ['round(0)', 3.5, 4], ['round(2)', '1.005', 1], ['round(-2)', 1_250, 1_200], ['multiply(3)', 0.1, 0.3], ['multiply(0.01)', '1999', 19.99], ['multiply(-1)', 0, 0], ['multiply(1)', '9007199254740993', '9007199254740993'],
    ['to_minor("EUR")', '19.990', 1_999], ['to_minor("JPY")', 500, 500], ['to_minor("BHD")', '1.234', 1_234], ['to_minor("EUR")', '90071992547409.93', '9007199254740993'], ['from_minor("EUR")', 5, '0.05'], ['from_minor("EUR")', '-1999', '-19.99'],
    ['from_minor("BHD")', 1_234, '1.234'], ['date("unix")', 1_700_000_000, '2023-11-14T22:13:20.000Z'], ['date("unix")', '1700000000.5', '2023-11-14T22:13:20.500Z'], ['date("unix")', -1, '1969-12-31T23:59:59.000Z'],
    ['date("unix-ms")', 1_700_000_000_123, '2023-11-14T22:13:20.123Z'], ['date("unix-ms")', '-0.5', '1969-12-31T23:59:59.999Z'], ['date("YYYYMMDD")', 20_261_120, '2026-11-20'], ['date("MM/DD/YYYY")', '1/5/2026', '2026-01-05'],
    ['zone("America/New_York")', '2026-07-04 12:00', '2026-07-04T16:00:00.000Z'], ['zone("Europe/Berlin")', '2026-11-20T10:11:12+05:00', '2026-11-20T05:11:12.000Z'], ['zone("Europe/Berlin")', '2027-03-28T02:30', '2027-03-28T01:30:00.000Z'],
    ['zone("Europe/Berlin")', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'], ['country("name")', 'deu', 'Germany'], ['country("alpha2")', ['Germany', 'FRA'], ['DE', 'FR']], ['yes_no("Y", "N")', 'no', 'N'], ['yes_no("Y", "N")', 0, 'N'],
  ])('%s of %j is %j', (call, input, output) => {
    expect(convert(call, input)).toEqual(output);
  });

  test.each<[string, Json, string, Surroundings?]>([
    ['upper', {}, 'not-text'], ['upper', [{}], 'not-text'], ['upper', '\uD800', 'invalid-unicode'], ['join(" ")', ['a', { b: 1 }], 'not-text'], ['join(" ")', [['a']], 'not-text'], ['replace("a", "aaaaaaaaaa")', 'a'.repeat(200_000), 'too-large'],
    ['suffix("x")', 'a'.repeat(1_000_000), 'too-large'], ['list(",")', ','.repeat(20_000), 'too-large'], ['upper', Array.from({ length: 20_000 }, () => 'a'), 'too-large'], ['initials', 'a '.repeat(5_000), 'too-large'],
    ['round(2)', 'abc', 'invalid-number'], ['round(2)', true, 'invalid-number'], ['multiply(10)', `1${'0'.repeat(308)}`, 'invalid-number'], ['to_minor("EUR")', '19.999', 'too-many-places'], ['to_minor', '19.99', 'currency-missing'], ['to_minor', '1', 'invalid-currency', { currency: 'XXX' }],
    ['to_minor', '1', 'invalid-currency', { currency: 'DEM' }], ['from_minor("EUR")', 1.5, 'not-an-integer'], ['date("DD.MM.YYYY")', '31.02.2026', 'invalid-date'], ['date("unix")', 1_700_000_000_000, 'invalid-date'], ['date("unix")', 'now', 'invalid-number'],
    ['date("unix-ms")', '1e308', 'invalid-date'], ['zone("Europe/Berlin")', '20.11.2026', 'invalid-datetime'], ['country("name")', 'Atlantis', 'invalid-country'], ['yes_no("Y", "N")', 'maybe', 'invalid-boolean'],
  ])('%s of %.30j is refused as %s', (call, input, code, around) => {
    expect(convert(call, input, around)).toMatchObject({ code });
  });

  test('the currency comes from the record where the call names none', () => {
    expect(convert('to_minor', '19.99', { currency: 'EUR' })).toBe(1_999);
    expect(convert('from_minor', 1_999, { currency: 'JPY' })).toBe('1999');
  });

  test('minor units and back is the same amount', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.constantFrom('EUR', 'JPY', 'BHD', 'CLF'), (minor, currency) => {
      const back = compileConversions(['from_minor', 'to_minor'], { currency })(String(minor));
      expect(typeof back === 'number' ? String(back) : back).toBe(String(minor));
    }));
  });

  test('the sum of the parts is the part of the sum', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 1 }), (cents) => {
      const minor = cents.map((cent) => Number(compileConversions(['from_minor', 'to_minor'], { currency: 'EUR' })(cent)));
      expect(minor.reduce((sum, each) => sum + each, 0)).toBe(cents.reduce((sum, each) => sum + each, 0));
    }));
  });
});

describe('look-up tables', () => {
  const table: Conversion = { kind: 'lookup', table: { lead: 'Prospect', won: 'Customer', 1: 'one', true: 'yes', clear: null } };
  test.each<[Json, Json]>([['lead', 'Prospect'], [1, 'one'], [true, 'yes'], [['lead', 'won'], ['Prospect', 'Customer']], [null, null], ['', null], ['clear', null]])('%j gives %j', (input, output) => {
    expect(compileConversion(table)(input, {})).toEqual(output);
  });

  test.each<[Json]>([['Lead'], [' lead'], ['toString'], ['__proto__'], [2], [{}], [['lead', 'x']]])('%j is not in the table', (input) => {
    expect(compileConversion(table)(input, {})).toMatchObject({ code: 'unmapped-value' });
  });

  test('"*" answers for all others, but not for missing values', () => {
    const withFallback = compileConversion({ kind: 'lookup', table: { lead: 'Prospect', '*': 'Other' } });
    expect(withFallback('x', {})).toBe('Other');
    expect(withFallback({}, {})).toBe('Other');
    expect(withFallback('', {})).toBeNull();
  });
});

test.each<[Conversion, string]>([
  [{ kind: 'call', name: 'nonsense', args: [] }, 'no conversion'], [{ kind: 'call', name: 'join', args: [] }, '1 argument'], [{ kind: 'call', name: 'round', args: [Number.NaN] }, 'a number'], [{ kind: 'call', name: 'constructor', args: [] }, 'no conversion'],
])('compileConversion refuses %j', (conversion, words) => {
  expect(() => compileConversion(conversion)).toThrow(ConversionError);
  expect(() => compileConversion(conversion)).toThrow(words);
});
