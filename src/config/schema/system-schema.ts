import { z } from 'zod';
import { authSchema } from './auth-schema.js';
import { checkedText, keyed } from './checked-text.js';
import { objectSchema } from './object-schema.js';
import { outcomeSchema } from './outcome-schema.js';
import { headersMap } from './request-text.js';
import { objectNameText } from './scalars.js';
import { systemNames, systemRules } from './system-parts.js';
import { webhooksSchema } from './webhooks-schema.js';

/** systemSchema is the definition of a system with an HTTP API as people write it. */
export const systemSchema = keyed({
  ...systemNames,
  connector: z.literal('rest').default('rest').describe('Kind of connection. `rest` is an HTTP API described in this file; `postgres`, `files` and `smtp` have keys of their own.'),
  baseUrl: checkedText('a URL such as https://crm.example.com/api', (text) =>
    text.trim() === '' ? { message: 'expected a URL such as https://crm.example.com/api', type: 'invalid-url' } : undefined,
  ).describe('URL that every path is below; may hold `${NAME}`. HTTPS, except on this machine.'),
  headers: headersMap().default({}).describe('Headers sent with every request.'),
  auth: authSchema.describe('How requests are authenticated. Secrets are references, never the secrets themselves.'),
  limits: systemRules.limits,
  retry: systemRules.retry,
  outcomes: z.array(outcomeSchema).max(100).default([]).describe('Rules that override how an answer is read; the first one that fits wins.'),
  timeZone: systemRules.timeZone,
  webhooks: webhooksSchema.optional().describe('How webhooks of the system are verified and read. They are received at `/hooks/<system>`.'),
  objects: z.record(objectNameText(), objectSchema).describe('The types of records, by name: contact, account, deal.'),
}).meta({ title: 'Crosswalk system', description: 'One configured connection to an outside product.' });

/** AuthorSystem is the definition of a system with an HTTP API as it is written, defaults filled in. */
export type AuthorSystem = z.output<typeof systemSchema>;
