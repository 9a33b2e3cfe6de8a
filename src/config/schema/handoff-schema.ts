import { z } from 'zod';
import { mappingSchema } from './mapping-schema.js';
import { keyed, oneOf, plainText, checkedText } from './checked-text.js';
import { conditionText } from './condition-text.js';
import { durationText, fieldText, nameText, objectReferenceText, pointerText, targetFieldText, timeZoneText } from './scalars.js';

/** How deep steps may stand within steps. */
const MOST_LEVELS = 3;

const { direction: _direction, conflict: _conflict, examples: _examples, ...mappingShape } = mappingSchema.shape;

const fieldShape = {
  ...mappingShape,
  from: mappingShape.from.describe('Place among the values of the handoff, such as `/trigger/name` or `/project/id`, or a list of places that a conversion joins.'),
  type: mappingShape.type.describe('Type of the value; with one that does not fit the step fails.'),
  required: mappingShape.required.describe('Whether the step fails where there is no value.'),
  maxLength: mappingShape.maxLength.describe('Most characters that the target takes. With more the step fails, unless `truncate` is declared.'),
  to: targetFieldText().describe('Field of the record that is written. A name, or a JSON Pointer.'),
  text: plainText('a text', 10_000).optional().describe('Text with places such as `{/trigger/name}`, in place of `from`.'),
};

const fieldSchema = keyed({
  ...fieldShape,
  items: z.array(z.array(keyed(fieldShape)).min(1).max(50)).min(1).max(50).optional().describe('A list of objects, each made of fields, in place of `from`.'),
});

/** AuthorField is a field of a step as it is written, defaults filled in. */
export type AuthorField = z.output<typeof fieldSchema>;

const valuePath = () => pointerText('/trigger/id');
const people = () => z.array(plainText('a person', 100)).max(50);
const failureRule = z.enum(['compensate', 'park', 'continue']);

const hoursText = () => checkedText('hours such as 09:00-17:00', (text) =>
  businessHours(text) === undefined ? { message: 'expected hours such as 09:00-17:00, the first before the second', type: 'invalid-value' } : undefined);

/** businessHours reads `09:00-17:00` as minutes of the day; undefined for any other text. */
export function businessHours(text: string): { readonly fromMinute: number; readonly toMinute: number } | undefined {
  const [, fromHour, from, toHour, to] = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  const hours = { fromMinute: Number(fromHour) * 60 + Number(from), toMinute: Number(toHour) * 60 + Number(to) };
  return hours.fromMinute < hours.toMinute ? hours : undefined;
}

const approvalSchema = keyed({
  text: plainText('a question', 500).describe('What is asked, with places such as `{/trigger/name}`.'),
  requestedBy: plainText('a place or a person', 500).optional()
    .describe('Who asked, and so may not answer: a place such as `/trigger/changed_by`, or a text with places. Where it has no value the step fails, since nobody could be kept from approving their own request.'),
  approvers: people().default([]).describe('Persons that may answer, by handle or e-mail address.'),
  from: z.array(nameText('credit-board')).max(20).default([]).describe('Teams whose members may answer.'),
  quorum: z.int().min(1).max(20).default(1).describe('How many different persons must approve; one rejection rejects.'),
  show: z.array(fieldSchema).max(50).default([]).describe('What is shown to those who answer; an answer is bound to it.'),
  remind: z.array(durationText('1d', '1s', '365d')).max(10).default([]).describe('After how long those who have not answered are reminded.'),
  escalate: keyed({
    after: durationText('2d', '1s', '365d').describe('After how long further people are asked.'),
    to: people().default([]).describe('Persons who are asked then.'),
    teams: z.array(nameText('managing-board')).max(20).default([]).describe('Teams that are asked then.'),
  }).optional().describe('Whom the question goes to when nobody answers.'),
  expire: durationText('7d', '1s', '365d').default('7d').describe('After how long the question lapses.'),
  department: plainText('a department', 100).optional().describe('Department that is told.'),
});

const notifySchema = keyed({
  text: plainText('a title', 500).describe('What is said in one line, with places such as `{/trigger/name}`.'),
  body: plainText('a text', 10_000).optional().describe('More, with places.'),
  severity: z.enum(['info', 'warning', 'critical']).default('info').describe('How urgent it is.'),
  department: plainText('a department', 100).optional().describe('Department that is told.'),
  channels: z.array(plainText('a channel', 100)).max(10).default([]).describe('Names of channels; empty: the routes of department and severity decide.'),
});

const leafShape = {
  step: nameText('project').describe('Name of the step, unique in the handoff; later steps find its result under it, as in `/project/id`.'),
  title: plainText('a title', 120).optional().describe('Name for people, which the Temporal UI shows. Default: the name.'),
  when: conditionText("/trigger/amount > 1000").optional().describe('The step is skipped unless this holds.'),
  onFailure: failureRule.optional().describe('What happens when the step fails. Default: that of the handoff.'),
  timeout: durationText('10m', '1s', '30d').optional().describe('How long the step may take with all its retries.'),
  retry: z.array(durationText('10s', '10ms', '1d')).max(20).optional().describe('Delays between attempts, in place of those of the system.'),
  read: objectReferenceText('crm.account').optional().describe('Reads the record with this `id`.'),
  create: objectReferenceText('projects.project').optional().describe('Creates a record.'),
  ensure: objectReferenceText('books.customer').optional().describe('Takes the record whose field `by` has the value already, and creates it where there is none.'),
  update: objectReferenceText('crm.deal').optional().describe('Sets `fields` of the record with this `id`.'),
  archive: objectReferenceText('projects.project').optional().describe('Archives the record with this `id`.'),
  id: valuePath().optional().describe('Where the id of the record is among the values of the handoff.'),
  by: fieldText().optional().describe('Field that identifies a record of this step at its system.'),
  fields: z.array(fieldSchema).min(1).max(100).optional().describe('Fields to write.'),
  undo: z.enum(['delete', 'archive', 'restore']).optional().describe('How what the step wrote is undone when the handoff fails.'),
  wait: durationText('3d', '1ms', '3650d').optional().describe('Waits so long.'),
  until: valuePath().optional().describe('Waits until the date or date-time that is there.'),
  hours: hoursText().optional().describe('Waits on for the next time within these hours, Monday to Friday.'),
  events: z.array(nameText('unsubscribed')).min(1).max(20).optional().describe('Events that end the wait early.'),
  approval: approvalSchema.optional().describe('Asks people.'),
  notify: notifySchema.optional().describe('Tells people something.'),
  end: plainText('a reason', 200).optional().describe('Ends the handoff well.'),
};

/** AuthorStep is a step as it is written, defaults filled in. */
export type AuthorStep = z.output<z.ZodObject<typeof leafShape>> & {
  readonly branch?: readonly { readonly when?: string | undefined; readonly steps: readonly AuthorStep[] }[] | undefined;
  readonly parallel?: readonly (readonly AuthorStep[])[] | undefined;
  readonly forEach?: string | undefined;
  readonly as?: string | undefined;
  readonly steps?: readonly AuthorStep[] | undefined;
};

function stepsSchema(levels: number): z.ZodType<readonly AuthorStep[]> {
  if (levels === 0) return z.array(keyed(leafShape)).min(1).max(100);
  const within = stepsSchema(levels - 1);
  return z.array(keyed({
    ...leafShape,
    branch: z.array(keyed({
      when: conditionText("/account/tier = 'partner'").optional().describe('When this way is gone; without it: always, so it comes last.'),
      steps: within.describe('Steps of this way.'),
    })).min(1).max(20).optional().describe('Goes the first way whose condition holds.'),
    parallel: z.array(within).min(2).max(20).optional().describe('Goes several lists of steps at once.'),
    forEach: valuePath().optional().describe('Goes through `steps` once for each value of the list that is there.'),
    as: nameText('line').optional().describe('Name of the value of each turn.'),
    steps: within.optional().describe('Steps of `forEach`.'),
  })).min(1).max(100);
}

/** handoffSchema is a handoff as people write it. */
export const handoffSchema = keyed({
  handoff: nameText('deal-closed').describe('Name of the handoff. Lower-case letters, digits and hyphens.'),
  title: plainText('a title', 200).optional().describe('Name for people. Default: the name of the handoff.'),
  owner: plainText('a department', 100).optional().describe('Department that answers for the process.'),
  on: objectReferenceText('crm.deal').describe('The record that the handoff is about: `system.object`.'),
  when: conditionText("stage = 'won'").optional().describe('What must hold of the record for a handoff to begin.'),
  once: oneOf('a field, or a list of fields', [fieldText(), z.array(fieldText()).min(1).max(10)]).optional()
    .describe('Fields whose values begin a handoff of their own, such as `closed_at`. Without it, there is one handoff for each record, ever.'),
  timeZone: timeZoneText().default('UTC').describe('Zone of business hours, and of dates that carry none.'),
  onFailure: failureRule.default('park').describe('What happens when a step fails: `compensate` undoes what was done, in reverse order; `park` waits for a person; `continue` goes on without it.'),
  steps: stepsSchema(MOST_LEVELS).describe('Steps, in order.'),
}).meta({ title: 'Crosswalk handoff', description: 'A process that begins with one record and goes through several systems.' });

/** AuthorHandoff is a handoff as it is written, defaults filled in. */
export type AuthorHandoff = z.output<typeof handoffSchema>;
