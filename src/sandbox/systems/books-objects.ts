import type { FieldRules } from '../engine/field-rules.js';
import type { RecordValue, Row } from '../engine/record.js';
import type { ObjectDescription } from '../engine/system-state.js';
import { plausibleEmail } from '../engine/field-rules.js';
import { seedCustomers } from '../seed/books-customers.js';

/** BooksObject is an object of the accounting system. */
export interface BooksObject extends ObjectDescription {
  readonly rules: FieldRules;
}

const text = { type: 'text', maxLength: 500 } as const;
const day = {
  type: 'text',
  check: (value: string) => (/^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? undefined : 'must be a day such as 2026-11-20'),
} as const;
const currency = { type: 'text', check: (value: string) => (/^[A-Z]{3}$/.test(value) ? undefined : 'must be an ISO 4217 code') } as const;
const state = { type: 'text', values: ['ACTIVE', 'ARCHIVED'] } as const;

/** booksObjects are the objects of the accounting system; amounts are whole minor units of the record's currency. */
export const booksObjects: readonly BooksObject[] = [
  {
    object: 'customers',
    rules: {
      name: { type: 'text', required: true, maxLength: 255 },
      reference: text,
      email: { type: 'text', check: plausibleEmail },
      phone: text, taxNumber: text, website: text, segment: text, country: text, street: text, city: text, postcode: text,
      currency,
      annualRevenue: { type: 'integer' },
      creditLimit: { type: 'integer' },
      paymentTermsDays: { type: 'integer' },
      notes: { type: 'text', maxLength: 4000 },
      state,
    },
    defaults: {
      name: '', reference: null, email: null, phone: null, taxNumber: null, website: null, segment: null, country: null,
      street: null, city: null, postcode: null, currency: 'EUR', annualRevenue: null, creditLimit: null, paymentTermsDays: 30,
      notes: null, state: 'ACTIVE',
    },
    idOf: (ordinal) => `CUS-${String(ordinal).padStart(6, '0')}`,
    stamp,
    granularityMs: 1000,
    lookups: lookups('email', 'reference', 'taxNumber'),
    seeder: seedCustomers,
  },
  {
    object: 'invoices',
    rules: {
      customerId: { type: 'text', required: true },
      reference: text,
      currency: { ...currency, required: true },
      lines: { type: 'list' },
      status: { type: 'text', values: ['DRAFT', 'AUTHORISED', 'PAID', 'VOIDED'] },
      issuedOn: day,
      dueOn: day,
      notes: { type: 'text', maxLength: 4000 },
      state,
    },
    defaults: {
      customerId: '', reference: null, currency: 'EUR', lines: [], total: 0, status: 'DRAFT', issuedOn: null, dueOn: null,
      notes: null, state: 'ACTIVE',
    },
    idOf: (ordinal) => `INV-${String(ordinal).padStart(6, '0')}`,
    stamp,
    granularityMs: 1000,
    lookups: lookups('customerId', 'reference'),
  },
];

/** invoiceLinesProblem returns what is wrong with an invoice's lines. */
export function invoiceLinesProblem(fields: RecordValue): string | undefined {
  const lines = fields['lines'];
  if (!Array.isArray(lines)) return undefined;
  const fine = lines.every((line: unknown) => {
    const { description, quantity, unitAmount } = (line ?? {}) as Readonly<Record<string, unknown>>;
    return typeof description === 'string' && Number.isSafeInteger(quantity) && Number.isSafeInteger(unitAmount);
  });
  return fine ? undefined : 'each needs a description, a whole quantity and a unitAmount in whole minor units';
}

function stamp(row: Row): void {
  const { value } = row;
  const lines = value['lines'];
  if (Array.isArray(lines)) {
    let total = 0;
    for (const line of lines as { quantity: number; unitAmount: number }[]) total += line.quantity * line.unitAmount;
    value['total'] = total;
  }
  value['version'] = row.revision;
  value['createdAt'] = Math.floor(row.createdMs / 1000);
  value['modifiedAt'] = row.updatedMs / 1000;
}

function lookups(...fields: readonly string[]): ObjectDescription['lookups'] {
  return Object.fromEntries(fields.map((field) => [field, { unique: false, ignoreCase: true }]));
}
