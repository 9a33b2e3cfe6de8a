import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { codePointLength, compareCodePoints, cutCodePoints, indexOfCodePoint, isWellFormed, sameText, utf8Length } from '../../../src/domain/unicode.js';

const anyText = fc.string({ unit: 'binary', maxLength: 30 });
const anyUnits = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 }).map((units) => String.fromCharCode(...units));

test('isWellFormed agrees with URI encoding, which refuses lone surrogates', () => {
  fc.assert(fc.property(anyUnits, (text) => {
    let encodes = true;
    try {
      encodeURIComponent(text);
    } catch {
      encodes = false;
    }
    expect(isWellFormed(text)).toBe(encodes);
  }));
});

test('codePointLength counts as the string iterator does', () => {
  fc.assert(fc.property(anyUnits, (text) => {
    expect(codePointLength(text)).toBe(Array.from(text).length);
  }));
});

test('cutCodePoints and indexOfCodePoint agree with the string iterator', () => {
  fc.assert(fc.property(anyUnits, fc.nat(40), (text, max) => {
    const expected = Array.from(text).slice(0, max).join('');
    expect(cutCodePoints(text, max)).toBe(expected);
    expect(indexOfCodePoint(text, max)).toBe(expected.length);
  }));
});

test('utf8Length agrees with the encoder', () => {
  fc.assert(fc.property(anyText, (text) => {
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
  }));
});

test('compareCodePoints orders as the code points do', () => {
  fc.assert(fc.property(anyText, anyText, (left, right) => {
    const a = Array.from(left, (character) => character.codePointAt(0) ?? 0);
    const b = Array.from(right, (character) => character.codePointAt(0) ?? 0);
    const at = a.findIndex((point, index) => point !== b[index]);
    const expected = at < 0 ? a.length - b.length : b[at] === undefined ? 1 : (a[at] ?? 0) - b[at];
    expect(Math.sign(compareCodePoints(left, right))).toBe(Math.sign(expected));
  }));
});

test('emoji are ordered after the private use area, unlike by UTF-16 unit', () => {
  expect(compareCodePoints('\u{1F600}', '\uFFFD')).toBeGreaterThan(0);
  expect(['\uFFFD', '\u{1F600}'].toSorted()).toEqual(['\u{1F600}', '\uFFFD']);
});

test.each([['é', 'e\u0301', true], ['é', 'e', false], ['ｅ', 'e', false], ['Å', '\u212B', true], ['a', 'a', true]])('sameText: %j and %j are %s', (left, right, same) => {
  expect(sameText(left, right)).toBe(same);
});
