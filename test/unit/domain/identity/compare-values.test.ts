import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agreements } from '../../../../src/domain/identity/agreement.js';
import { compareValues } from '../../../../src/domain/identity/compare-values.js';
import { fieldKinds, type FieldKind } from '../../../../src/contracts/field-kind.js';
import { normalForm } from '../../../../src/domain/identity/normal-form.js';

describe('normal forms', () => {
  test.each<[FieldKind, string, string | undefined]>([
    ['given-name', '  José-María ', 'jose maria'], ['family-name', "O'Brien", 'obrien'], ['family-name', ' - ', undefined], ['name', 'Müller & Söhne GmbH', 'muller sohne gmbh'],
    ['phone', '+61 485 452 367', '485452367'], ['phone', '0061485452367', '485452367'], ['phone', '(0485) 452-367', '485452367'], ['phone', '12345', undefined],
    ['email', ' mailto:Anna.Berg@Example.COM ', 'anna.berg@example.com'], ['email', 'none', undefined],
    ['date', '1971-06-24', '19710624'], ['date', '24.6.1971', '19710624'], ['date', '19710624', '19710624'], ['date', '', undefined],
    ['postcode', 'SW1A 1AA', 'sw1a1aa'], ['address', '8  Stanley St.', '8 stanley st'], ['place', 'Köln', 'koln'], ['code', 'N.S.W.', 'nsw'],
  ])('%s %j is %j', (kind, value, normal) => {
    expect(normalForm(kind, value)).toBe(normal);
  });

  test.each(fieldKinds)('the normal form of a %s stays as it is', (kind) => {
    fc.assert(fc.property(fc.string({ maxLength: 40 }), (value) => {
      const normal = normalForm(kind, value);
      expect(normalForm(kind, normal)).toBe(normal);
    }));
  });
});

describe('agreement of two values', () => {
  test.each<[FieldKind, string, string, string]>([
    ['given-name', 'robert', 'robert', 'same'], ['given-name', 'robert', 'robret', 'near'], ['given-name', 'robert', 'r', 'similar'], ['given-name', 'elk i', 'elki', 'near'], ['given-name', 'robert', 'grace', 'different'],
    ['family-name', 'neumann', 'nuemann', 'near'], ['name', 'acme trading', 'trading acme', 'near'], ['name', 'nina katzenberger', 'nina katzenbergr', 'near'], ['name', 'nina katzenberger', 'nils katzenberger', 'faint'], ['name', 'acme trading ltd', 'acme trading', 'near'], ['name', 'nina katzenberger', 'otto zwack', 'different'],
    ['date', '19710624', '19710625', 'near'], ['date', '19710706', '19710607', 'near'], ['date', '19710624', '19720624', 'near'], ['date', '19710624', '19830624', 'similar'], ['date', '19710624', '19710701', 'similar'],
    ['date', '19710624', '19711130', 'faint'], ['date', '19710624', '20050912', 'different'],
    ['address', '8 stanley street', '8 stanly street', 'near'], ['address', '8 stanley street', '61 stanley street', 'similar'], ['address', '8 stanley street', '8 king road', 'different'],
    ['postcode', '4223', '4232', 'near'], ['postcode', '4223', '9109', 'different'], ['code', 'nsw', 'nsv', 'similar'],
    ['phone', '485452367', '485452376', 'near'], ['phone', '485452367', '485459999', 'different'],
    ['email', 'anna.berg@example.com', 'ana.berg@example.com', 'near'], ['email', 'anna.berg1@example.com', 'anna.berg2@example.com', 'similar'], ['email', 'anna.berg@example.com', 'anna.berg@other.example', 'similar'],
    ['email', 'anna.berg@example.com', 'joe@example.com', 'different'],
  ])('%s: %s and %s: %s', (kind, left, right, agreement) => {
    expect(agreements[compareValues(kind, left, right)]).toBe(agreement);
    expect(agreements[compareValues(kind, right, left)]).toBe(agreement);
  });

  test.each(fieldKinds)('of a %s does not depend on which comes first, and equal values are the same', (kind) => {
    const value = fc.string({ unit: fc.constantFrom('a', 'b', '1', '2', ' ', '@', '.'), maxLength: 14 }).map((text) => normalForm(kind, text) ?? 'x');
    fc.assert(fc.property(value, value, (left, right) => {
      expect(compareValues(kind, left, right)).toBe(compareValues(kind, right, left));
      expect(compareValues(kind, left, left)).toBe(0);
      expect(agreements[compareValues(kind, left, right)]).toBeDefined();
    }));
  });
});
