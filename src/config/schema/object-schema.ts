import { z } from 'zod';
import { checkedText, keyed } from './checked-text.js';
import { archiveSchema, createSchema, findSchema, getSchema, listSchema, removeSchema, updateSchema } from './operation-schema.js';
import { headerNameText, parameterText } from './request-text.js';
import { durationText, pointerText } from './scalars.js';
import { stateSchema } from './state-schema.js';

const sinceSchema = keyed({
  param: parameterText('updated_since').optional().describe('Parameter of the list that asks for what changed since a time.'),
  header: headerNameText('If-Modified-Since').optional().describe('Header that asks for it, in place of a parameter.'),
  list: listSchema.optional().describe('List to read instead of the object\'s own, where changes are asked for elsewhere.'),
  field: pointerText('/updated_at').describe('JSON Pointer of the updated-at in a record.'),
  value: checkedText('text with {since} in it', (text) =>
    text.includes('{since}') ? undefined : { message: "the value needs {since}, where the time goes, as in 'updated>{since}'", type: 'invalid-placeholder' },
  ).default('{since}').describe('Value of the parameter; `{since}` stands for the time.'),
  format: z.enum(['iso', 'iso-seconds', 'space', 'unix', 'unix-ms']).default('iso')
    .describe('How the time is written: `2026-11-20T08:00:00.000Z`, `2026-11-20T08:00:00Z`, `2026-11-20 08:00:00`, or seconds or milliseconds since 1970.'),
  overlap: durationText('5m', '0s', '7d').default('5m')
    .describe('How far each incremental run reads back before the place where the last one ended; it finds records that were saved late.'),
  safetyLag: durationText('30s', '0s', '1d').default('30s')
    .describe('How near to the present a run may place its end; it covers clocks that differ and transactions that are still open.'),
});

/** objectSchema says how one type of record is read and written. */
export const objectSchema = keyed({
  list: listSchema.describe('How many records are read.'),
  get: getSchema.optional().describe('How one record is read by its id.'),
  find: findSchema.optional().describe('How records are looked up by a field; it finds existing records, and tells whether a write whose answer was lost was executed.'),
  since: sinceSchema.optional().describe('How a list is asked for what changed since a time. Without it, every run reads everything.'),
  flatten: pointerText('/properties').optional().describe('JSON Pointer of an object in a record whose fields are read as if they stood at its top. Writes put them there with an `envelope`.'),
  lists: z.array(pointerText('/emails').refine((text) => text !== '', { error: 'expected the place of a field' })).optional()
    .describe('Places of fields that are lists, such as `[/emails]`: what is written to `/emails/0/value` becomes the first element of a list.'),
  textValues: z.boolean().default(false).describe('Whether the system takes the values of fields as text only, numbers and true and false included, and the empty text for nothing.'),
  id: pointerText('/id').default('/id').describe('JSON Pointer of the external id in a record.'),
  version: pointerText('/updated_at').optional().describe('JSON Pointer of the version in a record: an etag, a revision number, or the updated-at.'),
  created: pointerText('/created_at').optional().describe('JSON Pointer of the creation time in a record. With it, an id that the system gives to another record is noticed: that record is parked instead of being written over the one before.'),
  deleted: stateSchema("/status = 'deleted'").optional().describe('Condition under which a record counts as deleted.'),
  inactive: stateSchema('/active = false').optional().describe('Condition under which a record counts as inactive.'),
  create: createSchema.optional().describe('How a record is created.'),
  update: updateSchema.optional().describe('How a record is changed; `{id}` in the path stands for the external id.'),
  archive: archiveSchema.optional().describe('How a record is put away so that it can come back; used by `onDelete: archive`.'),
  delete: removeSchema.optional().describe('How a record is deleted for good; used by `onDelete: delete`.'),
});

/** AuthorObject is an object of a system as it is written, defaults filled in. */
export type AuthorObject = z.output<typeof objectSchema>;
