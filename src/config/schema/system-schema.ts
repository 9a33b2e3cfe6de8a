import { z } from 'zod';
import { authSchema } from './auth-schema.js';
import { checkedText, keyed, oneOf, plainText } from './checked-text.js';
import { objectSchema } from './object-schema.js';
import { outcomeSchema } from './outcome-schema.js';
import { headersMap } from './request-text.js';
import { byteSizeText, durationText, nameText, objectNameText, percentageText, timeZoneText } from './scalars.js';
import { webhooksSchema } from './webhooks-schema.js';

const limitsSchema = keyed({
  requestsPerSecond: z.number().gt(0).max(10_000).optional()
    .describe('Requests a second, over all workers. Without it no rate is held, and only 429 answers slow requests down.'),
  burst: z.int().min(1).max(10_000).optional().describe('Requests that may be sent at once after a pause. Default: one second of the rate.'),
  concurrency: z.int().min(1).max(256).default(4).describe('Requests that may be open at the same time.'),
  reserve: percentageText('20%', 90).default('20%').describe('Share of the rate kept for handoffs, so that a large sync cannot hold them up.'),
  timeout: durationText('30s', '100ms', '10m').default('30s').describe('Total time that one request may take, answer included.'),
  settle: durationText('5s', '0s', '1h').default('5s').describe('How long the system may still execute a request whose answer was lost; only then is it asked whether it did.'),
  maxResponse: byteSizeText().default('32MB').describe('Largest answer that is read, unpacked.'),
});

const retrySchema = keyed({
  schedule: z.array(durationText('5s', '0s', '1h')).max(10).default(['5s', '10s', '30s'])
    .describe('Waits before each further try. A Retry-After that is longer wins.'),
});

/** systemSchema is a system definition as people write it. */
export const systemSchema = keyed({
  system: nameText('crm').describe('Name of the system; syncs refer to it. Lower-case letters, digits and hyphens.'),
  title: plainText('a title', 200).optional().describe('Name for people. Default: the name of the system.'),
  owner: plainText('a department', 100).optional().describe('Department that alerts and quality reports go to.'),
  connector: nameText('hubspot').default('rest')
    .describe('Kind of system. `rest` is an HTTP API that this file describes; with the name of a built-in connector, such as `hubspot`, the file says only what is different or its own.'),
  settings: z.record(z.string().max(100), oneOf('text, a number, true, false or a list of texts', [z.string(), z.number(), z.boolean(), z.array(z.string())])).default({})
    .describe('What a built-in connector asks for, such as the number of an account.'),
  baseUrl: checkedText('a URL such as https://crm.example.com/api', (text) =>
    text.trim() === '' ? { message: 'expected a URL such as https://crm.example.com/api', type: 'invalid-url' } : undefined,
  ).describe('URL that every path is below; may hold `${NAME}`. HTTPS, except on this machine.'),
  headers: headersMap().default({}).describe('Headers sent with every request.'),
  encoding: z.enum(['json', 'form', 'form-json']).default('json')
    .describe('How the bodies of writes are written: as JSON; form-encoded with brackets for what is nested; or form-encoded with JSON texts for what is nested.'),
  auth: authSchema.describe('How requests are authenticated. Secrets are references, never the secrets themselves.'),
  limits: limitsSchema.prefault({}).describe('What the system may be asked for.'),
  retry: retrySchema.prefault({}).describe('When a failed request is tried again.'),
  outcomes: z.array(outcomeSchema).max(100).default([]).describe('Rules that override how an answer is read; the first one that fits wins.'),
  timeZone: timeZoneText().default('UTC').describe('Time zone of date-times that carry none, such as `Europe/Berlin`.'),
  webhooks: webhooksSchema.optional().describe('How webhooks of the system are verified and read. They are received at `/hooks/<system>`.'),
  objects: z.record(objectNameText(), objectSchema).describe('The types of records, by name: contact, account, deal.'),
}).meta({ title: 'Crosswalk system', description: 'One configured connection to an outside product.' });

/** AuthorSystem is a system definition as it is written, defaults filled in. */
export type AuthorSystem = z.output<typeof systemSchema>;
