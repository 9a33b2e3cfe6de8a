import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import { expect, test } from 'vitest';
import { Random } from '../../../src/sandbox/engine/random.js';
import { SystemState } from '../../../src/sandbox/engine/system-state.js';
import { crmObjects } from '../../../src/sandbox/systems/crm-objects.js';
import { countries } from '../../../src/sandbox/seed/countries.js';
import { fillPattern, localNumber, personAt } from '../../../src/sandbox/seed/people.js';
import { RunningSandbox } from './running-sandbox.js';

type Contact = Readonly<Record<string, string | number | null>>;

function text(contact: Contact, field: string): string {
  return String(contact[field] ?? '');
}

async function seededContacts(options: { readonly count: number; readonly seed: number; readonly messy: number }): Promise<Contact[]> {
  const state = new SystemState('crm', crmObjects);
  await state.open(undefined);
  state.seed('accounts', { count: 40, seed: options.seed, messy: 0 });
  state.seed('contacts', options);
  const { byAge } = state.collection('contacts');
  return byAge.slice(0, byAge.size).map((row) => row.value as Contact);
}

test('the same seed makes the same contacts, another one makes others', async () => {
  const options = { count: 300, seed: 11, messy: 0.4 };
  expect(await seededContacts(options)).toEqual(await seededContacts(options));
  expect(await seededContacts({ ...options, seed: 12 })).not.toEqual(await seededContacts(options));
});

test('a contact does not depend on how many others are made', async () => {
  const many = await seededContacts({ count: 300, seed: 3, messy: 0.4 });
  expect(await seededContacts({ count: 100, seed: 3, messy: 0.4 })).toEqual(many.slice(0, 100));
});

test('tidy contacts have all their particulars, and an address and a number of their own', async () => {
  const contacts = await seededContacts({ count: 20_000, seed: 1, messy: 0 });
  expect(new Set(contacts.map((contact) => String(contact['email']).toLowerCase())).size).toBe(contacts.length);
  expect(new Set(contacts.map((contact) => contact['phone'])).size).toBe(contacts.length);
  for (const contact of contacts) {
    for (const field of ['first_name', 'last_name', 'email', 'phone', 'country', 'street', 'city', 'postcode', 'company', 'account_id', 'birthday', 'currency']) {
      expect(contact[field], `${contact['id']} ${field}`).toEqual(expect.stringMatching(/^\S(.*\S)?$/));
    }
    expect(contact['email']).toMatch(/^[a-z0-9.-]+@[a-z.]+$/);
    expect(contact['birthday']).toMatch(/^\d{4}-\d\d-\d\d$/);
  }
});

test('all e-mail addresses are under reserved names', async () => {
  const contacts = await seededContacts({ count: 3000, seed: 6, messy: 0 });
  for (const contact of contacts) expect(contact['email']).toMatch(/(@example\.(com|net|org)|\.example)$/);
});

test.each(countries.map((country) => [country.code, country] as const))('numbers of %s are valid in every way in which they are written', (code, { phone }) => {
  const random = new Random(7);
  for (let round = 0; round < 200; round += 1) {
    const start = random.pick(phone.starts);
    const national = start + fillPattern('#'.repeat(phone.length - start.length), random);
    const written = localNumber(phone, national, random);
    const parsed = parsePhoneNumberFromString(written, code as CountryCode);
    expect(parsed?.number, written).toBe(`+${phone.dial}${national}`);
    expect(parsed?.isValid(), written).toBe(true);
  }
});

test('untidy contacts are untidy in many ways', async () => {
  const contacts = await seededContacts({ count: 4000, seed: 1, messy: 0.5 });
  const has = (predicate: (contact: Contact) => boolean) => contacts.filter(predicate).length;
  const counts = {
    withoutEmail: has((contact) => ['', 'none'].includes(text(contact, 'email').trim())),
    blanksAround: has((contact) => text(contact, 'email') !== text(contact, 'email').trim()),
    upperCase: has((contact) => /^[A-Z].*@.*[A-Z]$/.test(text(contact, 'email'))),
    rightToLeft: has((contact) => /\p{Script=Hebrew}|\p{Script=Arabic}/u.test(text(contact, 'last_name'))),
    ideographs: has((contact) => /\p{Script=Han}/u.test(text(contact, 'last_name'))),
    emoji: has((contact) => /\p{Extended_Pictographic}/u.test(text(contact, 'first_name'))),
    longNotes: has((contact) => text(contact, 'notes').length >= 10_000),
    longNames: has((contact) => text(contact, 'last_name').length > 100),
    letterlessPhone: has((contact) => ['n/a', '12345', 'ask reception', '???'].includes(text(contact, 'phone'))),
    oddBirthdays: has((contact) => contact['birthday'] !== null && !/^\d{4}-\d\d-\d\d$/.test(text(contact, 'birthday'))),
    nulls: has((contact) => contact['country'] === null),
  };
  for (const [kind, count] of Object.entries(counts)) expect(count, kind).toBeGreaterThan(0);
  const addresses = contacts.map((contact) => text(contact, 'email').trim().toLowerCase()).filter((address) => address.includes('@'));
  expect(addresses.length - new Set(addresses).size).toBeGreaterThan(50);
});

test('members of the mailing list are the same people as the contacts of the same seed', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system: 'mailing', object: 'members', count: 30, seed: 8, messy: 0.5 });
  const members = await sandbox.lines('/mailing/members/state');
  expect(members.map((member) => member.email_address.toLowerCase())).toEqual(Array.from({ length: 30 }, (_, index) => personAt(8, index).email));
});

test('seeding again with the same seed makes further people', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 30, seed: 8 });
  const { json } = await sandbox.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 20, seed: 8 });
  expect(json).toEqual({ added: 20, count: 50 });
  const contacts = await sandbox.lines('/crm/contacts/state');
  expect(new Set(contacts.map((contact) => contact.email)).size).toBe(50);
});

test('deals belong to accounts and contacts that exist', async () => {
  const sandbox = await RunningSandbox.start({ seedDefault: true });
  const ids = async (object: string) => new Set((await sandbox.lines(`/crm/${object}/state`)).map((record) => record.id));
  const [accounts, contacts] = [await ids('accounts'), await ids('contacts')];
  for (const deal of await sandbox.lines('/crm/deals/state')) {
    expect(accounts.has(deal.account_id)).toBe(true);
    expect(contacts.has(deal.contact_id)).toBe(true);
    expect(deal.amount).toMatch(/^\d+(\.\d{2,3})?$/);
  }
});
