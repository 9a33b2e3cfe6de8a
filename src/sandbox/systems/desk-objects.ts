import { plausibleEmail, type FieldRules } from '../engine/field-rules.js';
import type { RecordValue, Row } from '../engine/record.js';
import type { ObjectDescription, Seeder } from '../engine/system-state.js';
import { isoSeconds } from '../engine/times.js';
import { seedUsers } from '../seed/desk-users.js';

/** DeskObject is an object of the support desk. */
export interface DeskObject extends ObjectDescription {
  /** Name of one record, which wraps it in requests and answers. */
  readonly singular: string;
  readonly rules: FieldRules;
}

const text = { type: 'text', maxLength: 1000 } as const;

/** deskObjects are the objects of the support desk; ids are numbers. */
export const deskObjects: readonly DeskObject[] = [
  describe('users', 'user', 100_000, {
    name: { type: 'text', required: true, maxLength: 255 },
    email: { type: 'text', check: plausibleEmail },
    phone: text, external_id: text, locale: text, time_zone: text,
    organisation_id: { type: 'integer' },
    role: { type: 'text', values: ['end-user', 'agent'] },
    tags: { type: 'list' },
    notes: { type: 'text', maxLength: 10_000 },
    details: { type: 'text', maxLength: 10_000 },
    suspended: { type: 'boolean' },
  }, { role: 'end-user', tags: [], suspended: false }, { email: { unique: false, ignoreCase: true } }, seedUsers),
  describe('tickets', 'ticket', 500_000, {
    subject: { type: 'text', required: true, maxLength: 255 },
    description: { type: 'text', maxLength: 65_000 },
    requester_id: { type: 'integer' }, organisation_id: { type: 'integer' }, assignee_id: { type: 'integer' },
    status: { type: 'text', values: ['new', 'open', 'pending', 'solved', 'closed'] },
    priority: { type: 'text', values: ['low', 'normal', 'high', 'urgent'] },
    tags: { type: 'list' },
    external_id: text,
  }, { status: 'new', priority: 'normal', tags: [] }, { requester_id: { unique: false } }),
  describe('organisations', 'organisation', 900_000, {
    name: { type: 'text', required: true, maxLength: 255 },
    domain_names: { type: 'list' },
    external_id: text,
    details: { type: 'text', maxLength: 10_000 },
    notes: { type: 'text', maxLength: 10_000 },
    tags: { type: 'list' },
  }, { domain_names: [], tags: [] }, { name: { unique: false, ignoreCase: true } }),
];

function describe(
  object: string,
  singular: string,
  firstId: number,
  rules: FieldRules,
  defaults: RecordValue,
  lookups: ObjectDescription['lookups'],
  seeder?: Seeder,
): DeskObject {
  return {
    object,
    singular,
    rules,
    idOf: (ordinal) => firstId + ordinal,
    defaults: { ...Object.fromEntries(Object.keys(rules).map((field) => [field, null])), ...defaults },
    stamp: (row: Row) => {
      row.value['revision'] = row.revision;
      row.value['created_at'] = isoSeconds(row.createdMs);
      row.value['updated_at'] = isoSeconds(row.updatedMs);
    },
    granularityMs: 1000,
    lookups: { external_id: { unique: true }, ...lookups },
    ...(seeder === undefined ? {} : { seeder }),
  };
}
