import { z } from 'zod';
import { keyed, oneOf, plainText } from './checked-text.js';
import { conditionText } from './condition-text.js';

const status = z.int().min(100).max(599);

/** outcomeSchema overrides how an answer is read. */
export const outcomeSchema = keyed({
  status: oneOf('an HTTP status such as 409, or a list of them', [status, z.array(status).min(1)]).optional()
    .describe('HTTP status, or a list of them, that the rule is for.'),
  bodyContains: plainText('text that the body contains').optional().describe('Text that the body contains.'),
  when: conditionText("/error/code = 'duplicate'").optional().describe('Condition on the JSON body.'),
  outcome: z.enum(['ok', 'retry', 'rate-limited', 'refresh-token', 'park', 'not-found', 'version-conflict', 'exists', 'fail', 'reconnect-needed', 'unknown'])
    .describe('What the answer means: done; try again; wait for the budget; refresh the token first; park the record; it is not there; '
      + 'somebody else changed it; it exists already; stop the run; wait until a person has authorized the account anew; not known whether it was executed.'),
  message: plainText('a sentence for people').optional().describe('What to tell people, in a plain sentence.'),
});
