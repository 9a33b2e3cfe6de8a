import { plausibleEmail, type FieldRules } from '../engine/field-rules.js';
import type { RecordValue, Row } from '../engine/record.js';
import type { ObjectDescription } from '../engine/system-state.js';
import { isoMillis } from '../engine/times.js';
import { seedMembers } from '../seed/mailing-members.js';

/** MailingObject is an object of the marketing system. */
export interface MailingObject extends ObjectDescription {
  readonly rules: FieldRules;
}

const text = { type: 'text', maxLength: 255 } as const;

const memberRules: FieldRules = {
  email_address: { type: 'text', required: true, check: plausibleEmail },
  full_name: text, first_name: text, last_name: text, phone: text, company: text, street: text, city: text,
  postcode: text, country: text, language: text, birthday: text, lifecycle: text, segment: text, source: text, external_id: text,
  status: { type: 'text', values: ['subscribed', 'unsubscribed', 'cleaned', 'pending', 'archived'] },
  tags: { type: 'list' },
  merge_fields: { type: 'object' },
};

const campaignRules: FieldRules = {
  name: { type: 'text', required: true, maxLength: 255 },
  subject: text, segment: text, scheduled_at: text,
  status: { type: 'text', values: ['draft', 'scheduled', 'sent', 'archived'] },
};

/** mailingMembers are the people on the mailing list. */
export const mailingMembers: MailingObject = {
  object: 'members',
  rules: memberRules,
  defaults: blank(memberRules, { status: 'subscribed', tags: [], merge_fields: {} }),
  idOf: (ordinal) => `m-${ordinal}`,
  stamp,
  granularityMs: 1,
  lookups: { email_address: { unique: true, ignoreCase: true }, external_id: { unique: false } },
  seeder: seedMembers,
};

/** mailingCampaigns are the mailings. */
export const mailingCampaigns: MailingObject = {
  object: 'campaigns',
  rules: campaignRules,
  defaults: blank(campaignRules, { status: 'draft' }),
  idOf: (ordinal) => `cmp-${ordinal}`,
  stamp,
  granularityMs: 1,
  lookups: {},
};

function blank(rules: FieldRules, defaults: RecordValue): RecordValue {
  return { ...Object.fromEntries(Object.keys(rules).map((field) => [field, null])), ...defaults };
}

function stamp(row: Row): void {
  row.value['created_at'] = isoMillis(row.createdMs);
  row.value['last_changed'] = isoMillis(row.updatedMs);
}
