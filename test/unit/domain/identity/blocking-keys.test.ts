import { describe, expect, test } from 'vitest';
import { blockingKeys } from '../../../../src/domain/identity/blocking-keys.js';
import { compileScoredFields } from '../../../../src/domain/scored-fields.js';
import { people, personFields } from './people.js';

const scored = compileScoredFields(personFields.map(({ name, kind }) => ({ field: name, kind })));
const [nina, ...others] = people(300, 41).map(({ values }) => scored.formsOf(values as Record<string, string>));

describe('blocking keys', () => {
  test.each([['a slip in the family name', { family: 'x' }], ['another phone and address', { phone: '+49 30 1', street: '1 other road' }], ['no birthday', { born: '' }], ['names exchanged', { given: nina?.['family'], family: nina?.['given'] }]])('several stay equal after %s', (_, change) => {
    const changed = Object.fromEntries(Object.entries({ ...nina, ...change }).filter(([, value]) => value !== ''));
    const keys = new Set(blockingKeys(personFields, nina ?? {}));
    expect(blockingKeys(personFields, changed as Record<string, string>).filter((key) => keys.has(key)).length).toBeGreaterThanOrEqual(3);
  });

  test('tell strangers apart: hardly any pair has three in common', () => {
    const keys = new Set(blockingKeys(personFields, nina ?? {}));
    const close = others.filter((other) => blockingKeys(personFields, other).filter((key) => keys.has(key)).length >= 3);
    expect(close.length).toBeLessThan(others.length * 0.02);
  });

  test('are the same each time, distinct, and fit a 32-bit integer', () => {
    for (const forms of others) {
      const keys = blockingKeys(personFields, forms);
      expect(blockingKeys(personFields, forms)).toEqual(keys);
      expect(new Set(keys).size).toBe(keys.length);
      for (const key of keys) expect(key | 0).toBe(key);
    }
  });

  test('of a record without values there are none', () => {
    expect(blockingKeys(personFields, {})).toEqual([]);
  });
});

describe('the conditions of a scored match', () => {
  const { formsOf, mayMatch } = compileScoredFields([{ field: 'name', kind: 'name', least: 0.92 }, { field: '/address/zip', kind: 'postcode', least: 1 }, { field: 'born', kind: 'date' }]);
  const berg = formsOf({ name: 'Anna Berg', address: { zip: '10115' }, born: '1984-03-02' });

  test.each([
    ['equal values', { name: 'ANNA BERG', address: { zip: '10115' } }, true],
    ['a name that is near', { name: 'Anna Bergg', address: { zip: '10115' } }, true],
    ['a name that is not', { name: 'Otto Zwack', address: { zip: '10115' } }, false],
    ['another postcode', { name: 'Anna Berg', address: { zip: '10119' } }, false],
    ['a missing postcode', { name: 'Anna Berg', address: { zip: null } }, false],
    ['a field without a condition that differs', { name: 'Anna Berg', address: { zip: '10115' }, born: '2001-01-01' }, true],
  ])('with %s', (_, values, holds) => {
    expect(mayMatch(berg, formsOf(values))).toBe(holds);
    expect(mayMatch(formsOf(values), berg)).toBe(holds);
  });
});
