import { z } from 'zod';
import type { JsonObject } from '../../contracts/json.js';
import { jsonValue } from './json-value.js';

/** jsonObject makes a schema for an object of any JSON values; its texts may hold references. */
export function jsonObject(): z.ZodType<JsonObject, JsonObject> {
  return z.record(z.string(), jsonValue(), { error: 'expected a mapping (key: value)' });
}

/** bodyParameters is the keys by which a read sends its parameters in the body. */
export const bodyParameters = {
  in: z.enum(['query', 'body']).default('query')
    .describe('Where parameters are sent: in the query, or in the JSON body. In the body, the name of a parameter is a field or a JSON Pointer, such as `/filters/0/value`; a value becomes a number where `body` has one in its place.'),
  body: jsonObject().optional().describe('What the body holds besides the parameters.'),
};
