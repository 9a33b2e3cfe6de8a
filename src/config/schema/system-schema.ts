import { z } from 'zod';
import { authSchema } from './auth-schema.js';
import { checkedText, keyed, oneOf } from './checked-text.js';
import { circuitSchema } from './circuit-schema.js';
import { objectSchema } from './object-schema.js';
import { outcomeSchema } from './outcome-schema.js';
import { headersMap } from './request-text.js';
import { nameText, objectNameText } from './scalars.js';
import { signingSchema } from './signing-schema.js';
import { systemNames, systemRules } from './system-parts.js';
import { webhooksSchema } from './webhooks-schema.js';

/** systemSchema is the definition of a system with an HTTP API as people write it. */
export const systemSchema = keyed({
  ...systemNames,
  connector: nameText('hubspot').default('rest')
    .describe('Kind of system. `rest` is an HTTP API that this file describes; with the name of a built-in connector, such as `hubspot`, the file says only what is different or its own. `postgres`, `files` and `smtp` have keys of their own.'),
  settings: z.record(z.string().max(100), oneOf('text, a number, true, false or a list of texts', [z.string(), z.number(), z.boolean(), z.array(z.string())])).default({})
    .describe('What a built-in connector asks for, such as the number of an account.'),
  baseUrl: checkedText('a URL such as https://crm.example.com/api', (text) =>
    text.trim() === '' ? { message: 'expected a URL such as https://crm.example.com/api', type: 'invalid-url' } : undefined,
  ).describe('URL that every path is below; may hold `${NAME}`. HTTPS, except on this machine.'),
  headers: headersMap().default({}).describe('Headers sent with every request.'),
  encoding: z.enum(['json', 'form', 'form-json']).default('json')
    .describe('How the bodies of writes are written: as JSON; form-encoded with brackets for what is nested; or form-encoded with JSON texts for what is nested.'),
  auth: authSchema.describe('How requests are authenticated. Secrets are references, never the secrets themselves.'),
  signing: signingSchema.optional().describe('How requests are signed, for systems that want that besides credentials.'),
  network: systemRules.network,
  limits: systemRules.limits,
  circuit: circuitSchema.prefault({}).describe('When a system that fails is left alone by all workers, so that runs wait for it and use up no attempts.'),
  retry: systemRules.retry,
  outcomes: z.array(outcomeSchema).max(100).default([]).describe('Rules that override how an answer is read; the first one that fits wins.'),
  timeZone: systemRules.timeZone,
  catalog: systemRules.catalog,
  webhooks: webhooksSchema.optional().describe('How webhooks of the system are verified and read. They are received at `/hooks/<system>`.'),
  objects: z.record(objectNameText(), objectSchema).describe('The types of records, by name: contact, account, deal.'),
}).meta({ title: 'Crosswalk system', description: 'One configured connection to an outside product.' });

/** AuthorSystem is the definition of a system with an HTTP API as it is written, defaults filled in. */
export type AuthorSystem = z.output<typeof systemSchema>;
