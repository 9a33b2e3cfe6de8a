import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DuplicateKey } from '../../../../src/contracts/quality-definition.js';
import { normaliseAccountName } from '../../../../src/domain/quality/account-name.js';
import { compileDuplicateKey } from '../../../../src/domain/quality/duplicate-keys.js';
import { postcodeProblem } from '../../../../src/domain/quality/postcode.js';
import { countries } from '../../../../src/domain/iso3166.js';

describe('normaliseAccountName', () => {
  test.each([
    ['Müller & Söhne GmbH', 'muller sohne'],
    ['MULLER UND SOHNE  G.m.b.H.', 'muller sohne'],
    ['Acme, Inc.', 'acme'],
    ['The ACME Corporation', 'acme'],
    ['Acme Co., Ltd.', 'acme'],
    ["L'Oréal S.A.", 'loreal'],
    ['株式会社トヨタ', '株式会社トヨタ'],
    ['株式会社 トヨタ', 'トヨタ'],
    ['Straße 7 KG', 'strasse 7'],
    ['SE', 'se'],
    ['SA Power Networks', 'sa power networks'],
    ['???', ''],
  ])('%s is compared as %s', (name, compared) => expect(normaliseAccountName(name)).toBe(compared));

  test('a second time changes nothing, whatever the text', () => {
    const word = fc.oneof(fc.constantFrom('GmbH', 'Co.', 'Ltd', 'and', '&', 'Äpfel', '株式会社'), fc.string({ maxLength: 8 }));
    fc.assert(fc.property(fc.array(word, { maxLength: 5 }), (words) => {
      const once = normaliseAccountName(words.join(' '));
      expect(normaliseAccountName(once)).toBe(once);
    }));
  });
});

describe('compileDuplicateKey', () => {
  test.each<[key: Omit<DuplicateKey, 'field'>, value: unknown, found: readonly string[]]>([
    [{ kind: 'email' }, ' ADA@Example.com', ['ada@example.com']],
    [{ kind: 'email' }, 'none', []],
    [{ kind: 'email' }, ['a@b.cd', 'A@B.cd', 'x@y.zz'], ['a@b.cd', 'x@y.zz']],
    [{ kind: 'phone', region: { field: 'country' } }, '(0151) 23456789', ['+4915123456789']],
    [{ kind: 'phone', region: { field: 'country' } }, '+49 151 23456789', ['+4915123456789']],
    [{ kind: 'phone' }, '0151 23456789', []],
    [{ kind: 'name' }, 'Acme Inc.', ['acme']],
    [{ kind: 'name' }, 'X', []],
    [{ kind: 'name' }, '東京', ['東京']],
    [{ kind: 'text' }, ' Abc  1', ['abc 1']],
    [{ kind: 'text' }, 12, ['12']],
    [{ kind: 'text' }, '', []],
    [{ kind: 'text' }, null, []],
    [{ kind: 'text' }, { a: 1 }, []],
  ])('%j reads %j as %j', (key, value, found) => {
    expect(compileDuplicateKey({ field: 'x', ...key })({ x: value as never, country: 'DE' })).toEqual(found);
  });
});

describe('postcodeProblem', () => {
  test.each([
    ['10115', 'DE'], ['D-10115', 'Germany'], ['1010', 'AT'], ['SW1A 1AA', 'GB'], ['sw1a1aa', 'GB'], ['M5V 3L9', 'CA'], ['94103-1234', 'US'], ['1012 AB', 'NL'], ['D02 AF30', 'IE'],
    ['100-0005', 'JP'], ['01310-100', 'BR'], ['00-950', 'PL'], ['114 55', 'SE'], ['1000-205', 'PT'], ['AD500', 'AD'], ['12345', undefined], ['BB11000', 'BB'],
  ])('%s is one of %s', (text, region) => expect(postcodeProblem(text, region)).toBeUndefined());

  test.each([
    ['1011', 'DE'], ['ABCDE', 'DE'], ['12345', 'AT'], ['SW1A', 'GB'], ['M5V 3O9', 'CA'], ['9410', 'US'], ['0012 AB', 'NL'], ['1', undefined], ['none', undefined], ['1'.repeat(30), undefined], ['10115; drop', 'DE'],
  ])('%s is none of %s', (text, region) => expect(postcodeProblem(text, region)).toBeDefined());

  test('any country takes or refuses any text without throwing', () => {
    fc.assert(fc.property(fc.string({ maxLength: 25 }), fc.constantFrom(...countries), (text, { alpha2 }) => {
      expect(['undefined', 'string']).toContain(typeof postcodeProblem(text, alpha2));
    }));
  });
});
