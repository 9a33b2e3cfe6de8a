import { describe, expect, test } from 'vitest';
import { learnPopulation } from '../../../../src/domain/identity/population.js';
import { scoreRecord } from '../../../../src/domain/identity/score-record.js';
import { altered, people, personFields } from './people.js';

const known = people(400, 21);
const population = learnPopulation(personFields, known, known.length);
const [first, second] = known;

describe('one record among many', () => {
  test('is linked with its counterpart and not with others', () => {
    for (const record of known.slice(0, 40)) {
      const [best, next] = scoreRecord(population, altered(record, 'new', { phone: undefined, family: `${record.values['family'] ?? ''}e` }), known.slice(0, 40));
      expect(best?.right).toBe(record.id);
      expect(best?.probability).toBeGreaterThan(0.99);
      expect(next?.probability ?? 0).toBeLessThan(0.01);
    }
  });

  test('has no counterpart among strangers', () => {
    for (const stranger of people(40, 22, 's')) expect(scoreRecord(population, stranger, known.slice(0, 40))[0]?.probability).toBeLessThan(0.1);
  });

  test('is put before a person where two fit alike', () => {
    const probabilities = scoreRecord(population, altered(first, 'new'), [altered(first, 'a'), altered(first, 'b')]).map((match) => match.probability);
    for (const probability of probabilities) expect(probability).toBeCloseTo(0.5, 2);
  });

  test('is not linked by a switchboard or a shared mailbox', () => {
    const shared = { phone: '+49 30 5550 0000', email: 'frontdesk@firm.example' };
    const staffed = learnPopulation(personFields, known.map((record, index) => (index < 5 ? altered(record, record.id, shared) : record)), known.length);
    const [match] = scoreRecord(staffed, altered(first, 'new', shared), [altered(second, 'colleague', shared)]);
    expect(match?.probability).toBeLessThan(0.1);
    expect(match?.reasons.filter(({ text }) => text.includes('does not count')).map(({ field }) => field).toSorted()).toEqual(['email', 'phone']);
  });

  test('is no more a record with a name that is a slip apart than one with the same name', () => {
    for (const record of known.slice(0, 40)) {
      const nameless = { email: undefined, phone: undefined };
      const scored = scoreRecord(population, altered(record, 'new', nameless), [altered(record, 'same', nameless), altered(record, 'slip', { ...nameless, family: `${record.values['family'] ?? ''}e` })]);
      const probability = (id: string): number => scored.find((match) => match.right === id)?.probability ?? 0;
      expect(probability('slip')).toBeLessThanOrEqual(probability('same') + 1e-9);
    }
  });

  test('has none where there is nobody', () => {
    expect(scoreRecord(population, altered(first, 'new'), [])).toEqual([]);
    expect(scoreRecord(learnPopulation(personFields, [], 0), altered(first, 'new'), [altered(first, 'a')]).length).toBe(1);
  });
});
