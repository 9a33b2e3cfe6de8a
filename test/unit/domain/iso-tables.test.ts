import { describe, expect, test } from 'vitest';
import { countries, findCountry } from '../../../src/domain/iso3166.js';
import { currencyCodes, minorUnitDigits, readCurrency } from '../../../src/domain/iso4217.js';
import { readCsv, readReference, testWithReference } from './reference-data.js';

describe('ISO 4217', () => {
  test.each([['EUR', 2], ['JPY', 0], ['BHD', 3], ['CLF', 4], ['XAU', null], ['DEM', undefined], ['eur', undefined], ['', undefined]])('%s has %s minor unit digits', (code, digits) => {
    expect(minorUnitDigits(code)).toBe(digits);
  });

  test.each([['eur', 'EUR'], ['EUR', 'EUR'], ['EURO', undefined], ['', undefined], ['€', undefined], ['DEM', undefined]])('%s is read as %s', (text, code) => {
    expect(readCurrency(text)).toBe(code);
  });

  testWithReference('iso4217/data/codes-all.csv', 'the table is the list of currencies in use', () => {
    const inUse = readCsv(readReference('iso4217/data/codes-all.csv')).filter((row) => row['WithdrawalDate'] === '' && row['AlphabeticCode'] !== '');
    const listed = new Map(inUse.map((row) => [row['AlphabeticCode'] ?? '', row['MinorUnit'] === '-' ? null : Number(row['MinorUnit'])]));
    expect(listed.size).toBeGreaterThan(150);
    expect(new Map(currencyCodes.map((code) => [code, minorUnitDigits(code)]))).toEqual(listed);
  });
});

describe('ISO 3166', () => {
  test.each([
    ['DE', 'DE'], ['de', 'DE'], ['DEU', 'DE'], ['deu', 'DE'], ['Germany', 'DE'], ['GERMANY', 'DE'], ['United Kingdom', 'GB'], ['UK', 'GB'], ['USA', 'US'],
    ['U.S.A.', 'US'], ['united states', 'US'], ['The Netherlands', 'NL'], ['Netherlands (the)', 'NL'], ['Cote d\'Ivoire', 'CI'], ['Côte d’Ivoire', 'CI'],
    ['Turkey', 'TR'], ['Türkiye', 'TR'], ['Turkiye', 'TR'], ['South Korea', 'KR'], ['Czech Republic', 'CZ'], ['Bosnia & Herzegovina', 'BA'],
    ['Kosovo', 'XK'], ['XK', 'XK'], ['Åland Islands', 'AX'], ['EL', 'GR'],
  ])('%s is %s', (text, alpha2) => {
    expect(findCountry(text)?.alpha2).toBe(alpha2);
  });

  test.each(['', ' ', 'XX', 'Germania', 'Atlantis', 'Korea', '276', 'x'.repeat(1_000), 'constructor', '__proto__'])('%.20j is no country', (text) => {
    expect(findCountry(text)).toBeUndefined();
  });

  test('every country is found by both codes and its name', () => {
    for (const country of countries) {
      expect(findCountry(country.alpha2)).toBe(country);
      expect(findCountry(country.alpha3)).toBe(country);
      expect(findCountry(country.name)).toBe(country);
    }
  });

  testWithReference('iso3166/data/country-codes.csv', 'the table is the list of countries, and every name in English finds its own', () => {
    const rows = readCsv(readReference('iso3166/data/country-codes.csv')).filter((row) => /^[A-Z]{2}$/.test(row['ISO3166-1-Alpha-2'] ?? ''));
    expect(rows.length).toBe(249);
    const official = countries.filter(({ alpha2 }) => alpha2 !== 'XK');
    expect(official.map(({ alpha2, alpha3, name }) => [alpha2, alpha3, name])).toEqual(
      rows.map((row) => [row['ISO3166-1-Alpha-2'], row['ISO3166-1-Alpha-3'], row['official_name_en']]).toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    );
    for (const row of rows) {
      expect(findCountry(row['CLDR display name'] ?? '')?.alpha2, row['CLDR display name']).toBe(row['ISO3166-1-Alpha-2']);
    }
  });
});
