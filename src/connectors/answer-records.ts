import type { Json } from '../contracts/json.js';
import { compileGetter, isJsonArray, isJsonObject } from '../domain/json-pointer.js';
import type { HttpAnswer, HttpClient } from '../http/client-types.js';

/**
 * createOnlyReader reads the one record in an answer; without it, or with null in its place, there is none. A `*` in the
 * pointer stands for any name, of which the first that leads to a record counts.
 */
export function createOnlyReader(pointer: string): (answer: HttpAnswer) => readonly Json[] {
  const [get = () => undefined, ...within] = pointer.split('/*').map(compileGetter);
  return ({ json }) => {
    const first = json === undefined ? undefined : get(json);
    const candidates = within.reduce<readonly (Json | undefined)[]>((found, next) => found.flatMap((each) => (isJsonObject(each) ? Object.values(each).map(next) : [])), [first]);
    const element = candidates.find((each) => each !== undefined && each !== null);
    return element === undefined || element === null ? [] : [element];
  };
}

/**
 * createElementsReader reads the array of records in an answer. `204 No Content` and null in place of the array are an
 * empty list; anything else that is no array is a SystemError `unexpected-shape`.
 */
export function createElementsReader(client: HttpClient, pointer: string): (answer: HttpAnswer, request: string) => readonly Json[] {
  const get = compileGetter(pointer);
  return (answer, request) => {
    if (answer.json === undefined && answer.status === 204) return [];
    const elements = answer.json === undefined ? undefined : get(answer.json);
    if (isJsonArray(elements)) return elements;
    if (elements === null && pointer !== '') return [];
    throw client.failed({
      outcome: 'retry',
      code: 'unexpected-shape',
      what: `was answered with JSON that has no array ${pointer === '' ? 'at its top' : `at ${pointer}`}`,
      request,
      answer,
    });
  };
}
