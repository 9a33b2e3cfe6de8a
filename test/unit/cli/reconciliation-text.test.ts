import { describe, expect, test } from 'vitest';
import { noReconciliationCounts } from '../../../src/contracts/reconciliation.js';
import { departmentSums } from '../../../src/cli/reconciliations/list-report.js';
import { differencesText, percentText, planText, progressLine, summaryText } from '../../../src/cli/reconciliations/reconciliation-text.js';
import { plainStyle } from '../../../src/cli/terminal/style.js';
import type { Difference } from '../../../src/store/reconciliation-differences.js';
import type { Reconciliation } from '../../../src/store/reconciliations.js';

const now = new Date('2026-11-23T12:00:00Z');
const style = { ...plainStyle, now };
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);

const reconciliation: Reconciliation = {
  id: 'r1', sync: 'contacts', syncNumber: 1, definitionVersion: 1, systemVersions: {}, owner: 'sales', state: 'succeeded', epoch: 1, stalls: 0, failures: 0, place: {},
  counts: { ...noReconciliationCounts, source: 1_000, target: 998, agreeing: 990, differs: 7, onlySource: 3 }, alertAbove: 0.005, alert: true, plan: null, message: null, workflowId: 'w',
  startedAt: ago(60), finishedAt: ago(50),
};

const difference: Difference = {
  number: 1, kind: 'differs', cause: 'changed-outside', detail: 'The target no longer holds what was last written.', sourceId: 'c2', targetId: 't2', duplicateSide: null, duplicateOf: null,
  fields: ['name', '/address/city'], sourceValues: { name: 'Ann', address: { city: 'Ulm' } }, targetValues: { name: 'By hand', address: { city: null } }, lastWriter: 'target', lastWriteId: null, since: ago(7200), confirmed: true,
};

test('a summary says how much differs and why', () => {
  const groups = [{ kind: 'differs' as const, cause: 'changed-outside' as const, count: 7, oldest: ago(7200) }, { kind: 'only-source' as const, cause: 'missed' as const, count: 3, oldest: ago(60) }];
  expect(summaryText(reconciliation, groups, style).split('\n')).toEqual([
    'contacts: 10 differences, 1 % of the records',
    '  r1  1 min ago in 10.0 s  for sales',
    '',
    '  source  target  agreeing',
    '   1,000     998       990',
    '',
    '     difference   cause            oldest',
    '  7  differs      changed-outside  2 h ago',
    '  3  only-source  missed           1 min ago',
    '',
    'Alert: more than the 0.5 % that the sync allows.',
  ]);
});

test('both sides that agree are said to', () => {
  expect(summaryText({ ...reconciliation, alert: false, counts: { ...noReconciliationCounts, source: 2, target: 2, agreeing: 2 } }, [], style)).toMatch(/^contacts: both sides agree\n/);
});

test('a difference is shown with its records, its fields and its cause', () => {
  expect(differencesText([difference], 3, { from: 'crm.contact', to: 'mailing.member' }, style).split('\n')).toEqual([
    'crm.contact c2 ↔ mailing.member t2  differs, changed-outside  since 2 h ago, last written by the target',
    '  The target no longer holds what was last written.',
    '                   source  target',
    '    name           Ann     By hand',
    '    /address/city  Ulm     –',
    'and 2 more; --limit shows more of them, --format csv writes all of them',
  ]);
});

test('a plan says what is left to people', () => {
  expect(planText({ runId: 'p', writes: 1, left: 1 }, style)).toBe('The repair is planned: 1 write. Nothing has been written.\n1 difference is left to people.\nSee it, then approve and apply it, with: crosswalk plans show p');
  expect(planText({ runId: 'p', writes: 0, left: 0 }, style)).toMatch(/^There is nothing/);
});

test('progress says what is read and looked at', () => {
  expect(progressLine(null)).toMatch(/^waiting for a worker/);
  const counts = { ...noReconciliationCounts, source: 1_500, target: 20, pairs: 10, judged: 4, differs: 1 };
  expect(progressLine({ reconciliationId: 'r', phase: 'reading the target', stopping: false, counts })).toBe('reading the target, 1,500 at the source, 20 at the target');
  expect(progressLine({ reconciliationId: 'r', phase: 'comparing', stopping: false, counts })).toMatch(/4 of 10 looked at, 1 difference$/);
});

test.each([[0, '0 %'], [0.000_001, 'less than 0.01 %'], [0.005, '0.5 %'], [1, '100 %']])('the share %d is %s', (share, text) => expect(percentText(share)).toBe(text));

describe('departments', () => {
  test('are summed up, the one with the most differences first', () => {
    const of = (owner: string | null, differs: number, alert = false) => ({ owner, alert, counts: { ...noReconciliationCounts, source: 100, target: 90, differs } });
    expect(departmentSums([of('sales', 1), of(null, 0), of('support', 5, true), of('sales', 2)])).toMatchObject([
      { department: 'support', syncs: 1, records: 100, differences: 5, alerts: 1 }, { department: 'sales', syncs: 2, records: 200, differences: 3, alerts: 0 }, { department: null, differences: 0 },
    ]);
  });
});
