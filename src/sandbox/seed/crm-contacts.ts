import type { Json } from '../../contracts/json.js';
import type { Collection } from '../engine/collection.js';
import { Random } from '../engine/random.js';
import type { RecordValue, SeededRecord } from '../engine/record.js';
import type { Seeder } from '../engine/system-state.js';
import { companyAt } from './companies.js';
import { disguise, makeUntidy } from './mess.js';
import { internationalNumber, localNumber, personAt, type Person } from './people.js';

const lifecycles = ['lead', 'lead', 'lead', 'trial', 'won', 'won', 'churned'] as const;
const contactsPerCompany = 10;
const shareOfDoubles = 0.15;

interface Employer {
  readonly place: number;
  readonly accountId: string | null;
  readonly company: Json;
}

/**
 * seedContacts makes contacts of the CRM. Untidy ones are of many kinds: typos, doubles of earlier people, gaps, blanks,
 * other alphabets, emoji, very long notes, impossible phones, dates and addresses.
 */
export const seedContacts: Seeder = ({ count, seed, messy, from }, crm): SeededRecord[] => {
  const accounts = crm.collection('accounts');
  const records: SeededRecord[] = [];
  let employer: Employer | undefined;
  for (let index = from; index < from + count; index += 1) {
    const random = Random.at(seed ^ 0x2b1c, index);
    const untidy = random.chance(messy);
    const double = untidy && index > 0 && random.chance(shareOfDoubles);
    const person = personAt(seed, double ? index - 1 - random.below(Math.min(index, 200)) : index);
    const place = Math.floor(index / contactsPerCompany);
    if (employer?.place !== place) employer = employerAt(accounts, seed, place);
    const fields = tidyContact(person, random);
    fields['account_id'] = employer.accountId;
    fields['company'] = employer.company;
    // Where records are untidy at all, most people write their number the way it is done at home.
    if (random.chance(messy * 4)) fields['phone'] = localNumber(person.country.phone, person.nationalNumber, random);
    if (double) disguise(fields, person, random);
    else if (untidy) makeUntidy(fields, person, random);
    records.push({ fields, createdMs: person.createdMs, updatedMs: person.updatedMs });
  }
  return records;
};

/** Colleagues follow each other, so that an employer is looked for once for all of them. */
function employerAt(accounts: Collection, seed: number, place: number): Employer {
  const account = accounts.size === 0 ? undefined : accounts.byAge.slice(place % accounts.size, 1)[0];
  if (account === undefined) return { place, accountId: null, company: companyAt(seed, place).name };
  return { place, accountId: account.id, company: account.value['name'] ?? null };
}

function tidyContact(person: Person, random: Random): RecordValue {
  const { country } = person;
  return {
    first_name: person.first,
    last_name: person.last,
    email: person.email,
    phone: internationalNumber(country.phone, person.nationalNumber),
    country: country.code,
    street: person.street,
    city: person.city,
    postcode: person.postcode,
    lifecycle: random.pick(lifecycles),
    team: country.team,
    credit_limit: 500 * random.below(100),
    currency: country.currency,
    birthday: person.birthday,
    status: random.chance(0.03) ? 'inactive' : 'active',
    notes: random.chance(0.2) ? random.pick(['Met at the trade fair.', 'Prefers e-mail.', 'Key contact for purchasing.']) : null,
  };
}
