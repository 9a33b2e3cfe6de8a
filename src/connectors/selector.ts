import type { BadRecord, SourceRecord } from '../contracts/connector.js';
import type { Json, JsonObject } from '../contracts/json.js';
import type { ObjectCapabilities } from '../contracts/system-definition.js';
import { compileCondition } from '../domain/condition.js';
import { compileGetter, isJsonObject } from '../domain/json-pointer.js';
import { readId, readScalarText } from './record-id.js';
import { readUpdatedAt } from './updated-at.js';

/** Selection is the elements of a page, in order: those that are records, and those that are not. */
export interface Selection {
  readonly records: readonly SourceRecord[];
  readonly bad: readonly BadRecord[];
}

/** Selector turns elements of answers into records. */
export interface Selector {
  /** record reads one element; a text says why it is no record. */
  record(element: Json): SourceRecord | string;
  /** all reads the elements of a page. */
  all(elements: readonly Json[]): Selection;
}

/** createSelector makes the selector of an object; `timeZone` is the zone of date-times that carry none. */
export function createSelector(definition: ObjectCapabilities, timeZone: string): Selector {
  const idOf = compileGetter(definition.id);
  const versionOf = definition.version === undefined ? undefined : compileGetter(definition.version);
  const createdOf = definition.created === undefined ? undefined : compileGetter(definition.created);
  const { since } = definition;
  const updatedAtOf = since === undefined ? undefined : compileGetter(since.field);
  const isDeleted = definition.deleted === undefined ? undefined : compileCondition(definition.deleted);
  const isInactive = definition.inactive === undefined ? undefined : compileCondition(definition.inactive);

  const innerOf = definition.flatten === undefined ? undefined : compileGetter(definition.flatten);
  const flat = (element: JsonObject): JsonObject => {
    const inner = innerOf?.(element);
    return isJsonObject(inner) ? { ...element, ...inner } : element;
  };

  const record = (element: Json): SourceRecord | string => {
    if (!isJsonObject(element)) return 'it is not an object';
    const id = readId(idOf(element));
    if (id === undefined) return `it has no id at ${definition.id} that is text without control characters or a whole number`;
    const born = readScalarText(createdOf?.(element));
    return {
      id,
      version: readScalarText(versionOf?.(element)) ?? null,
      updatedAtMs: since === undefined ? null : readUpdatedAt(updatedAtOf?.(element), since.format, timeZone),
      ...(born === undefined ? {} : { born }),
      deleted: isDeleted?.(element) ?? false,
      inactive: isInactive?.(element) ?? false,
      data: flat(element),
    };
  };
  return {
    record,
    all(elements) {
      const records: SourceRecord[] = [];
      const bad: BadRecord[] = [];
      elements.forEach((element, position) => {
        const read = record(element);
        if (typeof read === 'string') bad.push({ position, reason: read, data: element });
        else records.push(read);
      });
      return { records, bad };
    },
  };
}
