import { hash } from 'node:crypto';
import type { Json, JsonObject } from '../../src/contracts/json.js';
import type { ObjectCapabilities } from '../../src/contracts/system-definition.js';
import { compileGetter } from '../../src/domain/json-pointer.js';
import { foldText } from '../../src/domain/strong-keys.js';
import type { RecordMapper } from '../sync/record-mapper.js';

/** createRawMapper takes records as they are: for writes against a sync's direction, whose mapping says nothing of them. */
export function createRawMapper(): RecordMapper {
  return {
    map: (values) => ({ ok: true, values, repairs: [] }),
    project: (record) => record,
    keys: () => [],
    fingerprint: (values) => hash('sha256', JSON.stringify(values), 'hex').slice(0, 32),
    inScope: () => true,
    findBy: (object: ObjectCapabilities, values: JsonObject) => {
      for (const field of Object.keys(object.find?.by ?? {})) {
        const value = textOf(compileGetter(field)(values));
        if (value !== '') return { field, value };
      }
      return undefined;
    },
    answers: ({ field, value }, record) => foldText(textOf(compileGetter(field)(record))) === foldText(value),
  };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
