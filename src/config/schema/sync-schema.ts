import { z } from 'zod';
import { fieldKinds } from '../../contracts/field-kind.js';
import { defaultThresholds } from '../../domain/identity/thresholds.js';
import { isMapping } from '../tolerant-access.js';
import { keyed, oneOf, plainText } from './checked-text.js';
import { conditionText } from './condition-text.js';
import { mappingSchema, repairSchema } from './mapping-schema.js';
import { durationText, fieldText, nameText, objectReferenceText, percentageText, timeOfDayText } from './scalars.js';

/** Below this similarity texts have nothing in common that a person would see. */
const LEAST_SIMILARITY = 0.5;

const whenSchema = keyed({
  realtime: z.boolean().default(false).describe('Whether changes are synced as webhooks announce them. Besides, it runs at the `every` interval, or every 5 minutes without one, to find what no webhook announced.'),
  every: durationText('15m', '1s', '31d').optional().describe('How often changes are read.'),
  fullRead: timeOfDayText().optional()
    .describe('Time of day at which everything is read, with its time zone: `"02:00 Europe/Berlin"`. It finds records that are gone.'),
});

/** The short form of a scored match: fields with the least similarity each, `exact` for equal values, `compare` for no condition. */
const scoredConditions = z.custom<Readonly<Record<string, number | 'exact' | 'compare'>>>().check((context) => {
  const input: unknown = context.value;
  const conditions = isMapping(input) ? Object.values(input) : [];
  if (conditions.length === 0 || !conditions.every(isCondition)) {
    context.issues.push({ code: 'invalid_type', expected: 'object', input });
    return;
  }
  const wrong = conditions.filter((condition) => typeof condition === 'number').find((condition) => condition < LEAST_SIMILARITY || condition > 1);
  if (wrong === undefined) return;
  const message = `in a scored match each field has a similarity from ${LEAST_SIMILARITY} to 1, exact or compare, not ${wrong.toString()}`;
  context.issues.push({ code: 'custom', input, message, params: { type: 'invalid-value' } });
}).meta({
  title: 'a scored match such as { name: 0.92, postcode: exact }', type: 'object', minProperties: 1,
  additionalProperties: { anyOf: [{ type: 'number', minimum: LEAST_SIMILARITY, maximum: 1 }, { enum: ['exact', 'compare'] }] },
});

function isCondition(condition: unknown): boolean {
  return typeof condition === 'number' || condition === 'exact' || condition === 'compare';
}

const scoredMatch = keyed({
  score: z.array(keyed({
    field: fieldText().describe('Target field, or the source field that alone makes it.'),
    kind: z.enum(fieldKinds).optional().describe('What the field holds. Default: by the type of the mapping and the name of the field.'),
    least: oneOf('a similarity from 0.5 to 1, or exact', [z.number().min(LEAST_SIMILARITY).max(1), z.literal('exact')]).optional()
      .describe('Least similarity without which two records are not compared at all. Default: no condition.'),
  })).min(1).max(20).describe('Fields by which records are compared that no key before has brought together.'),
  link: z.number().gt(0.5).max(1).default(defaultThresholds.link).describe('Probability from which two records are linked by themselves.'),
  review: z.number().gt(0).max(1).default(defaultThresholds.review).describe('Probability from which the record waits and a person is asked.'),
});

const matchSchema = oneOf('a mapped field, { field, kind }, or a scored match such as { name: 0.92, postcode: exact }', [
  fieldText(),
  keyed({
    field: fieldText().describe('Target field.'),
    kind: z.enum(['email', 'phone', 'text']).optional().describe('How values are compared. Default: by the type of the mapping.'),
  }),
  scoredMatch,
  scoredConditions,
]);

const limitsSchema = keyed({
  deletes: percentageText('2%').default('2%').describe('Largest share of the linked records that a run may delete or archive before it stops and asks.'),
  changes: percentageText('30%').default('30%').describe('Largest share of the linked records that a run may change before it stops and asks. 100% takes the measuring before a run away.'),
  blanks: percentageText('50%').default('50%').describe('Largest share of the records a run changes that may lose the value of one and the same field before it stops and asks: a field that was renamed or left out at the source looks like that.'),
});

const rolloutSchema = keyed({
  mode: z.enum(['live', 'shadow', 'paused']).default('live').describe('`live` writes, `shadow` plans without writing, `paused` pauses the schedules; a run started by hand still writes.'),
  cohort: conditionText("team = 'emea'").optional().describe('Only records for which this condition holds are written.'),
});

const reconcileSchema = oneOf('a time of day such as "03:00 Europe/Berlin", off, or { at, alertAbove }', [
  z.literal('off'),
  timeOfDayText(),
  keyed({
    at: oneOf('a time of day such as "03:00 Europe/Berlin", or off', [z.literal('off'), timeOfDayText()]).default('03:00')
      .describe('Time of day at which both sides are compared, with its time zone, in UTC without one; or `off`.'),
    alertAbove: percentageText('0.5%').default('0.5%').describe('Share of the records that may differ before an alert is raised.'),
  }),
]);

const strategySchema = oneOf('off, or { latency, loss, least }', [
  z.literal('off'),
  keyed({
    latency: durationText('60s', '1s', '1d').default('60s').describe('What 95% of the announced changes may take at most, from the change to the write.'),
    loss: percentageText('5%').default('5%').describe('Largest share of the changes that no webhook announced.'),
    least: durationText('1m', '1s', '31d').default('1m').describe('The shortest interval between two sweeps.'),
  }),
]);

const defaultsSchema = keyed({
  repair: repairSchema.optional().describe('Repairs of every text field that declares none of its own.'),
});

/** syncSchema is a sync definition as people write it. */
export const syncSchema = keyed({
  sync: nameText('contacts-to-mailing').describe('Name of the sync. Lower-case letters, digits and hyphens.'),
  title: plainText('a title', 200).optional().describe('Name for people. Default: the name of the sync.'),
  owner: plainText('a department', 100).optional().describe('Department that alerts and quality reports go to.'),
  from: objectReferenceText('crm.contact').describe('What is read: `system.object`.'),
  to: objectReferenceText('mailing.member').describe('What is written: `system.object`.'),
  when: whenSchema.prefault({}).describe('When the sync runs. Without it, only when somebody starts it.'),
  match: z.array(matchSchema).max(10)
    .describe('Target fields whose equality means that two records are the same, the strongest first; then, perhaps, one scored match for records that share none of them. An empty list: never match, always create.'),
  defaults: defaultsSchema.prefault({}).describe('What holds for every mapping that says nothing else.'),
  fields: z.array(mappingSchema).min(1).max(500).describe('How each field of the target is made.'),
  scope: conditionText("status != 'test'").optional().describe('Only records for which this condition holds are synced.'),
  onDelete: z.enum(['ignore', 'archive', 'delete', 'unlink']).default('ignore')
    .describe('What happens at the target when a record is gone at the source. `unlink` only forgets that the two belong together.'),
  onInactive: z.enum(['sync', 'ignore', 'archive']).default('sync').describe('What happens at the target when a record is inactive at the source.'),
  onTargetDelete: z.enum(['ignore', 'archive', 'delete', 'unlink']).optional()
    .describe('For two-way syncs: what happens at the source when a record is gone at the target. Default: `ignore`; the record is not made again.'),
  creates: z.enum(['forward', 'both']).default('forward')
    .describe('For two-way syncs: `both` makes records that are new at the target at the source as well.'),
  clockSkew: durationText('5s', '0s', '1h').optional().describe('How far the clocks of the two systems may be apart; changes closer than this are a conflict under the rule `latest`. Default: `5s`.'),
  limits: limitsSchema.prefault({}).describe('How much a run may do before it stops and asks.'),
  reconcile: reconcileSchema.optional().describe('When both sides are compared record by record, every day: a time of day, `off`, or both the time and the share that raises an alert. Default: 03:00 UTC and 0.5%.'),
  strategy: strategySchema.optional().describe('For real-time syncs: from when on real-time counts as slow or lossy, so that sweeps come more often for a time; or `off`. Default: 60s, 5%, and no more often than every minute.'),
  rollout: rolloutSchema.prefault({}).describe('How far the sync is switched on.'),
}).meta({ title: 'Crosswalk sync', description: 'How the records of one object become records of another.' });

/** AuthorSync is a sync definition as it is written, defaults filled in. */
export type AuthorSync = z.output<typeof syncSchema>;
