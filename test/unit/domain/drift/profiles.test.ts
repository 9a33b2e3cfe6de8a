import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/contracts/json.js';
import { compareProfiles, quarantines } from '../../../../src/domain/drift/compare-profiles.js';
import { profileOf, shapeOf } from '../../../../src/domain/drift/profile.js';

const many = (count: number, make: (index: number) => JsonObject): JsonObject[] => Array.from({ length: count }, (_, index) => make(index));
const drifts = (before: readonly JsonObject[], now: readonly JsonObject[]): readonly string[] => compareProfiles(profileOf(before), profileOf(now)).map(({ field, kind }) => `${field} ${kind}`);
const person = (index: number): JsonObject => ({ id: `c-${index}`, email: `p${index}@example.com`, born: '1990-02-03', stage: index % 3 === 0 ? 'lead' : 'won', amount: index, address: { city: 'Bath', zip: null } });

describe('compareProfiles', () => {
  it.each([
    ['the same records', person, []],
    ['a field that is not there any more', (index: number) => ({ ...person(index), email: undefined as never }), ['/email vanished']],
    ['a field that is null everywhere', (index: number) => ({ ...person(index), email: null }), ['/email vanished']],
    ['a part that is gone is told once', (index: number) => ({ ...person(index), address: null }), ['/address vanished']],
    ['a field that most records lack now', (index: number) => ({ ...person(index), email: index % 5 === 0 ? 'a@example.com' : null }), ['/email rarer']],
    ['a number that became text', (index: number) => ({ ...person(index), amount: `EUR ${index}` }), ['/amount type']],
    ['a text that became an object, in part', (index: number) => (index % 3 === 0 ? { ...person(index), stage: { id: 1 } } : person(index)), ['/stage type', '/stage/id new-field']],
    ['a date in another format', (index: number) => ({ ...person(index), born: '3.2.1990' }), ['/born format']],
    ['addresses that are none', (index: number) => ({ ...person(index), email: `see file ${index}` }), ['/email format']],
    ['whole numbers that became decimals are numbers still', (index: number) => ({ ...person(index), amount: index + 0.5 }), []],
    ['a new code in a list of codes', (index: number) => ({ ...person(index), stage: index % 3 === 0 ? 'lead' : 'closed' }), ['/stage new-values']],
    ['a new field', (index: number) => ({ ...person(index), team: 'emea' }), ['/team new-field']],
  ])('%s', (_what, change, expected) => {
    const now = many(100, (index) => JSON.parse(JSON.stringify(change(index))) as JsonObject);
    expect(drifts(many(100, person), now)).toEqual(expected);
  });

  it('judges nothing by a few records', () => {
    expect(drifts(many(19, person), many(100, () => ({})))).toEqual([]);
    expect(drifts(many(100, person), many(19, () => ({})))).toEqual([]);
  });

  it('a field that hardly any record had may be missing', () => {
    expect(drifts(many(100, (index) => ({ id: index, fax: index < 9 ? '1' : null })), many(100, (index) => ({ id: index, fax: null })))).toEqual([]);
  });

  it('finds nothing in records that come from the same source, whatever they hold and in whatever order', () => {
    fc.assert(fc.property(fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 2 })), { minLength: 20, maxLength: 40 }), (values) => {
      const records = values as JsonObject[];
      expect(drifts(records, records.toReversed())).toEqual([]);
    }));
  });

  it('new fields and new codes are told and hold nothing back', () => {
    expect((['vanished', 'rarer', 'type', 'format', 'new-values', 'new-field'] as const).filter(quarantines)).toEqual(['vanished', 'rarer', 'type', 'format']);
  });
});

describe('profileOf', () => {
  it('keeps the values of codes only, never of texts that differ', () => {
    const { fields } = profileOf(many(100, person));
    expect(fields['/stage']?.values).toEqual(['lead', 'won']);
    expect(fields['/email']?.values).toBeNull();
    expect(JSON.stringify(fields)).not.toContain('@example.com');
  });

  it('is bounded, whatever the records hold', () => {
    const wide = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`f${index}`, index]));
    expect(Object.keys(profileOf([wide]).fields).length).toBeLessThanOrEqual(300);
    let deep: JsonObject = { end: 1 };
    for (let level = 0; level < 2_000; level += 1) deep = { in: deep };
    expect(Object.keys(profileOf([deep]).fields)).toEqual(['/in', '/in/in', '/in/in/in']);
  });

  it.each([
    ['2026-11-28', 'date'], ['2026-11-28T04:10:00Z', 'datetime'], ['2026-11-28 04:10', 'datetime'], ['0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70', 'uuid'], ['-12,5', 'numeric-text'],
    ['https://example.com', 'url'], ['ada@example.com', 'email'], ['ada', 'text'], [1, 'integer'], [1.5, 'decimal'], [true, 'boolean'], [[], 'list'], [{}, 'object'],
  ])('%j is %s', (value, shape) => {
    expect(shapeOf(value)).toBe(shape);
  });
});
