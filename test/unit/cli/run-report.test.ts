import { describe, expect, test } from 'vitest';
import { noCounts } from '../../../src/contracts/run.js';
import { fieldChanges } from '../../../src/cli/runs/field-changes.js';
import { planText } from '../../../src/cli/runs/plan-text.js';
import { endedRunText, exitCodeOf, type EndedRun } from '../../../src/cli/runs/run-report.js';
import { plainStyle } from '../../../src/cli/terminal/style.js';
import type { Intent } from '../../../src/store/ledger.js';
import { syncUnderTest } from '../schedules/sync-under-test.js';

test.each([
  ['succeeded', false, 0], ['succeeded', true, 3], ['held', false, 3], ['held', true, 3], ['failed', false, 1], ['interrupted', false, 1], ['stopped', false, 130],
] as const)('a run that %s (strict and parked: %s) ends with exit code %i', (state, strict, code) => {
  expect(exitCodeOf(state, strict)).toBe(code);
});

describe('endedRunText', () => {
  const ended: EndedRun = {
    result: { runId: 'r', sync: 'contacts', mode: 'incremental', state: 'succeeded', message: null, counts: { ...noCounts, read: 1200, created: 1190, parked: 10 } },
    durationMs: 2500, workflowId: 'sync/contacts', url: null,
    letters: { added: 10, again: 2, retried: 0, groups: [{ stage: 'map', code: 'invalid-email', message: 'email: no @', sourceId: 'c-1', count: 9 }] },
  };

  test('shows what was done, and why records were parked', () => {
    expect(endedRunText(ended, plainStyle).split('\n')).toEqual([
      'contacts (incremental) succeeded in 2.5 s',
      '',
      '   read  created  updated  parked',
      '  1,200    1,190        0      10',
      '',
      '10 new dead letters, 2 old ones failed again',
      '     cause              for example',
      '  9  map invalid-email  c-1          email: no @',
      '  and 1 more',
      'See them all with: crosswalk dead-letters --sync contacts',
    ]);
  });

  test('a held run says what to do, and where to look', () => {
    const held = { ...ended, url: 'http://ui', letters: { added: 0, again: 0, retried: 0, groups: [] }, result: { ...ended.result, state: 'held' as const, message: 'Nothing was removed.' } };
    expect(endedRunText(held, plainStyle)).toContain('held in 2.5 s\nNothing was removed.\n');
    expect(endedRunText(held, plainStyle).endsWith('http://ui')).toBe(true);
  });
});

describe('planText', () => {
  const sync = syncUnderTest({ fields: ['email', 'name', 'tags'].map((to) => ({ from: [to], to, type: 'text', required: false, convert: [], repair: [], direction: 'forward' })) });
  const intent = (parts: Partial<Intent>): Intent => ({
    id: 'w', entityId: 'e', sourceId: 'c-1', sourceVersion: null, externalId: 'm-1', kind: 'update', reason: 'changed at the source',
    before: { name: 'Ann', tags: null, email: 'a@x.example' }, after: { name: 'Anne', tags: ['new'], email: 'a@x.example' }, fingerprint: null, expectedVersion: null, ...parts,
  });

  test('shows each planned write field by field, in the order of the mappings, and only what changes', () => {
    expect(planText([intent({})], 3, sync, plainStyle).split('\n')).toEqual([
      '  update  crm.contact c-1 → mailing.member m-1  changed at the source',
      '      name  Ann  →  Anne',
      '      tags  –    →  ["new"]',
      '  and 2 more; --limit shows more of them',
      'Nothing has been written.',
    ]);
  });

  test('a creation shows what it sets, a removal only the record', () => {
    const text = planText([intent({ kind: 'create', externalId: null, before: null, after: { tags: [], email: 'b@x.example', name: null } }), intent({ kind: 'archive', after: {} })], 2, sync, plainStyle);
    expect(text.split('\n').slice(0, 4)).toEqual([
      '  create  crm.contact c-1 → new mailing.member  changed at the source',
      '      email  b@x.example',
      '      tags   []',
      '  archive  crm.contact c-1 → mailing.member m-1  changed at the source',
    ]);
  });

  test('a plan without writes says so', () => {
    expect(planText([], 0, sync, plainStyle)).toContain('Nothing would be written.');
  });
});

test('a field that the target lost counts as changed', () => {
  expect(fieldChanges({ a: 1 }, { a: null }, undefined)).toEqual([{ field: 'a', before: 1, after: null }]);
});
