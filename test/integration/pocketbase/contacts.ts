import type { JsonObject } from '../../../src/contracts/json.js';

/** Contact is a contact as a person types it into the CRM. */
export interface Contact {
  readonly first_name: string;
  readonly last_name: string;
  readonly email: string;
  readonly phone: string;
  readonly company: string;
  readonly street: string;
  readonly postcode: string;
  readonly city: string;
  readonly country: string;
  /** `1990-02-03`, or empty. */
  readonly birthday: string;
  readonly stage: string;
  readonly interests: readonly string[];
}

const names: readonly (readonly [string, string])[] = [
  ['Ada', 'Lovelace'], ['Jürgen', 'Groß'], ['Zoë', "O'Brien"], ['Łukasz', 'Żółć'], ['  Marie ', 'Curie-Skłodowska'], ['李', '小龍'], ['Anna  Maria', 'von der Heide'], ['Renée 👩‍🔬', 'D’Angelo'], ['Plato', ''],
];
const phones: readonly ((digits: string) => string)[] = [
  (digits) => `030 2300 1${digits}`, (digits) => `(020) 7946 0${digits}`, (digits) => `(212) 555-0${digits}`, (digits) => `+33 1 42 68 5${digits}`, () => 'ask at the reception', () => '',
];
const e164: readonly ((digits: string) => string | null)[] = [
  (digits) => `+493023001${digits}`, (digits) => `+442079460${digits}`, (digits) => `+12125550${digits}`, (digits) => `+33142685${digits}`, () => null, () => null,
];
const countries: readonly (readonly [string, string | null])[] = [['DE', 'DE'], ['United Kingdom', 'GB'], ['us', 'US'], ['FRA', 'FR'], ['Atlantis', null], ['', null]];
const lifecycles: Readonly<Record<string, string | null>> = { lead: 'Prospect', trial: 'Trial', won: 'Customer', lost: 'Former customer', '': null };
const stages = ['lead', 'trial', 'won', 'lost', ''];
const interests: readonly (readonly string[])[] = [[], ['news'], ['offers', 'events'], ['news', 'offers', 'events']];

/** makeContacts makes contacts with the habits of real ones: scripts, blanks, capitals, numbers in every notation, gaps. */
export function makeContacts(count: number): Contact[] {
  return Array.from({ length: count }, (_, index) => {
    const [first, last] = pick(names, index);
    const digits = String(100 + (index % 800));
    return {
      first_name: first, last_name: last, email: index % 7 === 0 ? `O'Neil.${index}@Example.COM` : `contact+${index}@mail-${index % 13}.example.org`,
      phone: pick(phones, index)(digits), company: index === 500 ? 'Extraordinarily-Long-'.repeat(20) : `Company ${index % 50} GmbH & Co. KG`,
      street: `Main Street ${index}`, postcode: String(10_000 + index), city: index % 3 === 0 ? 'München' : 'London', country: pick(countries, index)[0],
      birthday: index % 4 === 0 ? '' : `19${String(40 + (index % 60)).padStart(2, '0')}-0${1 + (index % 9)}-1${index % 10}`,
      stage: pick(stages, index), interests: pick(interests, index),
    };
  });
}

/**
 * memberOf gives the member of the mailing list that a contact has to become, by rules written down here once more: the
 * notation of a phone number is undone by knowing how it was made, not by reading it.
 */
export function memberOf(contact: Contact, id: string): JsonObject {
  const clean = (text: string): string | null => text.trim().replace(/\s+/g, ' ') || null;
  return {
    email_address: contact.email.toLowerCase(),
    full_name: [clean(contact.first_name), clean(contact.last_name)].filter((part) => part !== null).join(' '),
    first_name: clean(contact.first_name), last_name: clean(contact.last_name), phone: internationalNumber(contact.phone),
    company: clean(contact.company)?.slice(0, 255) ?? null, street: clean(contact.street), postcode: clean(contact.postcode), city: clean(contact.city),
    country: countries.find(([written]) => written === contact.country)?.[1] ?? null, birthday: clean(contact.birthday),
    lifecycle: lifecycles[contact.stage] ?? null, tags: [...contact.interests], external_id: id, source: 'pocketbase',
  };
}

function internationalNumber(phone: string): string | null {
  const digits = phone.slice(-3);
  const index = phones.findIndex((write) => write(digits) === phone);
  return index < 0 ? null : pick(e164, index)(digits);
}

function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError('there is nothing to pick from');
  return item;
}
