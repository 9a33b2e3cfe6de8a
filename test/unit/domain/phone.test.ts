import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCountry } from '../../../src/domain/iso3166.js';
import { readPhone } from '../../../src/domain/phone.js';
import { Refusal } from '../../../src/domain/refusal.js';
import { readReference, testWithReference } from './reference-data.js';

describe('readPhone', () => {
  test.each([
    ['+49 151 23456789', undefined, '+4915123456789'], ['0151 23456789', 'DE', '+4915123456789'], ['0151/234 567-89', 'DEU', '+4915123456789'],
    ['(0151) 23456789', 'Germany', '+4915123456789'], ['0049 151 23456789', 'DE', '+4915123456789'], 
    ['+1 202-555-0143', 'DE', '+12025550143'], ['(202) 555-0143', 'United States', '+12025550143'], ['0061417841626', 'AU', '+61417841626'],
    ['61485452367', 'AU', '+61485452367'], ['0428-120-407', 'AU', '+61428120407'], ['0061417841626', undefined, '+61417841626'], ['＋４９ １５１ ２３４５６７８９', undefined, '+4915123456789'],
    ['+39 06 1234 5678', undefined, '+390612345678'], ['+44 (0)20 7946 0958', undefined, '+442079460958'], ['+61(0)417841626', 'AU', '+61417841626'], ['+383 44 123 456', 'Kosovo', '+38344123456'], [61_485_452_367, 'AU', '+61485452367'],
  ])('%s in %s is %s', (input, region, number) => {
    expect(readPhone(input, region)).toMatchObject({ number });
  });

  test.each([
    ['+49 12', undefined], ['+999 123456', undefined], ['12345', 'DE'], ['+1 555 555 5555', undefined], ['abc', 'DE'], ['0441-414-421', 'AU'], ['', 'DE'], ['n/a', 'DE'], ['+', 'DE'], ['++49 151 23456789', 'DE'],
    ['ada@example.com', 'DE'], ['0151 23456789 oder 030 123456', 'DE'], ['x'.repeat(1_000), 'DE'], [true, 'DE'], [null, 'DE'], [1.5, 'DE'], ['call +49 151 23456789', 'DE'],
  ])('%.40j in %s is refused', (input, region) => {
    expect(readPhone(input, region)).toMatchObject({ code: 'invalid-phone' });
  });

  test.each([undefined, '', 'Atlantis', 'x'.repeat(1_000)])('a number without country code needs a region that is known, unlike %.20j', (region) => {
    expect(readPhone('0151 23456789', region)).toMatchObject({ code: 'phone-needs-region' });
    expect(readPhone('+49 151 23456789', region)).toMatchObject({ number: '+4915123456789' });
  });

  test('an extension is left off and reported', () => {
    expect(readPhone('+1 202 555 0143 ext. 5', undefined)).toEqual({ number: '+12025550143', extensionDropped: true });
    expect(readPhone('+1 202 555 0143', undefined)).toEqual({ number: '+12025550143', extensionDropped: false });
  });

  test('the memo keeps regions apart', () => {
    expect(readPhone('030 123456', 'DE')).toMatchObject({ number: '+4930123456' });
    expect(readPhone('030 123456', 'AT')).not.toMatchObject({ number: '+4930123456' });
    expect(readPhone('030 123456', undefined)).toMatchObject({ code: 'phone-needs-region' });
    expect(readPhone('DE030 123456', undefined)).toBeInstanceOf(Refusal);
  });

  test('never throws, and a second reading is the same', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('+', '0', '4', '9', '1', ' ', '-', '(', ')', 'x', ';', 'e', 't', '=', '#', '\uD800', '٤'), maxLength: 30 }), (text) => {
      expect(readPhone(text, 'DE')).toEqual(readPhone(text, 'DE'));
    }), { numRuns: 500 });
  });

  testWithReference('phone/examples.mobile.json', 'one mobile number of every region is read, and E.164 text reads as itself', () => {
    const parsed: Readonly<Record<string, string>> = JSON.parse(readReference('phone/examples.mobile.json'));
    const examples = Object.entries(parsed);
    expect(examples.length).toBeGreaterThan(200);
    for (const [region, national] of examples) {
      // Ascension and Tristan da Cunha are no entries of ISO 3166-1.
      if (findCountry(region) === undefined) continue;
      const read = readPhone(national, region);
      if (read instanceof Refusal) throw new Error(`${region} ${national}: ${read.message}`);
      expect(readPhone(read.number, undefined), region).toEqual({ number: read.number, extensionDropped: false });
    }
  });
});
