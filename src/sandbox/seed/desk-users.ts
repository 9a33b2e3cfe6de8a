import { Random } from '../engine/random.js';
import type { SeededRecord } from '../engine/record.js';
import type { Seeder } from '../engine/system-state.js';
import { otherSpelling } from './names.js';
import { internationalNumber, localNumber, personAt } from './people.js';

/** seedUsers makes users who are the same people as the CRM's contacts of the same seed. */
export const seedUsers: Seeder = ({ count, seed, messy, from }): SeededRecord[] => {
  const records: SeededRecord[] = [];
  for (let index = from; index < from + count; index += 1) {
    const random = Random.at(seed ^ 0x4c87, index);
    const person = personAt(seed, index);
    const untidy = random.chance(messy);
    const name = `${person.first} ${person.last}`;
    const { phone } = person.country;
    const fields = {
      name: untidy ? otherSpelling(name) : name,
      email: untidy && random.chance(0.5) ? null : person.email,
      phone: untidy ? localNumber(phone, person.nationalNumber, random) : internationalNumber(phone, person.nationalNumber),
    };
    records.push({ fields, createdMs: person.createdMs, updatedMs: person.updatedMs });
  }
  return records;
};
