import type { IdentityField, IdentityRecord } from '../../../../src/domain/identity/identity-field.js';
import { seededRandom } from '../../../../src/domain/identity/seeded-random.js';

const givenNames = 'anna ben clara david emma felix greta hugo ida jonas katrin leo maria nils olga paul rosa simon tina viktor wilma'.split(' ');
const familyNames = 'adler berg conrad dorn ebert falk graf haas imhof jung keller lang moser neumann otto pohl roth sommer thiel urban vogt winter'.split(' ');
const towns = ['berlin', 'hamburg', 'bremen', 'kassel', 'leipzig', 'mainz', 'rostock', 'trier'];
const streets = ['lindenweg', 'hauptstrasse', 'gartenweg', 'bahnhofstrasse', 'schulweg', 'marktplatz', 'bergstrasse'];

/** personFields are the fields of the invented people. */
export const personFields: readonly IdentityField[] = [
  { name: 'given', kind: 'given-name' }, { name: 'family', kind: 'family-name' }, { name: 'born', kind: 'date' }, { name: 'street', kind: 'address' },
  { name: 'town', kind: 'place' }, { name: 'email', kind: 'email' }, { name: 'phone', kind: 'phone' },
];

/** people invents people, the same for the same seed; nobody shares an e-mail address or a phone number. */
export function people(count: number, seed: number, prefix = 'p'): readonly IdentityRecord[] {
  const random = seededRandom(seed);
  const one = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const digits = (length: number): string => String(Math.floor(random() * 10 ** length)).padStart(length, '0');
  return Array.from({ length: count }, (_, index) => {
    const [given, family] = [one(givenNames), one(familyNames)];
    const born = `19${digits(2)}-${String(1 + Math.floor(random() * 12)).padStart(2, '0')}-${String(1 + Math.floor(random() * 28)).padStart(2, '0')}`;
    const values = { given, family, born, street: `${1 + Math.floor(random() * 90)} ${one(streets)}`, town: one(towns), email: `${given}.${family}.${digits(4)}@mail.example`, phone: `+4930${digits(8)}` };
    return { id: `${prefix}${index}`, values };
  });
}

/** altered is a record with other values and another id. */
export function altered(record: IdentityRecord | undefined, id: string, values: Readonly<Record<string, string | undefined>> = {}): IdentityRecord {
  return { id, values: { ...record?.values, ...values } };
}
