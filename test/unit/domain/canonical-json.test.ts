import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/contracts/json.js';
import { canonicalJson, CanonicalJsonError } from '../../../src/domain/canonical-json.js';
import { sameJson } from '../../../src/domain/json-equal.js';
import { anyJson, parseJson } from './any-json.js';
import { listReference, readReference, testWithReference } from './reference-data.js';

const json = anyJson;

const turned = (each: Json): Json => (typeof each === 'object' && each !== null && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).toReversed()) : each);

const fiveThousandDeep = (): Json => parseJson(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);

describe('canonicalJson', () => {
  testWithReference('jcs-rfc8785/testdata/input/', 'the reference files of RFC 8785', () => {
    const files = listReference('jcs-rfc8785/testdata/input/');
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const input = parseJson(readReference(`jcs-rfc8785/testdata/input/${file}`));
      expect(canonicalJson(input), file).toBe(readReference(`jcs-rfc8785/testdata/output/${file}`).trimEnd());
    }
  });

  test.each<[Json, string]>([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'], [-0, '0'], [1e21, '1e+21'], [0.000001, '0.000001'], [1e-7, '1e-7'], [9.999999999999997e-7, '9.999999999999997e-7'],
    ['\u0000\u001f"\\/\u2028é', '"\\u0000\\u001f\\"\\\\/\u2028é"'], [{ '': 1, '\u{1F600}': 2, '\uFB33': 3 }, '{"":1,"\u{1F600}":2,"\uFB33":3}'], [[], '[]'], [{}, '{}'],
  ])('%j', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test('is JSON for the same value, whatever the order of members', () => {
    fc.assert(fc.property(json, (value) => {
      const text = canonicalJson(value);
      expect(sameJson(parseJson(text), value)).toBe(true);
      expect(canonicalJson(parseJson(text))).toBe(text);
      expect(canonicalJson(turned(value))).toBe(text);
    }));
  });

  test('text is taken as composed or not only where asked', () => {
    expect(canonicalJson({ a: 'e\u0301' })).not.toBe(canonicalJson({ a: 'é' }));
    expect(canonicalJson({ a: ['e\u0301'] }, { normaliseText: true })).toBe(canonicalJson({ a: ['é'] }, { normaliseText: true }));
    expect(canonicalJson({ 'e\u0301': 1 }, { normaliseText: true })).toBe('{"e\u0301":1}');
  });

  test.each<[Json, string]>([['\uD800', 'lone surrogate'], [{ '\uDC00': 1 }, 'lone surrogate'], [Number.NaN, 'NaN'], [Number.POSITIVE_INFINITY, 'NaN']])('%j has no canonical text', (value, words) => {
    expect(() => canonicalJson(value)).toThrow(CanonicalJsonError);
    expect(() => canonicalJson(value)).toThrow(words);
  });

  test('lone surrogates are escaped where asked', () => {
    expect(canonicalJson('\uD800', { allowLoneSurrogates: true })).toBe('"\\ud800"');
  });

  test('nesting beyond 500 levels is refused, not a stack overflow', () => {
    const deep = parseJson(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
    expect(() => canonicalJson(deep)).toThrow('deeper than 500');
    expect(canonicalJson(parseJson(`${'['.repeat(500)}${']'.repeat(500)}`))).toHaveLength(1_000);
  });
});

describe('sameJson', () => {
  test.each<[Json | undefined, Json | undefined, boolean]>([
    [1, 1, true], [1, '1', false], [-0, 0, true], [null, undefined, true], [null, '', false], [null, 0, false], [[], {}, false], [[], null, false], [{ a: null }, {}, true], [{}, { a: null }, true], [{}, { a: 1 }, false],
    [{ a: 1 }, {}, false], [[1, 2], [2, 1], false], [[1], [1, 2], false], [[null], [], false], ['é', 'e\u0301', true], [true, 1, false], [{ a: [{ b: 'é' }] }, { a: [{ b: 'e\u0301' }] }, true],
    [{}, { toString: 1 }, false], [{ toString: null }, {}, true],
  ])('%j and %j: %s', (left, right, same) => {
    expect(sameJson(left, right)).toBe(same);
    expect(sameJson(right, left)).toBe(same);
  });

  test('agrees with the canonical text', () => {
    const small = fc.letrec<{ value: Json }>((tie) => ({ value: fc.oneof(fc.constantFrom<Json>(1, '1', true, 'a', ''), fc.array(tie('value'), { maxLength: 2 }), fc.dictionary(fc.constantFrom('a', 'b'), tie('value'), { maxKeys: 2 })) })).value;
    fc.assert(fc.property(small, small, (left, right) => {
      expect(sameJson(left, right)).toBe(canonicalJson(left) === canonicalJson(right));
    }), { numRuns: 2_000 });
  });

  test('nesting beyond 200 levels counts as different, not a stack overflow', () => {
    expect(sameJson(fiveThousandDeep(), fiveThousandDeep())).toBe(false);
  });
});
