import type { SourceRecord } from '../contracts/connector.js';
import type { Json } from '../contracts/json.js';
import type { ObjectDefinition } from '../contracts/system-definition.js';
import { compileGetter } from '../domain/json-pointer.js';
import type { HttpAnswer } from '../http/client-types.js';
import { createElementsReader, createOnlyReader } from './answer-records.js';
import { fillValue } from './fill-value.js';
import { createParameterPlacer } from './read-request.js';
import { readScalarText } from './record-id.js';
import type { Requester } from './requester.js';
import type { Selector } from './selector.js';

/** Lookup reads single records of one object. */
export interface Lookup {
  /** get reads the record of an id, null where the system says that it is not there; throws SystemError. */
  get(id: string, signal: AbortSignal): Promise<SourceRecord | null>;
  /** find reads the records whose field has a value, as far as they are on the first page; throws SystemError. */
  find(field: string, value: string, signal: AbortSignal): Promise<readonly SourceRecord[]>;
}

/** createLookup makes the lookup of an object; `object` is its name, for messages. */
export function createLookup(object: string, definition: ObjectDefinition, requester: Requester, selector: Selector): Lookup {
  const { client } = requester;
  const { get: getOperation, find: findOperation } = definition;
  const recordOf = getOperation === undefined ? undefined : compileGetter(getOperation.record);
  const placed = findOperation === undefined ? undefined : createParameterPlacer(findOperation, (text) => client.resolve(text));
  const elementsOf = findOperation === undefined ? undefined : findOperation.single === true ? createOnlyReader(findOperation.records) : createElementsReader(client, findOperation.records);

  const elementOf = compileGetter(findOperation?.record ?? '');

  const select = (element: Json | undefined, request: string, answer: HttpAnswer): SourceRecord => {
    const read = element === undefined ? 'it is not there' : selector.record(element);
    if (typeof read !== 'string') return read;
    throw client.failed({ outcome: 'retry', code: 'unexpected-shape', what: `was answered with a record that cannot be used: ${read}`, request, answer });
  };

  const lookup: Lookup = {
    async get(id, signal) {
      if (getOperation === undefined || recordOf === undefined) throw new Error(`The object ${object} has no get.`);
      const verdict = await client.send(requester.request(getOperation, id, { operation: 'read', signal }));
      if (verdict.outcome === 'not-found') return null;
      if (verdict.outcome !== 'ok') throw verdict.error;
      const { answer } = verdict;
      return select(answer.json === undefined ? undefined : recordOf(answer.json), `${getOperation.method} ${getOperation.path}`, answer);
    },
    async find(field, value, signal) {
      const params = findOperation !== undefined && Object.hasOwn(findOperation.by, field) ? findOperation.by[field] : undefined;
      if (findOperation === undefined || placed === undefined || elementsOf === undefined || params === undefined) throw new Error(`The object ${object} has no find by '${field}'.`);
      // The value comes in after the references, which it must never be read as.
      const query = Object.fromEntries(Object.entries(requester.resolveAll(params)).map(([name, text]) => [name, fillValue(text, value)]));
      const verdict = await client.send(requester.request(findOperation, null, { operation: findOperation.single === true ? 'read' : 'list', ...placed(query), signal }));
      // Of a search, only a rule of the definition reads an answer so; a 404 by itself may be a wrong path.
      if (verdict.outcome === 'not-found') return [];
      if (verdict.outcome !== 'ok') throw verdict.error;
      const { answer } = verdict;
      const name = `${findOperation.method} ${findOperation.path}`;
      // One that cannot be read is an error: left out, it would look as if there were none.
      const found = elementsOf(answer, name).map((element) => select(elementOf(element), name, answer));
      const whole = findOperation.partial !== true ? found : await Promise.all(found.map(({ id }) => lookup.get(id, signal)));
      const has = findOperation.loose === true ? createFieldTest(field, value) : () => true;
      // One that is gone since is not found.
      return whole.filter((record) => record !== null).filter(has);
    },
  };
  return lookup;
}

/** Whether a field of a record has a value, whatever its case. */
function createFieldTest(field: string, value: string): (record: SourceRecord) => boolean {
  const get = compileGetter(field);
  const wanted = plain(value);
  return (record) => plain(readScalarText(get(record.data))) === wanted;
}

function plain(text: string | undefined): string | undefined {
  return text?.normalize('NFC').trim().toLowerCase();
}
