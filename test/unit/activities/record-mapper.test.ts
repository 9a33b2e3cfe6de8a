import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRecordMapper } from '../../../activities/sync/record-mapper.js';
import type { FieldMapping, SyncDefinition } from '../../../src/contracts/sync-definition.js';
import type { FindOperation, ObjectDefinition } from '../../../src/contracts/system-definition.js';
import { anyJson } from '../domain/any-json.js';

const field = (from: string, to: string, more: Partial<FieldMapping> = {}): FieldMapping => ({ from: [from], to, type: 'text', required: false, convert: [], repair: ['trim'], direction: 'forward', ...more });

const sync: SyncDefinition = {
  sync: 'contacts', title: 'Contacts', from: { system: 'crm', object: 'contact' }, to: { system: 'mailing', object: 'member' }, when: { realtime: false },
  match: [{ field: 'email_address', kind: 'email' }, { field: 'phone', kind: 'phone' }],
  fields: [field('email', 'email_address', { type: 'email' }), field('phone', 'phone'), field('city', '/address/city'), field('zip', '/address/zip'), field('id', 'external_id')],
  scope: { kind: 'compare', field: 'kind', operator: '=', value: 'person' },
  onDelete: 'archive', onInactive: 'sync', limits: { deletes: 0.02, changes: 0.3, blanks: 1 }, rollout: { mode: 'live', cohort: { kind: 'compare', field: 'team', operator: '=', value: 'emea' } },
};
const mapper = createRecordMapper(sync, 'Europe/Berlin');

function objectWith(by: FindOperation['by'] | undefined): ObjectDefinition {
  return {
    list: { method: 'GET', path: '/members', params: {}, records: '', paginate: { type: 'none' } }, id: '/id',
    ...(by === undefined ? {} : { find: { method: 'GET', path: '/members', records: '', by } }),
  };
}

describe('a record mapper', () => {
  test('maps a source record into the shape of the target', () => {
    expect(mapper.map({ id: 'c1', email: 'Ada@Example.org ', phone: '+49 30 1', city: ' Berlin ', zip: '10115', other: 'left out' })).toMatchObject({
      ok: true, values: { email_address: 'Ada@Example.org', phone: '+49 30 1', address: { city: 'Berlin', zip: '10115' }, external_id: 'c1' },
    });
  });

  test('projects a target record into the same shape, with null for what is not there', () => {
    expect(mapper.project({ id: 't1', email_address: 'a@b.org', address: { city: 'Bonn', street: 'not mapped' }, status: 'not mapped' })).toEqual({
      email_address: 'a@b.org', phone: null, address: { city: 'Bonn', zip: null }, external_id: null,
    });
  });

  test('gives a record that the target kept as it was sent the same fingerprint on both sides', () => {
    const texts = fc.record({ id: fc.string(), email: fc.constantFrom('a@b.org', ''), phone: fc.string(), city: fc.string(), zip: fc.string() });
    fc.assert(fc.property(texts, (record) => {
      const mapped = mapper.map(record);
      if (!mapped.ok) return;
      expect(mapper.fingerprint(mapper.project({ ...mapped.values, more: 1 }))).toBe(mapper.fingerprint(mapped.values));
    }));
  });

  test('gives different values different fingerprints of 32 hex digits', () => {
    const values = { email_address: 'a@b.org', phone: null, address: { city: 'Bonn', zip: null }, external_id: 'c1' };
    expect(mapper.fingerprint(values)).toMatch(/^[0-9a-f]{32}$/);
    expect(mapper.fingerprint({ ...values, external_id: 'c2' })).not.toBe(mapper.fingerprint(values));
    expect(mapper.fingerprint({ ...values, phone: '' })).not.toBe(mapper.fingerprint(values));
  });

  test('never throws on what a target record may hold', () => {
    fc.assert(fc.property(anyJson, anyJson, (address, email) => {
      const values = mapper.project({ address, email_address: email });
      mapper.keys(values);
      mapper.fingerprint(values);
    }));
  });

  test('finds the strong keys in the order of the definition', () => {
    expect(mapper.keys({ phone: '+49301', email_address: 'ADA@Example.org', external_id: 'c1' }).map(({ kind }) => kind)).toEqual(['email']);
    expect(mapper.keys({ phone: '+49 30 1234567', email_address: 'ADA@Example.org' }).map(({ kind, value }) => [kind, value])).toEqual([['email', 'ada@example.org'], ['phone', '+49301234567']]);
    expect(mapper.keys({})).toEqual([]);
  });

  test.each([
    [{ kind: 'person', team: 'emea' }, true], [{ kind: 'person', team: 'apac' }, false], [{ kind: 'company', team: 'emea' }, false], [{}, false],
  ])('says of %j that it is in scope: %s', (record, inScope) => {
    expect(mapper.inScope(record)).toBe(inScope);
  });

  test.each([
    ['a match field before any other', { external_id: {}, email_address: {} }, { email_address: 'a@b.org', external_id: 'c1' }, { field: 'email_address', value: 'a@b.org' }],
    ['match fields in their order', { phone: {}, email_address: {} }, { email_address: 'a@b.org', phone: '+491' }, { field: 'email_address', value: 'a@b.org' }],
    ['the next field where the first is empty', { external_id: {}, email_address: {} }, { email_address: null, external_id: 'c1' }, { field: 'external_id', value: 'c1' }],
    ['a number as text', { external_id: {} }, { external_id: 17 }, { field: 'external_id', value: '17' }],
    ['nothing where every field is empty', { email_address: {} }, { email_address: '', phone: '+491' }, undefined],
    ['nothing where the target cannot be asked', undefined, { email_address: 'a@b.org' }, undefined],
  ])('asks for %s', (_what, by, values, question) => {
    expect(mapper.findBy(objectWith(by), values)).toEqual(question);
  });
});
