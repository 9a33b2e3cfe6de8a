import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findDuplicates } from '../../../../src/domain/identity/find-duplicates.js';
import { linkRecords } from '../../../../src/domain/identity/link-records.js';
import { altered, people, personFields } from './people.js';

const left = people(120, 1);
const right = left.slice(0, 80).map((record, index) => altered(record, `q${index}`, index % 3 === 0 ? { family: `${record.values['family'] ?? ''}x` } : { phone: undefined }));
const strangers = people(40, 2, 's');

describe('linking two sets', () => {
  const found = linkRecords(personFields, left, [...right, ...strangers]);

  test('finds the counterparts and nobody else', () => {
    expect(found.links.filter((match) => match.left.slice(1) === match.right.slice(1) && match.right.startsWith('q')).length).toBeGreaterThan(75);
    expect(found.links.filter((match) => match.right.startsWith('s') || match.left.slice(1) !== match.right.slice(1))).toEqual([]);
  });

  test('gives each record one link at most', () => {
    expect(new Set(found.links.map((match) => match.left)).size).toBe(found.links.length);
    expect(new Set(found.links.map((match) => match.right)).size).toBe(found.links.length);
  });

  test('the reasons add up to the odds', () => {
    for (const { probability, reasons } of [...found.links, ...found.reviews].filter((match) => match.probability < 0.999_999)) {
      const bits = reasons.reduce((sum, reason) => sum + reason.bits, 0);
      // Parts of less than 0.05 bits are left out.
      expect(Math.abs(bits - Math.log2(probability / (1 - probability)))).toBeLessThan(0.15);
    }
  });

  test('the reasons name no value of a record', () => {
    const texts = [...found.links, ...found.reviews].flatMap(({ reasons }) => reasons.map(({ text }) => text)).join('\n');
    for (const value of Object.values(left[0]?.values ?? {})) expect(texts).not.toContain(value);
  });

  test('the other way round gives the same pairs', () => {
    const back = linkRecords(personFields, [...right, ...strangers], left);
    const byPair = new Map(back.links.map((match) => [`${match.right} ${match.left}`, match.probability]));
    expect(new Set(byPair.keys())).toEqual(new Set(found.links.map((match) => `${match.left} ${match.right}`)));
    for (const match of found.links) expect(byPair.get(`${match.left} ${match.right}`)).toBeCloseTo(match.probability, 6);
  });

  test('same input, same output, in whatever order the records come', () => {
    fc.assert(fc.property(shuffled(left), shuffled([...right, ...strangers]), (one, other) => {
      expect(linkRecords(personFields, one, other)).toEqual(found);
    }), { numRuns: 5 });
  });

  test('of two records that fit alike, none is linked by itself and both are put before a person', () => {
    const twice = linkRecords(personFields, left, [...right, ...strangers, altered(right[1], 'again')]);
    expect(twice.links.map((match) => match.left)).not.toContain('p1');
    expect(twice.reviews.filter((match) => match.left === 'p1').map((match) => match.right).toSorted()).toEqual(['again', 'q1']);
    expect(twice.reviews.find((match) => match.left === 'p1')?.reasons.map(({ text }) => text)).toContain('another record fits as well');
  });

  test('sets that have nobody in common are not linked', () => {
    expect(linkRecords(personFields, left, people(120, 3, 's')).links).toEqual([]);
  });

  test.each([[[], []], [left, []], [[], right]])('an empty set is linked with nothing', (one, other) => {
    expect(linkRecords(personFields, one, other).links).toEqual([]);
  });

  test('repeated ids are refused', () => {
    expect(() => linkRecords(personFields, [...left, ...left], right)).toThrow(RangeError);
  });
});

describe('finding duplicates', () => {
  const copies = left.slice(0, 30).flatMap((record, index) => [altered(record, `a${index}`, { given: `${record.values['given'] ?? ''}e` }), altered(record, `b${index}`, { email: undefined })]);
  const records = [...left, ...copies];
  const found = findDuplicates(personFields, records);

  test('puts all records of one person into one group', () => {
    expect(found.groups.length).toBe(30);
    for (const group of found.groups) expect(new Set(group.map((id) => id.slice(1))).size).toBe(1);
    expect(found.groups.flat().length).toBe(90);
  });

  test('same input, same output, in whatever order the records come', () => {
    fc.assert(fc.property(shuffled(records), (others) => {
      expect(findDuplicates(personFields, others)).toEqual(found);
    }), { numRuns: 5 });
  });

  test('people of one household stay apart', () => {
    const couples = people(200, 5).flatMap((record, index) => {
      const other = people(200, 6)[index];
      return [record, altered(record, `${record.id}-partner`, { given: other?.values['given'], born: other?.values['born'], email: other?.values['email'] })];
    });
    expect(findDuplicates(personFields, [...couples, ...copies]).groups.flat().filter((id) => id.endsWith('-partner'))).toEqual([]);
  });
});

function shuffled<T>(items: readonly T[]): fc.Arbitrary<readonly T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length });
}
