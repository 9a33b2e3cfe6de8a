import { findCountry } from '../iso3166.js';

/** Digits only, by their number: countries whose postcodes are nothing else. A blank or a hyphen within is left out before. */
const DIGITS: Readonly<Record<number, string>> = {
  3: 'FO IS',
  4: 'AF AM AR AT AU BE BG BD CH CY DK GE GL HU LI LU LV MK NO NZ PH SI TN ZA',
  5: 'AL BA DE DO DZ EE EG ES FI FR HR ID IT JO KE KR KW LA LK LT MA MC ME MM MX MY MZ NP PK PE RS SA SE SK SM TH TR UA UY VA ZM CZ GR CR GT HN',
  6: 'BY CN CO EC IN KG KZ MN NG RO RU SG TJ TM UZ VN',
  7: 'CL IL JP PT',
  8: 'BR',
};

/** Other forms, without blanks and hyphens and in capitals. */
const FORMS: Readonly<Record<string, RegExp>> = {
  AD: /^AD\d{3}$/,
  AX: /^22\d{3}$/,
  AZ: /^(?:AZ)?\d{4}$/,
  BM: /^[A-Z]{2}(?:\d{2}|[A-Z]{2})$/,
  BN: /^[A-Z]{2}\d{4}$/,
  CA: /^[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d$/,
  GB: /^(?:GIR0AA|[A-Z]{1,2}\d[A-Z\d]?\d[ABD-HJLNP-UW-Z]{2})$/,
  GG: /^GY\d{1,2}\d[A-Z]{2}$/,
  IE: /^(?:[ACDEFHKNPRTVWXY]\d[0-9W])[0-9ACDEFHKNPRTVWXY]{4}$/,
  IM: /^IM\d{1,2}\d[A-Z]{2}$/,
  IR: /^\d{10}$/,
  JE: /^JE\d{1,2}\d[A-Z]{2}$/,
  MD: /^(?:MD)?\d{4}$/,
  MT: /^[A-Z]{3}\d{4}$/,
  NL: /^[1-9]\d{3}[A-Z]{2}$/,
  PL: /^\d{5}$/,
  PR: /^00[679]\d{2}(?:\d{4})?$/,
  TW: /^\d{3}(?:\d{2,3})?$/,
  US: /^\d{5}(?:\d{4})?$/,
};

const byDigits = new Map(Object.entries(DIGITS).flatMap(([count, codes]) => codes.split(' ').map((code) => [code, Number(count)] as const)));

/** Prefix of the country as letters on the Continent carry it, such as D-10115. */
const COUNTRY_PREFIX = /^(?:D|A|CH|L|LV|LT|B|F|I|S|SE|FI|DK|N|NO|SI|EE|HR|CZ|SK|PL)-(?=\d)/;

/**
 * postcodeProblem says what is wrong with a postcode, in one sentence; undefined where nothing is. The forms are those of
 * Unicode CLDR's postal code data (release 37, the last to have them); a country that is unknown here, or has no form of
 * its own, takes any 2 to 12 letters, digits, blanks and hyphens with a digit among them.
 */
export function postcodeProblem(text: string, region: string | undefined): string | undefined {
  if (text.length > 20) return 'A postcode has at most 20 characters.';
  const country = region === undefined ? undefined : findCountry(region);
  const plain = text.toUpperCase().replace(COUNTRY_PREFIX, '').replaceAll(/[ -]/g, '');
  const digits = country === undefined ? undefined : byDigits.get(country.alpha2);
  const form = country === undefined ? undefined : FORMS[country.alpha2];
  if (country !== undefined && digits !== undefined) {
    return /^\d+$/.test(plain) && plain.length === digits ? undefined : `A postcode of ${country.alpha2} has ${digits} digits.`;
  }
  if (country !== undefined && form !== undefined) return form.test(plain) ? undefined : `This is no postcode as ${country.alpha2} has them.`;
  return /^[A-Z0-9]{2,12}$/.test(plain) && /\d/.test(plain) ? undefined : 'A postcode is 2 to 12 letters and digits, with a digit among them.';
}
