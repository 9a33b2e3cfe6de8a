import { z } from 'zod';
import { checkedText, keyed, plainText } from './checked-text.js';
import { credentialText } from './credential.js';
import { durationText, objectNameText } from './scalars.js';
import { stateSchema } from './state-schema.js';
import { systemNames, systemRules } from './system-parts.js';

/** encodingProblem says why text cannot be read or written in an encoding; undefined where it can. */
function encodingProblem(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding === '' ? 'unknown' : undefined;
  } catch {
    return `unknown encoding '${label.slice(0, 40)}'; use a name such as utf-8, windows-1252 or iso-8859-15`;
  }
}

const encodingText = checkedText('an encoding such as windows-1252', (text) => {
  const problem = encodingProblem(text);
  return problem === undefined ? undefined : { message: problem, type: 'invalid-value' };
});

// No folder can be named: what is read and written lies in the folder of the system and nowhere else.
const nameProblem = (text: string): boolean => text === '' || text.length > 200 || /[/\\\p{Cc}]/u.test(text) || text.startsWith('.');

function filePattern(example: string): z.ZodString {
  return checkedText(`a file name such as ${example}`, (text) =>
    nameProblem(text) ? { message: `expected a file name such as ${example}, where * stands for any text; it names no folder and does not begin with a dot`, type: 'invalid-path' } : undefined);
}

const suffixText = checkedText('an ending such as .done', (text) =>
  /^\.[A-Za-z0-9_-]{1,30}$/.test(text) ? undefined : { message: 'expected an ending such as .done', type: 'invalid-path' });

const columnName = plainText('the name of a column', 200);
const singleCharacter = (example: string) => checkedText(`one character such as ${example}`, (text) =>
  text.length === 1 && !/[\r\n]/.test(text) ? undefined : { message: `expected one character such as ${example}`, type: 'invalid-value' });

const readSchema = keyed({
  full: filePattern('articles-*.csv').optional().describe('Name of the files that hold every record; `*` stands for any text. The newest one that is complete is read. Only from these is it seen that a record is gone.'),
  changes: filePattern('articles-changed-*.csv').optional().describe('Name of the files that hold only what changed; all that are newer than the last run are read, the oldest first.'),
  marker: suffixText.optional().describe('A file is complete once an empty file of its name and this ending lies beside it: `articles.csv.done`.'),
  stable: durationText('30s', '1s', '1d').default('30s').describe('Without a marker, a file is complete once it has not changed for so long.'),
  after: z.enum(['keep', 'move']).default('keep').describe('`move`: files that were read are moved into the folder `processed` once a run after the one that read them begins, when everything they hold is settled.'),
  pageSize: z.int().min(1).max(10_000).default(500).describe('Rows that are worked on at once.'),
});

const writeSchema = keyed({
  prefix: checkedText('the beginning of a file name such as orders-', (text) =>
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text) ? undefined : { message: 'expected the beginning of a file name such as orders- (letters, digits, dots, hyphens and underscores)', type: 'invalid-path' },
  ).describe('Beginning of the names of the files that are left: `orders-<key>.csv`.'),
  columns: z.array(columnName).min(1).max(500).describe('Columns of the files, in order; the id must be one of them.'),
  kindColumn: columnName.optional().describe('Column that says what a row is: `create`, `update`, `archive` or `delete`. Without it, rows can only be created.'),
  batch: z.int().min(1).max(10_000).default(500).describe('Most rows of one file.'),
  marker: suffixText.optional().describe('Ending of an empty file that is made beside each file once it is complete.'),
  raw: z.array(columnName).max(500).default([]).describe('Columns whose text is written as it is. In all others, text that a spreadsheet program would take for a formula gets an apostrophe in front.'),
});

const fileObjectSchema = keyed({
  id: columnName.default('id').describe('Column of the external id.'),
  delimiter: singleCharacter(';').default(',').describe('What stands between cells; `"\\t"` is a tab.'),
  quote: singleCharacter('"').default('"').describe('What cells with delimiters, quotes or line breaks in them are wrapped in.'),
  encoding: encodingText.default('utf-8').describe('How text is encoded: `utf-8`, `windows-1252`, `iso-8859-15`, …'),
  deleted: stateSchema("status = 'deleted'").optional().describe('Condition under which a record counts as deleted.'),
  inactive: stateSchema("active = '0'").optional().describe('Condition under which a record counts as inactive.'),
  read: readSchema.optional().describe('Which files are read. The first row holds the names of the columns.'),
  write: writeSchema.optional().describe('How files are left for the system.'),
});

const sftpSchema = keyed({
  host: plainText('a host name').describe('Host; may hold references.'),
  port: z.int().min(1).max(65_535).default(22).describe('Port.'),
  username: plainText('a user name').describe('User name; may hold references.'),
  password: credentialText('the password').optional().describe('Password, as a reference.'),
  privateKey: credentialText('the private key').optional().describe('Private key in the form of OpenSSH or PEM, as a reference such as `secret://file/erp-key`.'),
  hostKeys: z.array(checkedText('a fingerprint such as SHA256:…', (text) =>
    /^SHA256:[A-Za-z0-9+/]{43}=?$/.test(text) ? undefined : { message: 'expected a fingerprint SHA256:… as `ssh-keyscan HOST | ssh-keygen -lf -` prints it', type: 'invalid-value' })).min(1).max(10)
    .describe('Fingerprints of the host keys that are accepted; a host that shows another one is not talked to. `ssh-keyscan HOST | ssh-keygen -lf -` prints them; compare them with what the operator of the host says.'),
});

/** filesSchema is the definition of a system that gives and takes CSV files, as people write it. */
export const filesSchema = keyed({
  ...systemNames,
  connector: z.literal('files').describe('Kind of connection: CSV files in a folder, on this machine or over SFTP.'),
  folder: plainText('a folder').describe('Path of the folder; may hold references. On this machine it must be absolute.'),
  sftp: sftpSchema.optional().describe('The server that the folder is on; without it, this machine.'),
  ...systemRules,
  objects: z.record(objectNameText(), fileObjectSchema).describe('The types of records, by name.'),
}).meta({ title: 'Crosswalk system: CSV files', description: 'A folder in which a system leaves CSV files and takes them.' });

/** AuthorFiles is a system that gives and takes files as it is written, defaults filled in. */
export type AuthorFiles = z.output<typeof filesSchema>;
