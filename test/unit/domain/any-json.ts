import * as fc from 'fast-check';
import type { Json, JsonObject } from '../../../src/contracts/json.js';

/** anyJson is any value that JSON can carry. */
export const anyJson: fc.Arbitrary<Json> = fc.json().map((text) => {
  const value: Json = JSON.parse(text);
  return value;
});

/** parseJson reads the text of a JSON object or array that a test is given. */
export function parseJson(text: string): JsonObject {
  const value: JsonObject = JSON.parse(text);
  return value;
}
