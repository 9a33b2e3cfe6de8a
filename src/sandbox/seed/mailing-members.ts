import { Random } from '../engine/random.js';
import type { SeededRecord } from '../engine/record.js';
import type { Seeder } from '../engine/system-state.js';
import { otherSpelling } from './names.js';
import { internationalNumber, localNumber, personAt } from './people.js';

/** seedMembers makes members who are the same people as the CRM's contacts of the same seed; untidy ones are spelt otherwise. */
export const seedMembers: Seeder = ({ count, seed, messy, from }): SeededRecord[] => {
  const records: SeededRecord[] = [];
  for (let index = from; index < from + count; index += 1) {
    const random = Random.at(seed ^ 0x6a51, index);
    const person = personAt(seed, index);
    const untidy = random.chance(messy);
    const name = `${person.first} ${person.last}`;
    const { phone } = person.country;
    const fields = {
      email_address: untidy ? person.email.toUpperCase() : person.email,
      full_name: untidy ? otherSpelling(name).toUpperCase() : name,
      phone: untidy ? localNumber(phone, person.nationalNumber, random) : internationalNumber(phone, person.nationalNumber),
      city: person.city,
      country: person.country.code,
      source: 'import',
    };
    records.push({ fields, createdMs: person.createdMs, updatedMs: person.updatedMs });
  }
  return records;
};
