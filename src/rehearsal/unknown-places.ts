import type { Condition } from '../contracts/condition.js';
import type { JsonObject } from '../contracts/json.js';
import { conditionFields } from '../domain/condition.js';
import { compileGetter, isJsonObject } from '../domain/json-pointer.js';
import type { Placeholders } from './placeholders.js';

/** unknownPlaces are the places that conditions look at in records which a test does not make, and of which nothing is known there. */
export function unknownPlaces(conditions: readonly Condition[], values: JsonObject, placeholders: Placeholders): readonly string[] {
  const places = [...new Set(conditions.flatMap(conditionFields))].filter((place) => place.startsWith('/'));
  return places.filter((place) => {
    const record = values[place.split('/')[1] ?? ''];
    return isJsonObject(record) && placeholders.is(record['id']) && compileGetter(place)(values) === undefined;
  });
}
