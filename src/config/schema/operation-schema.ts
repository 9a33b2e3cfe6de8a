import { z } from 'zod';
import { checkedText, keyed, oneOf } from './checked-text.js';
import { bodyParameters, jsonObject } from './body-schema.js';
import { conditionText } from './condition-text.js';
import { paginateSchema } from './paginate-schema.js';
import { pointerProblem } from '../pointer.js';
import { headerNameText, parametersMap, pathText } from './request-text.js';
import { durationText, fieldText, pointerText } from './scalars.js';

const readVerbs = ['get', 'post'] as const;
const writeVerbs = ['post', 'put', 'patch', 'delete'] as const;

/** exactlyOne tells editors that exactly one of the verbs is given; the rule `operation-method` tells people. */
function exactlyOne(verbs: readonly string[]): { oneOf: readonly object[] } {
  return { oneOf: verbs.map((verb) => ({ required: [verb] })) };
}

function readPaths(example: string) {
  return {
    get: pathText(example).optional().describe(`Path of a GET request, such as \`${example}\`.`),
    post: pathText(example).optional().describe('Path, where the API reads with POST.'),
  };
}

function writePaths(example: string) {
  return {
    post: pathText(example).optional().describe(`Path of a POST request, such as \`${example}\`.`),
    put: pathText(example).optional().describe('Path of a PUT request.'),
    patch: pathText(example).optional().describe('Path of a PATCH request.'),
    delete: pathText(example).optional().describe('Path of a DELETE request.'),
  };
}

const records = pointerText('/data').default('').describe('JSON Pointer of the array of records in the answer. Without it, the answer itself is the array.');

/** listSchema says how many records are read. */
export const listSchema = keyed({
  ...readPaths('/contacts'),
  params: parametersMap().default({}).describe('Query parameters of every request.'),
  ...bodyParameters,
  records,
  paginate: paginateSchema.prefault({ type: 'none' }).describe('How the list is cut into pages.'),
}).meta(exactlyOne(readVerbs));

/** getSchema says how one record is read by its id. */
export const getSchema = keyed({
  ...readPaths('/contacts/{id}'),
  record: pointerText('/contact').default('').describe('JSON Pointer of the record in the answer. Without it, the answer itself is the record.'),
}).meta(exactlyOne(readVerbs));

/** findSchema says how records are looked up by the value of a field. */
export const findSchema = keyed({
  ...readPaths('/members'),
  ...bodyParameters,
  records,
  record: pointerText('/item').optional().describe('JSON Pointer of the record in one element of the array. Without it, the element itself is the record.'),
  partial: z.boolean().default(false).describe('Whether what is found is only a part of a record, as with searches; the record is then read by its id.'),
  loose: z.boolean().default(false).describe('Whether the API finds more than was asked for, as a search over several fields does. Only records whose field has the value itself are kept, whatever its case. Such a list may also be asked for without `{value}`.'),
  single: z.boolean().default(false).describe('Whether there is one record at `records` instead of an array, as where a value names it; 404 then says that there is none. A `*` in `records` stands for any name there, as in `/result/*/contact`.'),
  lag: durationText('1m', '1s', '10m').optional().describe('How long a record that was just made may not be found, as with a search whose index is brought up to date later. Within that time, finding nothing does not prove that a create whose answer was lost was not executed: it is looked up again, and not sent.'),
  by: z.record(fieldText(), parametersMap())
    .describe('For each field that can be looked up, the query parameters to send; `{value}` stands for the value: `{ email_address: { email: "{value}" } }`. A parameter `base64url(…)` is sent in base64, with the value escaped as in JSON.'),
}).meta(exactlyOne(readVerbs));

const batchResult = keyed({
  position: pointerText('/index').optional().describe('JSON Pointer of the position of the item in one result, counted from 0, where results name it.'),
  status: pointerText('/status').optional().describe('JSON Pointer of the status (an HTTP status, or text) in one result.'),
  error: pointerText('/error').optional().describe('JSON Pointer of the error in one result.'),
  record: pointerText('/record').optional().describe('JSON Pointer of the record in one result.'),
  existing: pointerText('/existing_id').optional().describe('JSON Pointer of the id of the record that exists already, in a result that says so.'),
});

const batchErrors = keyed({
  at: pointerText('/errors').describe('JSON Pointer of the array of errors in the answer.'),
  key: pointerText('/context/id/0').describe('JSON Pointer of the value of `key` in one error.'),
});

const batchJob = keyed({
  id: pointerText('/job/id').describe("JSON Pointer of the job's id in the answer to the batch."),
  get: pathText('/jobs/{id}').describe('Path of the job, with `{id}`.'),
  done: conditionText("/job/status in ('completed', 'failed')").describe('Condition on an answer that says that the job has ended; `results` are then read from it.'),
  every: durationText('1s', '100ms', '1m').default('1s').describe('Wait between two looks at the job.'),
  within: durationText('2m', '1s', '10m').default('2m').describe('How long the job is waited for; afterwards it is not known what became of the items.'),
});

/** batchSchema says how many records are written in one request. */
export const batchSchema = keyed({
  post: pathText('/members/batch').optional().describe('Path of a POST request.'),
  put: pathText('/members/batch').optional().describe('Path of a PUT request.'),
  patch: pathText('/members/batch').optional().describe('Path of a PATCH request.'),
  delete: pathText('/members/batch').optional().describe('Path of a DELETE request.'),
  max: z.int().min(2).max(1_000).describe('Most items that the system takes in one request.'),
  items: pointerText('/items').default('').describe('JSON Pointer of the array of items in the body. Without it, the body itself is the array.'),
  body: jsonObject().optional().describe('What the body holds besides the items.'),
  item: jsonObject().optional().describe('What each item holds besides its fields. A number in the place of `idField` says that ids are numbers there.'),
  envelope: pointerText('/properties').optional().describe('JSON Pointer of the place of the fields in an item. Without it, the fields are the item.'),
  idField: fieldText().default('id').describe('Field of an item that holds the external id, for updates.'),
  idempotencyHeader: headerNameText('Idempotency-Key').optional().describe('Header that carries the idempotency key of the whole batch, where the system has one.'),
  results: pointerText('/results').default('').describe('JSON Pointer of the array of results in the answer. Without it, the answer itself is the array.'),
  key: fieldText().optional().describe('Field that is in both an item and its result, where results do not come in the order of the items.'),
  trace: z.boolean().default(false).describe('Fill `key` with the position of the item, where the system gives back whatever it was given there.'),
  errors: batchErrors.optional().describe('Where refused items stand, if apart from the results.'),
  job: batchJob.optional().describe('Where the results are, if the answer only begins a job.'),
  result: batchResult.prefault({}).describe('Where things are in one result.'),
}).meta(exactlyOne(writeVerbs));

const recordInAnswer = checkedText('a JSON Pointer such as /contact, or none', (text) => {
  const problem = text === 'none' ? undefined : pointerProblem(text);
  return problem === undefined ? undefined : { message: problem, type: 'invalid-pointer' };
});

const constant = oneOf('text, a number, true, false or null', [z.string(), z.number(), z.boolean(), z.null()]);

function writeParts(example: string, recordDefault: '' | 'none') {
  return {
    ...writePaths(example),
    envelope: pointerText('/contact').default('').describe('JSON Pointer of the place of the fields in the body. Without it, the fields are the body.'),
    body: jsonObject().optional().describe('What the body holds besides the fields. With an envelope such as `/contacts/0` it holds the array: `{ contacts: [] }`.'),
    upsert: z.boolean().default(false)
      .describe('Whether a repeat of a create makes no second record, since its path or a key field names the record. A create whose answer was lost is then simply sent again.'),
    fields: z.record(fieldText(), constant).default({})
      .describe('Fields sent besides the mapped ones, such as `{ status: archived }`.'),
    idempotencyHeader: headerNameText('Idempotency-Key').optional()
      .describe('Header that carries the idempotency key, where the system has one: a repeated request is then executed once.'),
    versionHeader: headerNameText('If-Match').optional()
      .describe('Header that carries the version the record is expected to have, where the system checks one: usually `If-Match`.'),
    record: recordInAnswer.default(recordDefault)
      .describe('JSON Pointer of the record in the answer; `""` is the answer itself, `none` says that the answer holds no record.'),
    idHeader: headerNameText('X-Message-Id').optional()
      .describe('Header of the answer that carries the id of a new record, where the body does not.'),
    existing: pointerText('/existing_id').optional()
      .describe('JSON Pointer of the id of the record that exists already, in an answer that says so: the record is then linked without a look-up.'),
    batch: batchSchema.optional().describe('How many records are written in one request.'),
  };
}

function writeSchema(example: string, recordDefault: '' | 'none') {
  return keyed(writeParts(example, recordDefault)).meta(exactlyOne(writeVerbs));
}

/** createSchema says how a record is created. */
export const createSchema = writeSchema('/contacts', '');

/** updateSchema says how a record is changed. */
export const updateSchema = writeSchema('/contacts/{id}', '');

/** archiveSchema says how a record is archived, and how it comes back. */
export const archiveSchema = keyed({
  ...writeParts('/contacts/{id}', 'none'),
  restore: z.record(fieldText(), constant).optional()
    .describe('Fields that an update sets to bring an archived record back, such as `{ status: active }`; used by `crosswalk undo`. Where `fields` only sets true and false, their opposites are used.'),
}).meta(exactlyOne(writeVerbs));

/** removeSchema says how a record is deleted. */
export const removeSchema = writeSchema('/contacts/{id}', 'none');

/** AuthorWrite is a write operation as it is written, defaults filled in. */
export type AuthorWrite = z.output<typeof updateSchema> & { readonly restore?: z.output<typeof archiveSchema>['restore'] };

/** AuthorBatch is a batch operation as it is written, defaults filled in. */
export type AuthorBatch = z.output<typeof batchSchema>;
