import { hash } from 'node:crypto';
import type { Json, JsonObject } from '../../src/contracts/json.js';
import type { StrongKeyValue } from '../../src/contracts/strong-key.js';
import type { SyncDefinition } from '../../src/contracts/sync-definition.js';
import type { ObjectCapabilities } from '../../src/contracts/system-definition.js';
import { compileCondition } from '../../src/domain/condition.js';
import { compileGetter, compileSetter, type MutableJsonObject } from '../../src/domain/json-pointer.js';
import { compileMapping, type MappedRecord } from '../../src/domain/mapping.js';
import { foldText, strongKeys } from '../../src/domain/strong-keys.js';

/** RecordMapper is a sync's definition, ready to be applied to records. */
export interface RecordMapper {
  /** map makes the target's values of a source record. */
  map(record: JsonObject): MappedRecord;
  /** project takes the mapped fields out of a target record, in the shape that map gives them. */
  project(targetRecord: JsonObject): JsonObject;
  /** keys are the strong keys of mapped values. */
  keys(values: JsonObject): readonly StrongKeyValue[];
  /** fingerprint is 16 bytes of SHA-256, in hex, over values that map or project made. */
  fingerprint(values: JsonObject): string;
  /** inScope says whether a source record is this sync's business. */
  inScope(record: JsonObject): boolean;
  /** findBy is the best question to ask the target for a record with these values, if it can be asked any. */
  findBy(object: ObjectCapabilities, values: JsonObject): FindQuestion | undefined;
  /** answers says whether a record that was found is one that was asked for: some systems ignore a filter they do not know. */
  answers(question: FindQuestion, record: JsonObject): boolean;
}

/** FindQuestion asks a system for the records whose field has a value. */
export interface FindQuestion {
  readonly field: string;
  readonly value: string;
}

/** createRecordMapper prepares a sync's definition; `timeZone` is that of the source's date-times without a zone. */
export function createRecordMapper(sync: SyncDefinition, timeZone: string): RecordMapper {
  const map = compileMapping(sync.fields, { timeZone });
  const targets = sync.fields.map((field) => ({ get: compileGetter(field.to), set: compileSetter(field.to) }));
  const conditions = [sync.scope, sync.rollout.cohort].flatMap((condition) => (condition === undefined ? [] : [compileCondition(condition)]));
  return {
    map,
    project: (record) => {
      const values: MutableJsonObject = {};
      for (const { get, set } of targets) set(values, get(record) ?? null);
      return values;
    },
    keys: (values) => strongKeys(sync.match, values),
    // Both map and project set the fields in the order of the definition, so the text of equal values is equal.
    fingerprint: (values) => hash('sha256', JSON.stringify(values), 'hex').slice(0, 32),
    inScope: (record) => conditions.every((holds) => holds(record)),
    findBy: (object, values) => findQuestion(sync, object, values),
    answers: ({ field, value }, record) => foldText(scalarOf(compileGetter(field)(record))) === foldText(value),
  };
}

function scalarOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function findQuestion(sync: SyncDefinition, object: ObjectCapabilities, values: JsonObject): FindQuestion | undefined {
  const askable = Object.keys(object.find?.by ?? {});
  // Match fields come first: they are what the sync's author calls the same record.
  const fields = [...sync.match.map((key) => key.field).filter((field) => askable.includes(field)), ...askable];
  for (const field of fields) {
    const value = compileGetter(field)(values);
    if (typeof value === 'string' && value !== '') return { field, value };
    if (typeof value === 'number') return { field, value: String(value) };
  }
  return undefined;
}
