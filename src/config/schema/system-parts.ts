import { z } from 'zod';
import { catalogSchema } from './catalog-schema.js';
import { keyed, plainText } from './checked-text.js';
import { networkSchema } from './network-schema.js';
import { headerNameText } from './request-text.js';
import { byteSizeText, durationText, nameText, percentageText, timeZoneText } from './scalars.js';

const limitHeadersSchema = keyed({
  remaining: headerNameText('X-RateLimit-Remaining').describe('Header that says how many requests are left.'),
  limit: headerNameText('X-RateLimit-Limit').optional().describe('Header that says how many there are in all.'),
  max: z.int().min(1).max(1_000_000_000).optional().describe('How many there are in all, where no header says so.'),
  reset: headerNameText('X-RateLimit-Reset').optional().describe('Header that says when the limit is full again: in seconds, as Unix time, or as a date; they are told apart by their size.'),
  window: durationText('1m', '1s', '31d').default('1m').describe('How long the limit is counted for; taken where no header says when it is full again.'),
  low: percentageText('10%').default('10%').describe('Share from which on what is left is spread over the time until the limit is full again, over all workers.'),
}).check((context) => {
  if (context.value.limit !== undefined || context.value.max !== undefined) return;
  context.issues.push({ code: 'custom', input: context.value, message: "needs 'limit' or 'max': how many requests there are in all", params: { type: 'missing-key' } });
});

const limitsSchema = keyed({
  requestsPerSecond: z.number().gt(0).max(10_000).optional()
    .describe('Requests a second, over all workers. Without it no rate is held, and only 429 answers slow requests down.'),
  burst: z.int().min(1).max(10_000).optional().describe('Requests that may be sent at once after a pause. Default: one second of the rate.'),
  concurrency: z.int().min(1).max(256).default(4).describe('Requests that may be open at the same time.'),
  reserve: percentageText('20%', 90).default('20%').describe('Share of the rate kept for handoffs, so that a large sync cannot hold them up.'),
  timeout: durationText('30s', '100ms', '10m').default('30s').describe('Total time that one request may take, answer included.'),
  settle: durationText('5s', '0s', '1h').default('5s').describe('How long the system may still execute a request whose answer was lost; only then is it asked whether it did.'),
  headers: z.array(limitHeadersSchema).max(10).default([]).describe('Headers by which the system says how much of its limits is left.'),
  maxResponse: byteSizeText().default('32MB').describe('Largest answer that is read, unpacked.'),
});

const retrySchema = keyed({
  schedule: z.array(durationText('5s', '0s', '1h')).max(10).default(['5s', '10s', '30s'])
    .describe('Waits before each further try. A Retry-After that is longer wins.'),
});

/** systemNames is the keys that every kind of system begins with. */
export const systemNames = {
  system: nameText('crm').describe('Name of the system; syncs refer to it. Lower-case letters, digits and hyphens.'),
  title: plainText('a title', 200).optional().describe('Name for people. Default: the name of the system.'),
  owner: plainText('a department', 100).optional().describe('Department that alerts and quality reports go to.'),
  environment: z.enum(['production', 'test', 'sandbox']).optional()
    .describe('What hangs on the data of the system. Load is measured (`crosswalk audit`) at a `test` or `sandbox` system only. Default: `production`.'),
};

/** systemRules is the keys that every kind of system has besides. */
export const systemRules = {
  network: networkSchema.optional().describe('Addresses that may be connected to although they are not public.'),
  limits: limitsSchema.prefault({}).describe('What the system may be asked for.'),
  retry: retrySchema.prefault({}).describe('When a failed request is tried again.'),
  timeZone: timeZoneText().default('UTC').describe('Time zone of date-times that carry none, such as `Europe/Berlin`.'),
  catalog: catalogSchema.optional().describe('What `crosswalk catalog` says of the system; it changes nothing in how it is connected.'),
};
