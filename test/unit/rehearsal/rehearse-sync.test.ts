import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../../src/config/definition-set.js';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { SyncDefinition } from '../../../src/contracts/sync-definition.js';
import { Placeholders } from '../../../src/rehearsal/placeholders.js';
import { PlanningConnector } from '../../../src/rehearsal/planning-connector.js';
import { readingOf } from '../../../src/rehearsal/reading-connector.js';
import { rehearseSync, type SyncSurroundings } from '../../../src/rehearsal/rehearse-sync.js';
import { writableConnector } from './under-test.js';

const { syncs, systems } = await loadDefinitions('examples/sandbox', { checkEnvironment: false });
const shipped = syncs.get('contacts-to-mailing');
const targetObject = systems.get('mailing')?.objects['member'];
if (shipped === undefined || targetObject === undefined) throw new Error('The example is not there.');
const sync: SyncDefinition = shipped;

const contact = { id: 'c-1', email: ' Ada@Example.com ', first_name: 'Ada', last_name: 'Byron', lifecycle: 'won' };
const member = { id: 'm-1', email_address: 'ada@example.com', first_name: 'Ada', last_name: 'B.' };

async function trying(data: JsonObject, { members = [], definition = sync, ...more }: Partial<SyncSurroundings> & { readonly members?: readonly JsonObject[]; readonly definition?: SyncDefinition } = {}) {
  const sent: unknown[] = [];
  const target = new PlanningConnector(readingOf('mailing', async () => writableConnector('mailing', { 'mailing.member': members }, sent)), new Placeholders());
  const result = await rehearseSync({ sync: definition, record: { id: 'c-1', data, deleted: false, inactive: false }, timeZone: 'UTC', known: undefined, holderOf: async () => undefined, target, targetObject: targetObject!, signal: new AbortController().signal, ...more });
  expect(sent).toEqual([]);
  return { result, planned: target.planned };
}

describe('a sync is tested with a record', () => {
  it('that is new', async () => {
    const { result, planned } = await trying(contact);
    expect(result).toMatchObject({ does: 'create', reason: 'new', counterpart: null, repairs: expect.arrayContaining([{ field: 'email_address', repair: 'trim' }]) });
    expect(result.changes).toContainEqual({ field: 'email_address', now: null, after: 'ada@example.com', changedThere: false });
    expect(planned).toMatchObject([{ kind: 'create', object: 'member', fields: { email_address: 'ada@example.com', lifecycle: 'Customer' } }]);
  });

  it('that the target has already, by its key', async () => {
    const { result } = await trying(contact, { members: [member] });
    expect(result).toMatchObject({ does: 'update', reason: 'changed', counterpart: { id: 'm-1', by: 'key', field: 'email_address' } });
    expect(result.changes).toContainEqual({ field: 'last_name', now: 'B.', after: 'Byron', changedThere: false });
    expect(result.changes.map(({ field }) => field)).not.toContain('email_address');
  });

  it('that the target has twice, or that another record is linked with', async () => {
    expect((await trying(contact, { members: [member, { ...member, id: 'm-2' }] })).result).toMatchObject({ does: 'park', reason: 'several-counterparts' });
    const { result, planned } = await trying(contact, { members: [member], holderOf: async () => 'c-9' });
    expect([result.does, result.reason, planned]).toEqual(['park', 'duplicate', []]);
    expect(result.notes.join(' ')).toContain('c-9');
  });

  it('that is linked: only what differs from the base is written, and what changed at the target is told', async () => {
    const { result: { changes: all } } = await trying(contact);
    const base = Object.fromEntries(all.map(({ field, after }) => [field, after]));
    const known = { id: 'm-1', archived: false, base };
    expect((await trying(contact, { known, members: [{ ...base, id: 'm-1' }] })).result).toMatchObject({ does: 'skip', reason: 'unchanged' });
    const { result } = await trying({ ...contact, last_name: 'King' }, { known, members: [{ ...base, id: 'm-1', last_name: 'Lovelace' }] });
    expect(result.changes).toContainEqual({ field: 'last_name', now: 'Lovelace', after: 'King', changedThere: true });
    expect(result.changes.map(({ field }) => field).toSorted()).toEqual(['full_name', 'last_name']);
  });

  it('that cannot be mapped', async () => {
    const { result, planned } = await trying({ ...contact, email: 'nobody' });
    expect(result).toMatchObject({ does: 'park', reason: 'not-mapped', problems: [{ field: 'email_address', code: 'invalid-email' }] });
    expect(planned).toEqual([]);
  });

  it.each([
    ['deleted', { deleted: true, inactive: false }, 'archive', 'deleted'], ['inactive', { deleted: false, inactive: true }, 'archive', 'inactive'],
  ])('that is %s', async (_what, flags, does, reason) => {
    const record = { id: 'c-1', data: contact, ...flags };
    expect((await trying(contact, { record, known: { id: 'm-1', archived: false } })).result).toMatchObject({ does, reason });
    expect((await trying(contact, { record })).result.does).toBe('skip');
  });

  it('that is out of scope, and of a sync that is on trial', async () => {
    const definition: SyncDefinition = { ...sync, scope: { kind: 'compare', field: 'lifecycle', operator: '=', value: 'lead' }, rollout: { mode: 'shadow' } };
    expect((await trying(contact, { definition })).result).toMatchObject({ does: 'skip', reason: 'out-of-scope', inScope: false, notes: [expect.stringContaining('on trial')] });
  });

  it('of any shape, and sends nothing', async () => {
    await fc.assert(fc.asyncProperty(fc.dictionary(fc.constantFrom('id', 'email', 'first_name', 'phone', 'country', 'birthday', 'lifecycle'), fc.jsonValue()), fc.boolean(), fc.boolean(), async (data, deleted, linked) => {
      const { result, planned } = await trying(data as JsonObject, { record: { id: 'c-1', data: data as JsonObject, deleted, inactive: false }, members: [member], ...(linked ? { known: { id: 'm-1', archived: false } } : {}) });
      expect(planned).toHaveLength(['skip', 'park', 'unlink'].includes(result.does) ? 0 : 1);
    }));
  });
});
