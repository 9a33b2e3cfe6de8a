import type { FieldRules } from '../engine/field-rules.js';
import type { ObjectDescription, Seeder } from '../engine/system-state.js';
import { isoMillis } from '../engine/times.js';
import { seedAccounts } from '../seed/crm-accounts.js';
import { seedContacts } from '../seed/crm-contacts.js';
import { seedDeals } from '../seed/crm-deals.js';

/** CrmObject is an object of the custom CRM. */
export interface CrmObject extends ObjectDescription {
  /** Name of one record, as in events. */
  readonly singular: string;
  readonly rules: FieldRules;
}

const text = { type: 'text' } as const;
const status = { type: 'text', values: ['active', 'inactive', 'deleted'] } as const;

// The CRM hardly checks what people type: that is what makes its records worth mending.
const contactRules: FieldRules = {
  first_name: text, last_name: text, email: text, phone: text, country: text, street: text, city: text, postcode: text,
  company: text, account_id: text, currency: text, birthday: text, external_id: text,
  lifecycle: { type: 'text', values: ['lead', 'trial', 'won', 'churned'] },
  team: { type: 'text', values: ['emea', 'amer', 'apac'] },
  credit_limit: { type: 'scalar' },
  notes: { type: 'text', maxLength: 100_000 },
  status,
};

const accountRules: FieldRules = {
  name: { type: 'text', required: true, maxLength: 1000 },
  vat_id: text, domain: text, currency: text, country: text, billing_email: text, external_id: text,
  annual_revenue: { type: 'scalar' },
  tier: { type: 'text', values: ['enterprise', 'self-serve', 'partner'] },
  credit_limit: { type: 'scalar' },
  credit_requested_by: text, credit_requested_at: text,
  credit_status: { type: 'text', values: ['requested', 'approved', 'rejected', 'expired', 'cancelled'] },
  status,
};

const dealRules: FieldRules = {
  name: { type: 'text', required: true, maxLength: 1000 },
  account_id: text, contact_id: text, currency: text, product_line: text, closed_at: text, external_id: text,
  amount: { type: 'scalar' },
  stage: { type: 'text', values: ['qualification', 'proposal', 'negotiation', 'won', 'lost'] },
  status,
};

/** crmObjects are the objects of the custom CRM. */
export const crmObjects: readonly CrmObject[] = [
  describe('contacts', 'contact', 'c', contactRules, ['email', 'account_id', 'external_id'], seedContacts),
  describe('accounts', 'account', 'a', accountRules, ['domain', 'vat_id', 'external_id'], seedAccounts),
  describe('deals', 'deal', 'd', dealRules, ['account_id', 'contact_id', 'external_id'], seedDeals),
];

function describe(object: string, singular: string, prefix: string, rules: FieldRules, lookups: readonly string[], seeder: Seeder): CrmObject {
  return {
    object,
    singular,
    rules,
    seeder,
    idOf: (ordinal) => `${prefix}-${String(ordinal).padStart(6, '0')}`,
    defaults: { ...Object.fromEntries(Object.keys(rules).map((field) => [field, null])), status: 'active' },
    stamp: (row) => {
      row.value['created_at'] = isoMillis(row.createdMs);
      row.value['updated_at'] = isoMillis(row.updatedMs);
    },
    granularityMs: 1,
    lookups: Object.fromEntries(lookups.map((field) => [field, { unique: false, ignoreCase: true }])),
  };
}
