import { countries, type Country, type PhonePlan } from './countries.js';
import { nameLists, plainAscii } from './names.js';
import { Random } from '../engine/random.js';

/** Person is a made-up person with tidy particulars. */
export interface Person {
  readonly country: Country;
  readonly first: string;
  readonly last: string;
  /** Differs from that of every other person of the seed. */
  readonly email: string;
  /** The national number, digits only; differs from every other person's of the country. */
  readonly nationalNumber: string;
  readonly street: string;
  readonly city: string;
  readonly postcode: string;
  /** `YYYY-MM-DD`. */
  readonly birthday: string;
  readonly createdMs: number;
  readonly updatedMs: number;
}

const lottery: readonly Country[] = countries.flatMap((country) => Array.from({ length: country.weight }, () => country));
const byCode: ReadonlyMap<string, Country> = new Map(countries.map((country) => [country.code, country]));
const mailDomains: readonly string[] = ['example.com', 'example.net', 'example.org', 'mail.example', 'post.example', 'inbox.example'];
const firstDayMs = Date.UTC(2022, 0, 1);
const lastDayMs = Date.UTC(2025, 11, 31);
const dayMs = 86_400_000;
const mailNames = new Map<string, string>();

/** personAt makes the n-th person of a seed, who is the same in every system. */
export function personAt(seed: number, index: number): Person {
  const random = Random.at(seed, index);
  const country = random.pick(lottery);
  const names = nameLists[country.names];
  if (names === undefined) throw new Error(`there are no names for ${country.code}`);
  const first = random.pick(names.first);
  const last = random.pick(names.last);
  const [city, postcode] = random.pick(country.cities);
  const street = random.pick(country.streets);
  const house = 1 + random.below(180);
  const createdMs = firstDayMs + Math.floor(random.next() * (lastDayMs - firstDayMs));
  return {
    country,
    first,
    last,
    email: `${mailName(first)}.${mailName(last)}.${index.toString(36)}${seed === 1 ? '' : `-${seed.toString(36)}`}@${random.pick(mailDomains)}`,
    nationalNumber: nationalNumber(country.phone, index, random),
    street: country.numberFirst ? `${house} ${street}` : `${street} ${house}`,
    city,
    postcode: fillPattern(postcode, random),
    birthday: `${1945 + random.below(60)}-${twoDigits(1 + random.below(12))}-${twoDigits(1 + random.below(28))}`,
    createdMs,
    updatedMs: createdMs + Math.floor(random.next() * (lastDayMs - createdMs)) + random.below(dayMs),
  };
}

/** countryOf finds a country by its code. */
export function countryOf(code: string): Country | undefined {
  return byCode.get(code);
}

/** internationalNumber writes a national number as E.164. */
export function internationalNumber(plan: PhonePlan, national: string): string {
  return `+${plan.dial}${national}`;
}

/** localNumber writes a national number in one of the ways that are usual in its country. */
export function localNumber(plan: PhonePlan, national: string, random: Random): string {
  let next = 0;
  let text = '';
  for (const character of random.pick(plan.formats)) {
    if (character === '#') {
      text += national.charAt(next);
      next += 1;
    } else text += character;
  }
  return text + national.slice(next);
}

/** fillPattern replaces each `#` by a digit and each `@` by a letter. */
export function fillPattern(pattern: string, random: Random): string {
  let text = '';
  for (const character of pattern) {
    if (character === '#') text += String(random.below(10));
    else if (character === '@') text += 'ABDEFGHJLNPQRSTUWXYZ'.charAt(random.below(20));
    else text += character;
  }
  return text;
}

function nationalNumber(plan: PhonePlan, index: number, random: Random): string {
  const start = random.pick(plan.starts);
  const digits = plan.length - start.length;
  const range = 10 ** digits;
  // Multiplying by a number without the factors 2 and 5 gives every index below the range a number of its own.
  return start + String((index * 48_271 + 12_345) % range).padStart(digits, '0');
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function mailName(name: string): string {
  let known = mailNames.get(name);
  if (known === undefined) {
    known = plainAscii(name).toLowerCase().replace(/[^a-z]/g, '');
    mailNames.set(name, known);
  }
  return known;
}
