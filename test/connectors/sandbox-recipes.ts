import type { JsonObject } from '../../src/contracts/json.js';

/** Recipe says how records of one object of the sandbox are made and changed. */
export interface Recipe {
  /** Fields of the record of a number. */
  readonly create: (number: number) => JsonObject;
  readonly update?: JsonObject;
  /** Field that finds a record, and its value for a number; absent: the object has no find. */
  readonly find?: readonly [field: string, value: (number: number) => string];
  /** How many records are made: more than fit on a page. */
  readonly count: number;
  /** What a second create of the same fields comes to; absent: a second record. */
  readonly again?: 'exists' | 'same record';
}

const padded = (number: number): string => String(number).padStart(5, '0');
const email = (number: number): string => `person.${padded(number)}@example.com`;
const reference = (number: number): string => `ref-${padded(number)}`;
const name = (number: number): string => `Ünal & Sons ${padded(number)}`;

/** recipes has one for every object of examples/sandbox that can be created. */
export const recipes: Readonly<Record<string, Recipe>> = {
  'crm.contact': { create: (n) => ({ email: email(n), last_name: name(n), external_id: reference(n) }), update: { city: 'Köln' }, find: ['email', email], count: 520 },
  'crm.account': { create: (n) => ({ name: name(n), external_id: reference(n) }), update: { tier: 'partner' }, find: ['external_id', reference], count: 12 },
  'crm.deal': { create: (n) => ({ name: name(n), external_id: reference(n) }), update: { stage: 'won' }, find: ['external_id', reference], count: 12 },
  'books.customer': { create: (n) => ({ name: name(n), email: email(n), reference: reference(n) }), update: { notes: 'changed' }, find: ['reference', reference], count: 230, again: 'same record' },
  'books.invoice': {
    create: (n) => ({ customerId: 'customer', reference: reference(n), currency: 'EUR', lines: [{ description: 'Work', quantity: 1, unitAmount: 100 }] }),
    update: { notes: 'changed' }, find: ['reference', reference], count: 12, again: 'same record',
  },
  'desk.user': { create: (n) => ({ name: name(n), email: email(n), external_id: reference(n) }), update: { notes: 'changed' }, find: ['external_id', reference], count: 230, again: 'exists' },
  'desk.ticket': { create: (n) => ({ subject: name(n), external_id: reference(n) }), update: { priority: 'high' }, find: ['external_id', reference], count: 12, again: 'exists' },
  'desk.organisation': { create: (n) => ({ name: name(n), external_id: reference(n) }), update: { details: 'changed' }, find: ['name', name], count: 12, again: 'exists' },
  'mailing.member': { create: (n) => ({ email_address: email(n), full_name: name(n), external_id: reference(n) }), update: { company: 'changed' }, find: ['email_address', email], count: 1_050, again: 'exists' },
  'mailing.campaign': { create: (n) => ({ name: name(n) }), update: { subject: 'changed' }, count: 12 },
  'projects.project': { create: (n) => ({ name: name(n), reference: reference(n) }), update: { description: 'changed' }, find: ['reference', reference], count: 430 },
  'projects.task': { create: (n) => ({ title: name(n), project_id: 'project', reference: reference(n) }), update: { done: true }, find: ['reference', reference], count: 12 },
  'chat.message': { create: (n) => ({ channel: '#crosswalk', text: name(n), client_msg_id: reference(n) }), find: ['client_msg_id', reference], count: 420, again: 'same record' },
};
