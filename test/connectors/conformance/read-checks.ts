import { expect } from 'vitest';
import type { ListOperation, ObjectDefinition, RestSystemDefinition } from '../../../src/contracts/system-definition.js';
import { fillValue } from '../../../src/connectors/fill-value.js';
import { isJsonObject } from '../../../src/domain/json-pointer.js';
import { put } from '../vendor-fake/places.js';
import { listAll, NotApplicable, signal, type Subject } from './context.js';

const unknownTime = Date.UTC(2026, 0, 1);

/** Pages of so few records, so that a short list has several. */
const small = 3;

/** paging reads lists of none, one, exactly a page and one more than a page. */
export async function paging(subject: Subject): Promise<void> {
  for (const [name, object] of subject.objects('no lists', () => true)) {
    const { paginate } = object.list;
    const size = paginate.type === 'none' ? 5 : paginate.limit;
    for (const count of [0, 1, size, size + 1]) {
      subject.vendor.forget();
      const ids = Array.from({ length: count }, (_, at) => subject.store(name).create({ at: String(at) }).id);
      const read = await listAll(subject.open(), name);
      expect(read.ids.toSorted(), `${name}, ${count} records`).toEqual(ids.toSorted());
    }
  }
}

/** changes reads what changed since a time, and goes on from every page of it without losing or missing a record. */
export async function changes(subject: Subject): Promise<void> {
  for (const [name, object] of subject.objects('no object can be asked for changes', ({ since }) => since !== undefined)) {
    subject.vendor.forget();
    const made = Array.from({ length: 3 * small + 1 }, (_, at) => subject.store(name).create({ at: String(at) }, unknownTime + at * 60_000));
    const connector = subject.open({ change: (definition) => withSmallPages(definition, name) });
    const later = made.slice(3);
    const sinceMs = later[0]?.changedMs ?? 0;
    const whole = await listAll(connector, name, { sinceMs });
    expect(whole.ids.toSorted(), `${name} since`).toEqual(later.map(({ id }) => id).toSorted());
    expect(whole.records.map(({ updatedAtMs }) => updatedAtMs).toSorted(), `${name} times`).toEqual(later.map(({ changedMs }) => changedMs).toSorted());
    for (const [at, { next }] of whole.pages.entries()) {
      if (next === null) continue;
      const rest = await listAll(connector, name, { sinceMs, from: next as Record<string, string> });
      expect(rest.ids, `${name} from page ${at + 1}`).toEqual(whole.pages.slice(at + 1).flatMap(({ ids }) => ids));
    }
    expect((await listAll(connector, name, { sinceMs: unknownTime + 86_400_000 })).ids, `${name} of the future`).toEqual([]);
    expect(object.since?.overlapMs).toBeGreaterThan(0);
  }
}

/** lookUps asks for records by every field that the connector can look up, with values that a query could stumble over. */
export async function lookUps(subject: Subject): Promise<void> {
  for (const [name, object] of subject.objects('no object can be looked up', ({ find }) => find !== undefined)) {
    for (const by of Object.keys(object.find?.by ?? {})) {
      subject.vendor.forget();
      const connector = subject.open();
      for (const value of ['nobody@nowhere.example', 'O\'Brien & Söhne "GmbH" = ${HOME}?', '+44 20 7946 0000']) {
        const found = await connector.find(name, by, value, signal).catch((error: unknown) => error);
        expect(found, `${name} by ${by}: ${value}`).toEqual([]);
        if (object.find?.loose === true && !JSON.stringify(object.find.by[by]).includes('{value}')) continue;
        const { url, body } = subject.vendor.seen.at(-1) ?? { url: '', body: '' };
        const asked = body === '' ? [...new URL(url, 'http://fake').searchParams.values(), ...url.split(/[/?]/).map(decodeURIComponent)] : texts(JSON.parse(body));
        // A query language stands around the value, or all of it is encoded.
        const wanted = new Set([value, ...Object.values(object.find?.by[by] ?? {}).map((template) => fillValue(template, value))]);
        expect(asked.filter((text) => wanted.has(text)), `${name} by ${by}: ${value} in ${asked.join(', ')}`).not.toEqual([]);
      }
    }
  }
}

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** unknownFields reads records with fields that nobody expects, and hands them on. */
export async function unknownFields(subject: Subject): Promise<void> {
  for (const [name, object] of subject.objects('no lists', () => true)) {
    subject.vendor.forget();
    const extra = { 'neue Spalte': 'Ünal', 'a/b~c': null, deep: { list: [1, { x: true }], empty: {} } };
    const { id } = subject.store(name).create(extra);
    const { records } = await listAll(subject.open(), name);
    expect(records.map((record) => record.id), name).toEqual([id]);
    expect(records[0]?.data, name).toMatchObject(extra);
    if (object.get !== undefined) expect((await subject.open().get(name, id, new AbortController().signal))?.data, name).toMatchObject(extra);
  }
}

/** dates reads the same instant however the system writes its zone. */
export async function dates(subject: Subject): Promise<void> {
  const written = ['2026-03-29T01:30:00Z', '2026-03-29T03:30:00+02:00', '2026-03-28T20:30:00.000-0500', '/Date(1774747800000+1300)/'];
  for (const [name, object] of subject.objects('no object has an updated-at', ({ since }) => since !== undefined)) {
    const field = object.since?.field ?? '';
    const numbers = object.since?.format === 'unix' ? [1_774_747_800, '1774747800'] : object.since?.format === 'unix-ms' ? [1_774_747_800_000] : [];
    for (const text of [...numbers, ...written]) {
      subject.vendor.forget();
      const raw = put(subject.store(name).raw(subject.store(name).create({})), field, text);
      subject.vendor.fail({ status: 200, body: put({}, object.list.records, [raw]) });
      for await (const page of subject.open().list(name, { signal: new AbortController().signal })) {
        expect(page.records[0]?.updatedAtMs, `${name} ${text}`).toBe(1_774_747_800_000);
        break;
      }
    }
  }
}

/** documentAnswers reads the answers that the vendor's document gives as examples. */
export async function documentAnswers(subject: Subject, document: string | undefined): Promise<void> {
  if (document === undefined) throw new NotApplicable('no document to read answers of');
  for (const [name] of subject.objects('no lists', () => true)) {
    subject.vendor.forget();
    subject.vendor.answersFromDocument = true;
    for await (const page of subject.open().list(name, { signal: new AbortController().signal })) {
      expect(page.records.length, `${name}: records in the document's example`).toBeGreaterThan(0);
      expect(isJsonObject(page.records[0]?.data), name).toBe(true);
      break;
    }
  }
}

function withSmallPages(definition: RestSystemDefinition, name: string): RestSystemDefinition {
  const object = definition.objects[name];
  if (object === undefined) return definition;
  const shortened = (list: ListOperation): ListOperation => (list.paginate.type === 'none' ? list : { ...list, paginate: { ...list.paginate, limit: small } });
  const since: ObjectDefinition['since'] = object.since?.list === undefined ? object.since : { ...object.since, list: shortened(object.since.list) };
  return { ...definition, objects: { ...definition.objects, [name]: { ...object, list: shortened(object.list), ...(since === undefined ? {} : { since }) } } };
}
