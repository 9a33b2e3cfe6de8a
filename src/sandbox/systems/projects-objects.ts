import type { FieldRules } from '../engine/field-rules.js';
import type { RecordValue, Row } from '../engine/record.js';
import type { ObjectDescription } from '../engine/system-state.js';
import { blankSeconds } from '../engine/times.js';

/** ProjectsObject is an object of the project system. */
export interface ProjectsObject extends ObjectDescription {
  /** Name of one record, which wraps it in requests and answers. */
  readonly singular: string;
  readonly rules: FieldRules;
}

const text = { type: 'text', maxLength: 500 } as const;

/** projectsObjects are the objects of the project system. */
export const projectsObjects: readonly ProjectsObject[] = [
  describe('projects', 'project', 'prj', {
    name: { type: 'text', required: true, maxLength: 255 },
    reference: text, customer: text, owner_email: text, starts_on: text, due_on: text, currency: text,
    budget: { type: 'scalar' },
    status: { type: 'text', values: ['open', 'closed', 'archived'] },
    description: { type: 'text', maxLength: 20_000 },
  }, { status: 'open' }, { reference: { unique: false } }),
  describe('tasks', 'task', 'tsk', {
    title: { type: 'text', required: true, maxLength: 255 },
    project_id: { type: 'text', required: true },
    reference: text, assignee_email: text, due_on: text,
    done: { type: 'boolean' },
    description: { type: 'text', maxLength: 20_000 },
  }, { done: false }, { reference: { unique: false }, project_id: { unique: false } }),
];

function describe(
  object: string,
  singular: string,
  prefix: string,
  rules: FieldRules,
  defaults: RecordValue,
  lookups: ObjectDescription['lookups'],
): ProjectsObject {
  return {
    object,
    singular,
    rules,
    idOf: (ordinal) => `${prefix}-${String(ordinal).padStart(6, '0')}`,
    defaults: { ...Object.fromEntries(Object.keys(rules).map((field) => [field, null])), ...defaults },
    stamp: (row: Row) => {
      row.value['created'] = blankSeconds(row.createdMs);
      row.value['updated'] = blankSeconds(row.updatedMs);
    },
    granularityMs: 1000,
    lookups,
  };
}
