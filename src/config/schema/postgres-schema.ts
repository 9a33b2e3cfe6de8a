import { z } from 'zod';
import { checkedText, keyed, oneOf } from './checked-text.js';
import { credentialText } from './credential.js';
import { durationText, objectNameText } from './scalars.js';
import { stateSchema } from './state-schema.js';
import { systemNames, systemRules } from './system-parts.js';
import { webhooksSchema } from './webhooks-schema.js';

/** columnText makes a schema for the name of a column. */
export function columnText(example: string): z.ZodString {
  // 63 bytes is what PostgreSQL keeps of a name (manual, 4.1.1).
  return checkedText(`the name of a column such as ${example}`, (text) =>
    text === '' || /\p{Cc}/u.test(text) || Buffer.byteLength(text) > 63 ? { message: `expected the name of a column such as ${example}, at most 63 bytes`, type: 'invalid-name' } : undefined);
}

const tableText = checkedText('a table such as sales.customers', (text) =>
  /^[^.\p{Cc}]{1,63}(?:\.[^.\p{Cc}]{1,63})?$/u.test(text) ? undefined : { message: 'expected a table or view such as customers or sales.customers', type: 'invalid-name' });

const constant = oneOf('text, a number, true, false or null', [z.string(), z.number(), z.boolean(), z.null()]);
const columns = (example: string) => z.array(columnText(example)).max(500);

const since = keyed({
  column: columnText('updated_at').describe('Column with the time of the last change: a timestamp, with or without a zone. An index on it and the id helps.'),
  overlap: durationText('5m', '0s', '7d').default('5m').describe('How far each incremental run reads back before the place where the last one ended; it finds rows whose transaction was committed late.'),
  safetyLag: durationText('30s', '0s', '1d').default('30s').describe('How near to the present a run may place its end; it covers transactions that are still open.'),
});

const create = keyed({
  key: columnText('sync_key').optional()
    .describe('Text column with a unique index that takes the idempotency key of the write: the same create sent again then finds the row that it made. It need not be in `columns`.'),
});

const archive = keyed({
  fields: z.record(columnText('status'), constant).describe('Columns that the archive sets, such as `{ status: archived }`.'),
  restore: z.record(columnText('status'), constant).optional()
    .describe('Columns that an update sets to bring an archived row back, such as `{ status: active }`. Where `fields` only sets true and false, their opposites are used.'),
});

const tableSchema = keyed({
  table: tableText.describe('Table or view, with its schema unless it is on the search path of the user.'),
  columns: columns('email').min(1).describe('Columns that may be read and written; no statement touches any other, but for those that `touch`, `increment` and `create.key` name.'),
  id: columnText('customer_no').default('id').describe('Column of the external id; no two rows may have the same.'),
  version: columnText('row_version').optional().describe('Column that has another value after each change; an update or delete names the value it expects, and does nothing where the row has another.'),
  created: columnText('created_at').optional().describe('Column of the creation time. With it, an id that is given to another row is noticed.'),
  since: since.optional().describe('How rows that changed since a time are told. Without it, every run reads everything.'),
  pageSize: z.int().min(1).max(10_000).default(500).describe('Rows read with one statement.'),
  batch: z.int().min(1).max(1_000).default(100).describe('Most rows written in one transaction.'),
  find: columns('email').default([]).describe('Columns that rows can be looked up by; an index on each of them helps.'),
  touch: columns('updated_at').default([]).describe('Columns that every write sets to the time of the database, where no trigger does.'),
  increment: columns('row_version').default([]).describe('Whole-number columns that every update adds one to, where no trigger does.'),
  deleted: stateSchema("status = 'deleted'").optional().describe('Condition under which a row counts as deleted.'),
  inactive: stateSchema('active = false').optional().describe('Condition under which a row counts as inactive.'),
  create: create.optional().describe('Rows may be inserted; `{}` where there is no more to say.'),
  update: keyed({}).optional().describe('Rows may be changed: `{}`.'),
  archive: archive.optional().describe('How a row is put away so that it can come back; used by `onDelete: archive`.'),
  delete: keyed({}).optional().describe('Rows may be deleted for good: `{}`; used by `onDelete: delete`.'),
});

/** postgresSchema is the definition of a system whose records are rows of a PostgreSQL database, as people write it. */
export const postgresSchema = keyed({
  ...systemNames,
  connector: z.literal('postgres').describe('Kind of connection: tables and views of a PostgreSQL database.'),
  connection: credentialText('the connection URL')
    .describe('Connection URL `postgres://user:password@host:5432/database`, as a reference such as `secret://env/ERP_DATABASE_URL`. To another machine the connection is encrypted and the certificate verified.'),
  ca: credentialText('the certificate authority').optional().describe('Certificate authority of the server as PEM, as a reference such as `secret://file/erp-ca.pem`. Default: those that Node.js trusts.'),
  ...systemRules,
  webhooks: webhooksSchema.optional().describe('How webhooks of the system are verified and read. They are received at `/hooks/<system>`.'),
  objects: z.record(objectNameText(), tableSchema).describe('The types of records, by name, and the table of each.'),
}).meta({ title: 'Crosswalk system: PostgreSQL', description: 'Tables and views of a PostgreSQL database.' });

/** AuthorPostgres is a PostgreSQL system as it is written, defaults filled in. */
export type AuthorPostgres = z.output<typeof postgresSchema>;
