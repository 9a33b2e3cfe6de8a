import type { Random } from '../engine/random.js';
import type { RecordValue } from '../engine/record.js';
import { foreignPeople, longText, smileys } from './oddities.js';
import { otherSpelling } from './names.js';
import { countryOf, localNumber, type Person } from './people.js';

/** Mess makes one kind of disorder in the fields of a contact. */
type Mess = (fields: RecordValue, random: Random, person: Person) => void;

const text = (fields: RecordValue, field: string): string => {
  const value = fields[field];
  return typeof value === 'string' ? value : '';
};

const typo: Mess = (fields, random) => {
  const field = random.pick(['first_name', 'last_name', 'city', 'street']);
  fields[field] = mistype(text(fields, field), random);
};

const noEmail: Mess = (fields, random) => {
  fields['email'] = random.pick([null, '', ' ', 'none']);
};

const gaps: Mess = (fields, random) => {
  for (const field of ['phone', 'postcode', 'country', 'last_name', 'birthday', 'company']) {
    if (random.chance(0.4)) fields[field] = random.pick([null, '', null]);
  }
};

const spaces: Mess = (fields, random) => {
  fields['first_name'] = `${random.pick(['', ' ', '  '])}${text(fields, 'first_name')} `;
  fields['last_name'] = text(fields, 'last_name').replace(/^(.{2})/, random.pick(['$1', ' $1', '\u00a0$1']));
  fields['city'] = text(fields, 'city').replace(' ', '  ');
  fields['email'] = `${random.pick([' ', '\t', ''])}${text(fields, 'email')}${random.pick([' ', '\n', ''])}`;
};

const shouting: Mess = (fields) => {
  for (const field of ['last_name', 'street', 'city', 'email', 'company']) fields[field] = text(fields, field).toUpperCase();
};

const foreign: Mess = (fields, random) => {
  const { country, first, last, street, city, postcode, phone } = random.pick(foreignPeople);
  Object.assign(fields, { country, first_name: first, last_name: last, street, city, postcode, phone });
};

const emoji: Mess = (fields, random) => {
  const smiley = random.pick(smileys);
  if (random.chance(0.5)) fields['first_name'] = `${text(fields, 'first_name')} ${smiley}`;
  fields['notes'] = `Called back ${smiley}${smiley}, wants the ${random.pick(['offer', 'invoice', 'demo'])} by Friday ${smiley}`;
};

const longNotes: Mess = (fields, random) => {
  fields['notes'] = longText(random);
};

const badPhone: Mess = (fields, random) => {
  fields['phone'] = random.pick(['n/a', '12345', '+00 000 000', 'ask reception', '0', '(0)', '+49 151 1234567890123', 'ext. 214', '???', '555-CALL-NOW']);
};

const oddDate: Mess = (fields, random, { birthday }) => {
  const [year = '', month = '', day = ''] = birthday.split('-');
  fields['birthday'] = random.pick([
    `${day}.${month}.${year}`, `${month}/${day}/${year}`, `${day}/${month}/${year.slice(2)}`, `${year}${month}${day}`, `${birthday}T00:00:00Z`,
    '0000-00-00', '1900-01-01', '1985-02-30', 'unknown', String(20_000 + random.below(20_000)),
  ]);
};

const badEmail: Mess = (fields, random) => {
  const email = text(fields, 'email');
  fields['email'] = random.pick([
    email.replace('@', ''), email.replace('@', '@@'), `${email}; office@example.com`, email.replace(/\.[a-z]+$/, ''), `mailto:${email}`,
    email.replace('.', '..').replace('@', '@.'), email.replace('@', ' at '),
  ]);
};

const sharedMailbox: Mess = (fields, random) => {
  const domain = text(fields, 'company').toLowerCase().replace(/[^a-z]+/g, '-').replace(/^-|-$/g, '');
  fields['email'] = `${random.pick(['info', 'office', 'sales'])}@${domain === '' ? 'company' : domain}.example`;
};

const hiddenCharacters: Mess = (fields, random) => {
  fields['last_name'] = `${text(fields, 'last_name')}${random.pick(['\u200b', '\u00ad', '\ufeff', '\u0007', '\u202e'])}`;
  fields['first_name'] = text(fields, 'first_name').normalize('NFD');
};

const tooLong: Mess = (fields, random) => {
  fields['last_name'] = `${text(fields, 'last_name')}-`.repeat(20 + random.below(40));
};

const oddMoney: Mess = (fields, random) => {
  fields['currency'] = random.pick(['eur', '€', 'US$', '', 'XXX', null]);
  fields['credit_limit'] = random.pick(['1.234,56', '5,000', '1e400', -1, 0, '12 000', null, Number.MAX_SAFE_INTEGER]);
};

// Each is as likely as its share of this list.
const messes: readonly Mess[] = [
  typo, typo, typo, noEmail, noEmail, gaps, gaps, spaces, spaces, spaces, shouting, shouting, foreign, foreign, emoji, longNotes,
  badPhone, badPhone, oddDate, oddDate, badEmail, badEmail, sharedMailbox, hiddenCharacters, tooLong, oddMoney,
];

/** makeUntidy puts one or two kinds of disorder into the fields of a contact. */
export function makeUntidy(fields: RecordValue, person: Person, random: Random): void {
  random.pick(messes)(fields, random, person);
  if (random.chance(0.3)) random.pick(messes)(fields, random, person);
}

/** disguise makes a contact look like another record of the same person: other case, spelling, phone format, blanks. */
export function disguise(fields: RecordValue, person: Person, random: Random): void {
  const email = text(fields, 'email');
  fields['email'] = random.pick([email.toUpperCase(), ` ${email}`, email.replace(/^./, (letter) => letter.toUpperCase()), email, '']);
  if (random.chance(0.5)) {
    fields['first_name'] = otherSpelling(text(fields, 'first_name'));
    fields['last_name'] = otherSpelling(text(fields, 'last_name'));
  }
  if (random.chance(0.3)) fields['last_name'] = mistype(text(fields, 'last_name'), random);
  const plan = countryOf(person.country.code)?.phone;
  if (plan !== undefined) fields['phone'] = localNumber(plan, person.nationalNumber, random);
}

/** mistype swaps, doubles or drops a letter. */
export function mistype(word: string, random: Random): string {
  if (word.length < 3) return word;
  const at = 1 + random.below(word.length - 2);
  const before = word.slice(0, at);
  const letter = word.charAt(at);
  const after = word.slice(at + 1);
  return random.pick([before + after, before + letter + letter + after, before + after.charAt(0) + letter + after.slice(1)]);
}
