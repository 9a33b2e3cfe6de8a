import { z } from 'zod';
import { keyed, plainText } from './checked-text.js';
import { jsonObject } from './body-schema.js';
import { jsonValue } from './json-value.js';

const example = keyed({
  id: plainText('a kind of id', 50).default('digits').describe('What ids look like: `digits`, `number` (not text), `uuid`, `time` (seconds and microseconds), or the text they begin with.'),
  create: jsonObject().optional().describe('Fields of a new record; `{n}` in a text stands for a number that makes it another one.'),
  update: jsonObject().optional().describe('Fields of a change.'),
  find: z.record(z.string(), z.string()).optional().describe('By field, the value that finds such a record, where it is not simply that of the field.'),
});

/** connectorSchema is what a built-in connector says about itself; what it says of a system is checked once a system uses it. */
export const connectorSchema = z.looseObject({
  connector: plainText('the name of the connector', 50).describe('Name, the same as that of the file.'),
  title: plainText('a title', 200).describe('Name of the product.'),
  about: keyed({
    api: plainText('the API and its version').describe('API that it speaks.'),
    category: plainText('a kind of product', 50).describe('Kind of product.'),
    pinned: plainText('where the version stands').describe('Where the version of the API is pinned: in the path, or a header.'),
    document: plainText('a file name', 100).optional().describe("Name of the vendor's OpenAPI document."),
    docs: z.url().describe('Where the vendor documents it.'),
    notes: z.array(plainText('a sentence', 2_000)).default([]).describe('What users should know.'),
  }).describe('What people should know.'),
  settings: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/), keyed({
    description: plainText('a sentence').describe('What it is.'),
    example: jsonValue().optional().describe('A value of it.'),
    default: jsonValue().optional().describe('Value where the user gives none.'),
  })).default({}).describe('What a user has to say or may say, used as `<name>` in texts.'),
  examples: z.record(z.string(), example).default({}).describe('Records for trying the connector out, by object.'),
});

/** AboutConnector is what a built-in connector says about itself, defaults filled in. */
export type AboutConnector = z.output<typeof connectorSchema>;
