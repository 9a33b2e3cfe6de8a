import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDistance } from '../../../../src/domain/identity/edit-distance.js';
import { jaroWinkler } from '../../../../src/domain/identity/jaro-winkler.js';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'é', ' '), maxLength: 12 });

describe('Jaro-Winkler', () => {
  // The published examples: Winkler 1990 and Winkler 1994, table 5.1.
  test.each([['martha', 'marhta', 0.9611], ['dwayne', 'duane', 0.84], ['dixon', 'dicksonx', 0.8133], ['jones', 'johnson', 0.8324], ['abc', 'xyz', 0], ['', 'a', 0]])('%s and %s: %d', (left, right, similarity) => {
    expect(jaroWinkler(left, right)).toBeCloseTo(similarity, 3);
  });

  test('is symmetric, between 0 and 1, and 1 for equal texts only', () => {
    fc.assert(fc.property(word, word, (left, right) => {
      const similarity = jaroWinkler(left, right);
      expect(jaroWinkler(right, left)).toBe(similarity);
      expect(similarity).toBeGreaterThanOrEqual(0);
      expect(similarity).toBeLessThanOrEqual(1);
      expect(similarity === 1).toBe(left === right);
    }));
  });
});

describe('the edit distance', () => {
  test.each([['kitten', 'sitting', 3], ['ab', 'ba', 1], ['smith', 'smiht', 1], ['ca', 'abc', 3], ['', 'abc', 3], ['same', 'same', 0]])('%s and %s: %d', (left, right, distance) => {
    expect(editDistance(left, right, 10)).toBe(distance);
  });

  test('is symmetric, and stops one above the limit', () => {
    fc.assert(fc.property(word, word, fc.nat(4), (left, right, limit) => {
      const whole = editDistance(left, right, 30);
      expect(editDistance(right, left, 30)).toBe(whole);
      expect(editDistance(left, right, limit)).toBe(Math.min(whole, limit + 1));
    }));
  });
});
