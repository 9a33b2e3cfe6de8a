import { describe, expect, it } from 'vitest';
import { mappingRule } from '../../../src/cli/lineage/mapping-rule.js';
import { whyText } from '../../../src/cli/lineage/why-text.js';
import { whyView } from '../../../src/cli/lineage/why-view.js';
import { moment } from '../../../src/cli/terminal/wording.js';
import { plainStyle } from '../../../src/cli/terminal/style.js';
import type { FieldMapping } from '../../../src/contracts/sync-definition.js';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { FieldLineage, FieldWrite } from '../../../src/store/lineage.js';
import { syncUnderTest } from '../schedules/sync-under-test.js';

const at = new Date('2026-11-23T12:00:00Z');
const record = { system: 'mailing', object: 'member', id: 'm-1' };
const mapping: FieldMapping = {
  from: ['first', 'last'], to: 'name', type: 'name', required: true, convert: [{ kind: 'call', name: 'join', args: [' '] }, { kind: 'lookup', table: { a: 'b' } }], repair: ['trim'],
  direction: 'forward', maxLength: 9, default: 'none',
};
const write: FieldWrite = {
  id: 'w-2', sync: 'contacts', runId: 'r-2', runMode: 'incremental', definitionVersion: 3, sourceSystem: 'crm', sourceObject: 'contact', sourceId: 'c-1', sourceVersion: '7', externalId: 'm-1',
  kind: 'update', state: 'acknowledged', reason: 'changed at the source', message: null, at, settledAt: at, approvedBy: null, before: 'An', after: 'Ann',
};
const created: FieldWrite = { ...write, id: 'w-1', kind: 'create', before: null, after: 'An', runId: 'r-1', definitionVersion: 2, sourceVersion: null, approvedBy: 'Eve', message: 'Found at the target.' };
const lineage: FieldLineage = { entityId: 'e-1', writes: [write, created], links: [], bases: [{ sync: 'contacts', state: 'live', values: { name: 'Ann' } }] };
const sync = syncUnderTest({ sync: 'contacts', fields: [mapping] });

const holds = (data: JsonObject) => ({ ...record, problem: null, record: { id: 'm-1', version: null, updatedAtMs: null, deleted: false, inactive: false, data } });
const view = (changes: Partial<FieldLineage> = {}, live?: Parameters<typeof whyView>[4]) => whyView(record, 'name', { ...lineage, ...changes }, (_, version) => (version === 3 ? sync : undefined), live);

describe('why', () => {
  it('tells every value with its source, its rule, its run, its reason and its approver', () => {
    expect(whyText(view({}, holds({ name: 'Ann' })), plainStyle).split('\n')).toEqual([
      'mailing.member m-1  name',
      '  now  Ann  as written',
      '',
      `  ${moment(at)}  update  acknowledged  ${moment(at)}`,
      '      An  →  Ann',
      '      from    crm.contact c-1: first, last, version 7',
      '      rule    join(" "), then { a: b }, as name; else none; required; at most 9 characters; mended by trim',
      '      sync    contacts v3',
      '      reason  changed at the source',
      '      run     incremental r-2',
      '',
      `  ${moment(at)}  create  acknowledged  ${moment(at)}`,
      '      An',
      '      from      crm.contact c-1',
      '      rule      its definition does not map this field, or is no longer stored',
      '      sync      contacts v2',
      '      reason    changed at the source',
      '      run       incremental r-1',
      '      approved  by Eve',
      '      answer    Found at the target.',
    ]);
  });

  it.each([
    ['the same value', {}, holds({ name: 'Ann' }), 'as written', '  now  Ann  as written'],
    ['another value', {}, holds({ name: 'Anna' }), 'changed outside since', '  now  Anna  changed outside since: it was Ann'],
    ['no value', {}, holds({}), 'changed outside since', '  now  –  changed outside since: it was Ann'],
    ['no such record', {}, { ...record, problem: null, record: null }, 'not there', '  now  the system has no such record'],
    ['a deleted record', {}, { ...record, problem: null, record: { ...holds({ name: 'Ann' }).record, deleted: true } }, 'marked as deleted', '  now  Ann  the system marks the record as deleted'],
    ['no answer', {}, { ...record, problem: 'it does not answer', record: null }, 'not known', '  now  not known: it does not answer'],
    ['the value of a write that was refused after another', { writes: [{ ...write, state: 'refused' as const, after: 'Bea' }, created] }, holds({ name: 'An' }), 'as written', '  now  An  as written'],
    ['a value that was there before', { writes: [] }, holds({ name: 'Ann' }), 'as agreed', '  now  Ann  as agreed'],
    ['a value that nobody knows of', { writes: [], bases: [] }, holds({ name: 'x' }), 'nothing to compare with', '  now  x  nothing to compare with'],
    ['a value after the record was archived', { writes: [{ ...write, kind: 'archive' as const, before: 'Ann', after: null }, write] }, holds({ name: 'Ann' }), 'as written', '  now  Ann  as written'],
  ])('says what the system holds: %s', (_, changes, live, verdict, line) => {
    const seen = view(changes, live);
    expect(seen.now?.verdict).toBe(verdict);
    expect(whyText(seen, plainStyle).split('\n')[1]).toBe(line);
  });

  it('of a field that was never written shows the value that was found', () => {
    expect(whyText(view({ writes: [] }), plainStyle)).toContain('No write has ever set this field. It was found with this value when the records were matched:\n    contacts  Ann');
  });

  it('an archived record is told without a value and a rule', () => {
    const text = whyText(view({ writes: [{ ...write, kind: 'archive', reason: 'gone at the source', before: 'Ann', after: null }] }), plainStyle);
    expect(text).toContain('  archive  acknowledged');
    expect(text).not.toMatch(/→|rule/);
  });

  it('does not let a value steer the terminal', () => {
    expect(whyText(view({ writes: [{ ...write, after: '\u001b[2J' }] }), plainStyle)).not.toContain('\u001b');
  });

  it('finds a mapping however its path is written', () => {
    const nested = syncUnderTest({ fields: [{ ...mapping, to: '/name' }] });
    expect(whyView(record, 'name', lineage, () => nested, undefined).entries[0]?.from).toEqual(['first', 'last']);
  });
});

it.each<[Partial<FieldMapping>, string]>([
  [{}, 'as text'],
  [{ from: [], constant: 'crm' }, 'fixed value crm, as text'],
  [{ type: 'phone', region: { field: 'country' } }, 'as phone; region from country'],
  [{ type: 'integer', convert: [{ kind: 'call', name: 'to_minor', args: [] }], currency: { value: 'EUR' } }, 'to_minor(), as integer; currency EUR'],
])('the rule of %j is: %s', (changes, rule) => {
  expect(mappingRule({ from: ['a'], to: 'b', type: 'text', required: false, convert: [], repair: [], direction: 'forward', ...changes })).toBe(rule);
});
