import { Random } from '../engine/random.js';
import type { RecordValue, SeededRecord } from '../engine/record.js';
import type { Seeder } from '../engine/system-state.js';
import { companyAt } from './companies.js';
import { disguise, makeUntidy } from './mess.js';
import { internationalNumber, localNumber, personAt, type Person } from './people.js';

const lifecycles = ['lead', 'lead', 'lead', 'trial', 'won', 'won', 'churned'] as const;
const contactsPerCompany = 10;
const shareOfDoubles = 0.15;

/**
 * seedContacts makes contacts of the CRM. Untidy ones are of many kinds: typos, doubles of earlier people, gaps, blanks,
 * other alphabets, emoji, very long notes, impossible phones, dates and addresses.
 */
export const seedContacts: Seeder = ({ count, seed, messy, from }, crm): SeededRecord[] => {
  const accounts = crm.collection('accounts');
  const records: SeededRecord[] = [];
  for (let index = from; index < from + count; index += 1) {
    const random = Random.at(seed ^ 0x2b1c, index);
    const untidy = random.chance(messy);
    const double = untidy && index > 0 && random.chance(shareOfDoubles);
    const person = personAt(seed, double ? index - 1 - random.below(Math.min(index, 200)) : index);
    const place = Math.floor(index / contactsPerCompany);
    const account = accounts.size === 0 ? undefined : accounts.byAge.slice(place % accounts.size, 1)[0];
    const fields = tidyContact(person, random);
    fields['account_id'] = account?.id ?? null;
    fields['company'] = account === undefined ? companyAt(seed, place).name : (account.value['name'] ?? null);
    // Where records are untidy at all, most people write their number the way it is done at home.
    if (random.chance(messy * 4)) fields['phone'] = localNumber(person.country.phone, person.nationalNumber, random);
    if (double) disguise(fields, person, random);
    else if (untidy) makeUntidy(fields, person, random);
    records.push({ fields, createdMs: person.createdMs, updatedMs: person.updatedMs });
  }
  return records;
};

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
