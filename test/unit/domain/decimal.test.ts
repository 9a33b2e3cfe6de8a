import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDecimals, compareDecimals, decimalOf, floorDecimal, formatDecimal, jsonNumber, multiplyDecimals, parseDecimal, roundHalfEven, shiftDecimal,
} from '../../../src/domain/decimal.js';
import type { Decimal } from '../../../src/domain/decimal.js';

function decimal(text: string): Decimal {
  const parsed = parseDecimal(text);
  if (parsed === undefined) throw new Error(`${text} is no decimal`);
  return parsed;
}

const anyDecimal = fc.record({ unscaled: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), scale: fc.integer({ min: 0, max: 20 }) })
  .map((parts) => multiplyDecimals(parts, { unscaled: 1n, scale: 0 }));

describe('parseDecimal', () => {
  test.each([
    ['0', '0'], ['-0', '0'], ['-0.000', '0'], ['0e999', '0'], ['007', '7'], ['+5', '5'], ['12.50', '12.5'], ['.5', '0.5'], ['5.', '5'],
    ['1e3', '1000'], ['1.5E-3', '0.0015'], ['-1e2', '-100'], ['9007199254740993', '9007199254740993'],
    ['0.1', '0.1'], ['1e308', `1${'0'.repeat(308)}`], ['5e-324', `0.${'0'.repeat(323)}5`],
    ['123456789012345678901234567890.123456789', '123456789012345678901234567890.123456789'],
  ])('%s is %s', (text, formatted) => {
    expect(formatDecimal(decimal(text))).toBe(formatted);
  });

  test.each([
    '', ' ', '.', '-', '+', 'e5', '1e', '1e+', '1e400', '1e99999', '-1e400', '1e-401', 'NaN', 'Infinity', '-Infinity', '0x10', '1_000', '1,5',
    '1 000', ' 1', '1 ', '1.2.3', '--1', '１', '1n', '9'.repeat(401), '\u22125',
  ])('refuses %j', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });

  test('takes linear time on digits that end badly', () => {
    expect(parseDecimal(`${'1'.repeat(399)}x`)).toBeUndefined();
    expect(parseDecimal(`${'1'.repeat(1_000_000)}x`)).toBeUndefined();
  });

  test('reads back what formatDecimal writes', () => {
    fc.assert(fc.property(anyDecimal, (value) => {
      expect(parseDecimal(formatDecimal(value))).toEqual(value);
    }));
  });

  test('agrees with JavaScript on every finite double', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const parsed = decimalOf(value);
      expect(parsed).toBeDefined();
      expect(Number(formatDecimal(parsed ?? decimal('0.1')))).toBe(value + 0);
    }));
  });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('decimalOf refuses %s', (value) => {
  expect(decimalOf(value)).toBeUndefined();
});

test.each([['1.5', 2, '1.50'], ['0', 2, '0.00'], ['-0.05', 3, '-0.050'], ['12', 0, '12'], ['1.234', 2, '1.234']])('formatDecimal pads %s to %i places: %s', (text, places, expected) => {
  expect(formatDecimal(decimal(text), places)).toBe(expected);
});

describe('arithmetic', () => {
  test('0.1 + 0.2 is 0.3', () => {
    expect(formatDecimal(addDecimals(decimal('0.1'), decimal('0.2')))).toBe('0.3');
  });

  test.each([['0.1', '3', '0.3'], ['19.99', '100', '1999'], ['-2.5', '0.4', '-1'], ['9007199254740993', '3', '27021597764222979']])('%s × %s = %s', (left, right, product) => {
    expect(formatDecimal(multiplyDecimals(decimal(left), decimal(right)))).toBe(product);
  });

  test('addition and multiplication agree with BigInt on whole numbers', () => {
    fc.assert(fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
      const left = { unscaled: a, scale: 0 };
      const right = { unscaled: b, scale: 0 };
      expect(addDecimals(left, right).unscaled).toBe(a + b);
      expect(multiplyDecimals(left, right).unscaled).toBe(a * b);
    }));
  });

  test('multiplication distributes over addition', () => {
    fc.assert(fc.property(anyDecimal, anyDecimal, anyDecimal, (a, b, c) => {
      expect(multiplyDecimals(a, addDecimals(b, c))).toEqual(addDecimals(multiplyDecimals(a, b), multiplyDecimals(a, c)));
    }));
  });
});

describe('compareDecimals', () => {
  test.each([['1', '1.0', 0], ['-0', '0', 0], ['0.1', '0.10', 0], ['2', '10', -1], ['-2', '-10', 1], ['9007199254740993', '9007199254740992', 1], ['1e-20', '0', 1]])('%s and %s: %i', (left, right, order) => {
    expect(compareDecimals(decimal(left), decimal(right))).toBe(order);
  });

  test('is the sign of the difference', () => {
    fc.assert(fc.property(anyDecimal, anyDecimal, (a, b) => {
      const difference = addDecimals(a, multiplyDecimals(b, decimal('-1'))).unscaled;
      expect(compareDecimals(a, b)).toBe(difference === 0n ? 0 : difference > 0n ? 1 : -1);
    }));
  });
});

describe('shiftDecimal', () => {
  test.each([['12.34', 2, '1234'], ['12.34', -2, '0.1234'], ['5', 3, '5000'], ['1000', -3, '1'], ['0', -5, '0'], ['-0.001', 3, '-1']])('%s by %i is %s', (text, places, expected) => {
    expect(formatDecimal(shiftDecimal(decimal(text), places))).toBe(expected);
  });

  test('is undone by the opposite shift', () => {
    fc.assert(fc.property(anyDecimal, fc.integer({ min: -20, max: 20 }), (value, places) => {
      expect(shiftDecimal(shiftDecimal(value, places), -places)).toEqual(value);
    }));
  });
});

describe('roundHalfEven', () => {
  test.each([
    ['0.5', 0, '0'], ['1.5', 0, '2'], ['2.5', 0, '2'], ['3.5', 0, '4'], ['-0.5', 0, '0'], ['-1.5', 0, '-2'], ['-2.5', 0, '-2'],
    ['2.675', 2, '2.68'], ['2.665', 2, '2.66'], ['1.005', 2, '1'], ['1.0051', 2, '1.01'], ['0.49999', 0, '0'], ['0.50001', 0, '1'],
    ['1250', -2, '1200'], ['1350', -2, '1400'], ['1251', -2, '1300'], ['7', 2, '7'],
  ])('%s to %i places is %s', (text, places, expected) => {
    expect(formatDecimal(roundHalfEven(decimal(text), places))).toBe(expected);
  });

  test('is never further away than half a unit, and rounds once', () => {
    fc.assert(fc.property(anyDecimal, fc.integer({ min: -5, max: 20 }), (value, places) => {
      const rounded = roundHalfEven(value, places);
      const error = addDecimals(value, multiplyDecimals(rounded, decimal('-1')));
      const twice = multiplyDecimals(error, decimal('2'));
      const magnitude = twice.unscaled < 0n ? { ...twice, unscaled: -twice.unscaled } : twice;
      expect(compareDecimals(magnitude, shiftDecimal(decimal('1'), -places))).not.toBe(1);
      expect(roundHalfEven(rounded, places)).toEqual(rounded);
    }));
  });
});

test.each([['1.9', 1n], ['-1.1', -2n], ['-1', -1n], ['0.001', 0n], ['-0.001', -1n]])('floorDecimal of %s is %s', (text, floor) => {
  expect(floorDecimal(decimal(text))).toBe(floor);
});

describe('jsonNumber', () => {
  test.each([
    ['0.1', 0.1], ['42', 42], ['-0', 0], ['9007199254740991', 9_007_199_254_740_991], ['9007199254740992', '9007199254740992'],
    ['9007199254740993', '9007199254740993'], ['-9007199254740992', '-9007199254740992'], ['0.1234567890123456789', '0.1234567890123456789'],
    ['1e21', `1${'0'.repeat(21)}`], ['12.50', 12.5],
  ])('%s is %j', (text, expected) => {
    expect(jsonNumber(decimal(text))).toBe(expected);
  });

  test('never changes the value', () => {
    fc.assert(fc.property(anyDecimal, (value) => {
      const number = jsonNumber(value);
      expect(typeof number === 'number' ? decimalOf(number) : parseDecimal(number)).toEqual(value);
    }));
  });
});
