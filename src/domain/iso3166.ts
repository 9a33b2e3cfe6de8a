import { COUNTRY_TABLE } from './iso3166-table.js';

/** Country is one entry of ISO 3166-1: both codes in upper case, and the English short name. */
export interface Country {
  readonly alpha2: string;
  readonly alpha3: string;
  readonly name: string;
}

const byCode = new Map<string, Country>();
const byName = new Map<string, Country>();
for (const line of COUNTRY_TABLE.trim().split('\n')) {
  const [name = '', ...otherNames] = line.slice(7).split('|');
  const country = { alpha2: line.slice(0, 2), alpha3: line.slice(3, 6), name };
  byCode.set(country.alpha2, country);
  byCode.set(country.alpha3, country);
  for (const each of [name, ...otherNames]) byName.set(nameKey(each), country);
}

/** countries are all entries of the table, in the order of their alpha-2 codes. */
export const countries: readonly Country[] = [...new Set(byCode.values())];

/**
 * findCountry finds a country by its alpha-2 code, its alpha-3 code or an English name, whatever the case; names also
 * without accents, punctuation or "the". Codes of ISO 3166-1, with XK for Kosovo.
 */
export function findCountry(text: string): Country | undefined {
  if (text.length > 100) return undefined;
  const code = byCode.get(text.toUpperCase());
  if (code !== undefined) return code;
  const key = nameKey(text);
  return byName.get(key) ?? byCode.get(key.toUpperCase());
}

function nameKey(name: string): string {
  return name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll('&', 'and')
    .replace(/\s*\(the\)\s*$/, '')
    .replace(/^\s*the\s/, '')
    .replaceAll(/[^a-z0-9]/g, '');
}
