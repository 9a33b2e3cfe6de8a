import type { Random } from '../engine/random.js';
import type { RecordValue } from '../engine/record.js';
import { countries } from './countries.js';
import { decimalAmount } from './money.js';
import { nameLists } from './names.js';
import { fillPattern, internationalNumber } from './people.js';

/** Edit thinks of a change that a user might make to a record. */
type Edit = (value: RecordValue, random: Random) => RecordValue;

const maxTries = 20;
const someNames = Object.values(nameLists).flatMap(({ last }) => last);

const textOf = (value: RecordValue, field: string): string => {
  const text = value[field];
  return typeof text === 'string' ? text : '';
};

const newPhone = (random: Random): string => {
  const { phone } = random.pick(countries);
  const start = random.pick(phone.starts);
  return internationalNumber(phone, start + fillPattern('#'.repeat(phone.length - start.length), random));
};

const move: Edit = (_value, random) => {
  const country = random.pick(countries);
  const [city, postcode] = random.pick(country.cities);
  return { city, postcode: fillPattern(postcode, random), street: `${random.pick(country.streets)} ${1 + random.below(99)}` };
};

const edits: Readonly<Record<string, readonly Edit[]>> = {
  'crm/contacts': [
    move,
    (_value, random) => ({ phone: newPhone(random) }),
    (_value, random) => ({ last_name: random.pick(someNames) }),
    (_value, random) => ({ lifecycle: random.pick(['lead', 'trial', 'won', 'churned']) }),
    (_value, random) => ({ credit_limit: 500 * random.below(200) }),
  ],
  'crm/accounts': [
    (_value, random) => ({ tier: random.pick(['enterprise', 'self-serve', 'partner']) }),
    (value, random) => ({ annual_revenue: decimalAmount(10_000 + random.below(90_000_000), random.next(), textOf(value, 'currency')) }),
    (value, random) => ({ billing_email: `${random.pick(['billing', 'finance', 'invoices', 'ap'])}@${textOf(value, 'domain')}` }),
  ],
  'crm/deals': [
    (_value, random) => ({ stage: random.pick(['qualification', 'proposal', 'negotiation', 'won', 'lost']) }),
    (value, random) => ({ amount: decimalAmount(100 + random.below(900_000), random.next(), textOf(value, 'currency')) }),
  ],
  'mailing/members': [
    (_value, random) => ({ phone: newPhone(random) }),
    (_value, random) => ({ status: random.pick(['subscribed', 'unsubscribed']) }),
    move,
  ],
  'books/customers': [move, (_value, random) => ({ phone: newPhone(random) }), (_value, random) => ({ creditLimit: 10_000 * random.below(500) })],
  'desk/users': [(_value, random) => ({ phone: newPhone(random) }), (_value, random) => ({ suspended: random.chance(0.5) })],
};

const anyEdit: Edit = (value, random) => {
  const field = ['notes', 'description', 'name', 'title', 'subject', 'text'].find((name) => Object.hasOwn(value, name)) ?? 'notes';
  return { [field]: `${textOf(value, field).slice(0, 100)} (edit ${random.below(1_000_000)})`.trim() };
};

/** randomEdit returns fields that differ from the record's, as if a user had edited it. */
export function randomEdit(system: string, object: string, value: RecordValue, random: Random): RecordValue {
  const choices = edits[`${system}/${object}`] ?? [anyEdit];
  for (let tries = 0; tries < maxTries; tries += 1) {
    const fields = random.pick(choices)(value, random);
    if (Object.entries(fields).some(([field, changed]) => value[field] !== changed)) return fields;
  }
  return anyEdit(value, random);
}
