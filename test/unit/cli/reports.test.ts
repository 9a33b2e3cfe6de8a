import { describe, expect, test } from 'vitest';
import { noReconciliationCounts } from '../../../src/contracts/reconciliation.js';
import { noCounts } from '../../../src/contracts/run.js';
import { changesText } from '../../../src/cli/definitions/changes-text.js';
import { environmentHint, findingsSummary, findingsText } from '../../../src/cli/definitions/findings-text.js';
import { lettersText, letterText } from '../../../src/cli/letters/letters-text.js';
import { recordText } from '../../../src/cli/records/record-text.js';
import { statusText } from '../../../src/cli/status/status-text.js';
import { plainStyle } from '../../../src/cli/terminal/style.js';
import type { SyncStatusRow } from '../../../src/cli/status/read-status.js';
import { compileDefinitions } from '../../../src/config/definition-set.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { compareSchedules } from '../../../src/schedules/compare-schedules.js';
import { desiredSchedules } from '../../../src/schedules/desired-schedule.js';
import type { DeadLetterDetail } from '../../../src/store/dead-letter-lookup.js';
import type { RecordHistory } from '../../../src/store/record-history.js';
import { syncUnderTest } from '../schedules/sync-under-test.js';

const now = new Date('2026-11-23T12:00:00Z');
const style = { ...plainStyle, now };
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);

describe('check', () => {
  const set = compileDefinitions(parseDefinitions('a.yaml', 'system: crm\nbaseUrl: ${CRM_URL}\nobjekts: {}\n'), '.', { env: {} });

  test('shows each finding with its place, and counts them', () => {
    expect(findingsText(set.findings, style).split('\n')).toContainEqual(expect.stringMatching(/^a\.yaml:3:1 {2}error {2}unknown key 'objekts'/));
    expect(findingsSummary('defs', set, style)).toMatch(/^1 system and 0 syncs in defs: \d errors, 0 warnings\.$/);
  });

  test('says where missing variables are looked for, and that the sandbox sets its own', () => {
    expect(environmentHint(set.findings)).toContain('--no-environment');
    expect(environmentHint(set.findings)).not.toContain('sandbox');
    expect(environmentHint(set.findings.map((finding) => ({ ...finding, message: 'SANDBOX_URL is not set' })))).toContain('npm start');
    expect(environmentHint([])).toBe('');
  });
});

test('plan and apply show what changes, by definition and by schedule', () => {
  const [every] = desiredSchedules([syncUnderTest({ when: { realtime: false, everyMs: 300_000 } })]);
  if (every === undefined) throw new Error('no schedule');
  const schedules = compareSchedules([every], [
    { id: every.id, owned: true, shape: { ...every.shape, jitterMs: 0 }, paused: true, note: 'by Ann', },
    { id: 'crosswalk/old/every', owned: true, shape: null, paused: false, note: '' },
  ]);
  const text = changesText({
    definitions: [
      { kind: 'system', name: 'crm', change: 'created', version: 1, versionBefore: null, diff: [] },
      { kind: 'sync', name: 'a', change: 'changed', version: 3, versionBefore: 2, diff: [{ kind: 'same', text: 'sync: a' }, { kind: 'removed', text: 'x: 1' }, { kind: 'added', text: 'x: 2' }, null] },
      { kind: 'sync', name: 'b', change: 'changed', version: 2, versionBefore: 1, diff: [] },
      { kind: 'sync', name: 'c', change: 'removed', version: 4, versionBefore: 4, diff: [] },
      { kind: 'sync', name: 'd', change: 'unchanged', version: 4, versionBefore: 4, diff: [] },
    ],
    schedules,
    remarks: ['a remark'],
  }, style);
  expect(text.split('\n')).toEqual([
    'Definitions',
    '  + system crm  v1',
    '  ~ sync a  v2 → v3',
    '        sync: a',
    '      - x: 1',
    '      + x: 2',
    '      …',
    '  ~ sync b  v1 → v2',
    '      The text is the same; this release reads it differently.',
    '  - sync c  v4 is retired',
    '    1 definition unchanged',
    '',
    'Schedules',
    '  ~ crosswalk/contacts-to-mailing/every  every 5m  changed: jitter; stays paused by hand: by Ann',
    '  - crosswalk/old/every                            is removed',
    '',
    'a remark',
  ]);
});

describe('status', () => {
  const quiet = { open: 0, unacknowledged: 0, undelivered: 0 };
  const row: SyncStatusRow = {
    sync: 'contacts', title: 'Contacts', from: 'crm.contact', to: 'mailing.member', version: 1, openDeadLetters: 3, linked: 1200, openConflicts: 0, openMatches: 0, nextRunAt: new Date(now.getTime() + 120_000), schedule: 'running', reconciliation: null,
    lastRun: {
      id: 'r', sync: 'contacts', syncNumber: 1, definitionVersion: 1, systemVersions: {}, mode: 'incremental', state: 'succeeded', epoch: 1, stalls: 0, failures: 0, place: {}, message: null, planId: null, approvedBy: null, workflowId: 'w',
      counts: { ...noCounts, read: 1300, created: 7, updated: 2, parked: 1, duplicates: 2 }, startedAt: ago(180), finishedAt: ago(100),
    },
  };
  const addresses = { temporalUi: 'http://ui', api: null, console: null };

  test('shows a sync in one line', () => {
    expect(statusText({ syncs: [row], quality: [], strategies: [], clocks: [], circuits: [], accounts: [], alerts: quiet, schedulesUnknown: null, addresses }, style).split('\n')).toEqual([
      'sync      from → to                     last run   mode         state       read  written  parked  linked  dead letters  next run',
      'contacts  crm.contact → mailing.member  3 min ago  incremental  succeeded  1,300        9       3   1,200             3  in 2 min',
      '',
      'Temporal http://ui',
    ]);
  });

  test('shows an alert of the newest reconciliation, and where to look', () => {
    const reconciliation = { id: '0198f3c2', counts: { ...noReconciliationCounts, source: 1000, target: 990, differs: 12 }, alert: true, alertAbove: 0.005, owner: 'sales', startedAt: ago(7200) };
    const text = (alert: boolean): string => statusText({ syncs: [{ ...row, reconciliation: { ...reconciliation, alert } }], quality: [], strategies: [], clocks: [], circuits: [], accounts: [], alerts: quiet, schedulesUnknown: null, addresses }, style);
    expect(text(true)).toContain('contacts: 12 differences between both sides, 1.2 % (allowed 0.5 %), found 2 h ago, for sales\n  crosswalk reconciliation 0198f3c2');
    expect(text(false)).not.toContain('differences');
  });

  test('names what waits for a person, and the targets that are missed', () => {
    const quality = [
      { quality: 'crm-contacts', day: '2026-11-23', missed: ['invalid values: 3.1% (target 2%)'], targets: 2 }, { quality: 'crm-accounts', day: '2026-11-23', missed: [], targets: 1 },
      { quality: 'crm-deals', day: '2026-11-23', missed: [], targets: 0 }, { quality: 'desk', day: null, missed: [], targets: 0 },
    ];
    const text = statusText({ syncs: [{ ...row, openConflicts: 2, openMatches: 1 }], quality, strategies: [], clocks: [], circuits: [], accounts: [], alerts: quiet, schedulesUnknown: null, addresses }, style);
    expect(text.split('\n').slice(2, -2)).toEqual([
      '', 'contacts: 2 conflicts to decide', '  crosswalk conflicts --sync contacts', 'contacts: 1 question which record is which', '  crosswalk matches --sync contacts',
      '', 'Quality of crm-contacts on 2026-11-23: invalid values: 3.1% (target 2%)', 'Quality of crm-accounts on 2026-11-23: all targets met',
      'Quality of crm-deals on 2026-11-23: measured, no targets set', 'Quality of desk: not measured yet',
    ]);
  });

  test('names open alerts and what was not delivered in one line, and is silent where there are none', () => {
    const text = (alerts: { readonly open: number; readonly unacknowledged: number; readonly undelivered: number }): string => statusText({ syncs: [], quality: [], strategies: [], clocks: [], circuits: [], accounts: [], alerts, schedulesUnknown: null, addresses }, style);
    expect(text({ open: 2, unacknowledged: 1, undelivered: 3 })).toContain('2 alerts open (1 not acknowledged): crosswalk alerts   3 notifications not delivered: crosswalk notifications');
    expect(text({ open: 0, unacknowledged: 0, undelivered: 0 })).not.toMatch(/alert|delivered/);
  });

  test('a plan has written nothing', () => {
    const lastRun = row.lastRun === null ? null : { ...row.lastRun, mode: 'plan' as const };
    expect(statusText({ syncs: [{ ...row, lastRun }], quality: [], strategies: [], clocks: [], circuits: [], accounts: [], alerts: quiet, schedulesUnknown: null, addresses }, style).split('\n')[1]).toMatch(/ plan +succeeded +1,300 +0 +3 /);
  });

  test('leaves columns out where the terminal is narrow', () => {
    const [head = ''] = statusText({ syncs: [row], quality: [], strategies: [], clocks: [], circuits: [], accounts: [], alerts: quiet, schedulesUnknown: null, addresses }, { ...style, columns: 80 }).split('\n');
    expect(head).toBe('sync      last run   state      written  dead letters  next run');
  });

  test.each([['running', '–'], ['paused', 'paused'], ['none', 'by hand'], ['unknown', 'not known']] as const)('without a next run, a schedule that is %s shows "%s"', (schedule, shown) => {
    const text = statusText({ syncs: [{ ...row, nextRunAt: null, schedule }], quality: [], strategies: [], clocks: [], circuits: [], accounts: [], alerts: quiet, schedulesUnknown: schedule === 'unknown' ? 'No server.' : null, addresses }, style);
    expect(text.split('\n')[1]).toMatch(new RegExp(` ${shown}$`));
    expect(text.includes('The schedules are not known: No server.')).toBe(schedule === 'unknown');
  });

  test('a sync that never ran, and no syncs at all', () => {
    expect(statusText({ syncs: [{ ...row, lastRun: null }], quality: [], strategies: [], clocks: [], circuits: [], accounts: [], alerts: quiet, schedulesUnknown: null, addresses }, style).split('\n')[1]).toMatch(/ never /);
    expect(statusText({ syncs: [], quality: [], strategies: [], clocks: [], circuits: [], accounts: [], alerts: quiet, schedulesUnknown: null, addresses }, style)).toContain('crosswalk apply');
  });
});

const letter: DeadLetterDetail = {
  id: '0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70', sync: 'contacts', system: 'crm', object: 'contact', sourceId: 'c-1\u001b[2J', runId: 'r', definitionVersion: 2, stage: 'map', code: 'invalid-email',
  errorFingerprint: 'f', message: 'email: no @', problems: [{ field: 'email', code: 'invalid-email', message: 'no @' }], payload: { email: 'x\u0007' },
  request: { method: 'POST', path: '/members' }, responseExcerpt: 'bad\nrequest', attempts: 2, firstAt: ago(100), lastAt: ago(5), state: 'open', resolvedAt: null, group: '00c0ffee00c0ffee', edit: null,
};

describe('dead letters', () => {
  test('each is listed with its problems', () => {
    expect(lettersText([letter], 3, style).split('\n')).toEqual([
      'crm.contact c-1\\u{1b}[2J  contacts  map invalid-email  2 attempts, 5 s ago',
      '  email: no @',
      `  ${letter.id}`,
      'and 2 more; --limit shows more of them',
    ]);
  });

  test('one is shown with its record, its request and the answer, and cannot steer the terminal', () => {
    const text = letterText(letter, [], style);
    for (const part of ['"email": "x\\u0007"', '"path": "/members"', '  bad\n  request', 'open: it waits for a person']) expect(text).toContain(part);
    for (const control of ['\u0007', '\u001b']) expect(text).not.toContain(control);
  });

  test('without problems the message is the reason', () => {
    expect(letterText({ ...letter, problems: [], message: 'Refused.' }, [], style)).toContain('\nRefused.\n');
  });
});

describe('record', () => {
  const sync = syncUnderTest({ sync: 'contacts', fields: ['email', 'name'].map((to) => ({ from: [to], to, type: 'text', required: false, convert: [], repair: [], direction: 'forward' })) });
  const source = { system: 'crm', object: 'contact', id: 'c-1' };
  const target = { system: 'mailing', object: 'member', id: 'm-1' };
  const history: RecordHistory = {
    entityId: 'e-1',
    links: [{ ...source, objectNumber: 1, state: 'live', version: 'v1', runId: null }, { ...target, objectNumber: 2, state: 'live', version: null, runId: null }],
    bases: [{ sync: 'contacts', state: 'live', values: { name: 'Ann', email: 'a@x.example' } }],
    deadLetters: [],
    writes: [{
      id: 'w', sync: 'contacts', runId: 'r', runMode: 'full', definitionVersion: 1, system: 'mailing', object: 'member', sourceId: 'c-1', externalId: 'm-1', kind: 'update', state: 'acknowledged',
      reason: 'changed at the source', before: { name: 'An' }, after: { name: 'Ann' }, message: null, at: now, settledAt: now,
    }],
  };
  const data = (fields: Record<string, string>) => ({ id: 'x', version: null, updatedAtMs: null, deleted: false, inactive: false, data: fields });

  test('shows links, both values side by side, and every write with its reason', () => {
    const live = [{ ...source, record: null, problem: 'the system does not answer' }, { ...target, record: data({ email: 'a@x.example', name: 'Anna', extra: '1' }), problem: null }];
    const text = recordText({ record: source, history, live, syncs: [sync] }, style);
    expect(text).toContain('the system does not answer');
    expect(text).toMatch(/email {2}a@x\.example {2}a@x\.example\n {2}name {3}Ann {10}Anna +differs\n/);
    expect(text).toContain('update mailing.member m-1  acknowledged  changed at the source');
    expect(text).toContain('      name  An  →  Ann');
    expect(text).not.toContain('extra');
  });

  test.each([['removed', 'removed'], ['unlinked', 'unlinked'], ['live', 'live']] as const)('the link of a target that is %s to its sync says "%s", that of the source stays live', (state, shown) => {
    const bases = history.bases.map((base) => ({ ...base, state }));
    const text = recordText({ record: source, history: { ...history, bases }, live: [], syncs: [{ ...sync, to: target }] }, style);
    expect(text).toMatch(new RegExp(`crm\\.contact +c-1 +live .*\n +mailing\\.member +m-1 +${shown} `));
    expect(text.includes(`before it was ${state}`)).toBe(state !== 'live');
    // Of a sync that is no longer defined, its writes tell the target.
    expect(recordText({ record: source, history: { ...history, bases }, live: [], syncs: [] }, style)).toMatch(new RegExp(`mailing\\.member +m-1 +${shown} `));
  });

  test('without live values it shows those last agreed', () => {
    expect(recordText({ record: source, history, live: [], syncs: [] }, style)).toMatch(/field {2}last agreed\n {2}email {2}a@x\.example\n {2}name {3}Ann\n/);
  });

  test('a record that was parked at once is shown with its letter and its values now', () => {
    const text = recordText({ record: source, history: { entityId: null, links: [], bases: [], writes: [], deadLetters: [letter] }, live: [{ ...source, record: data({ email: 'x' }), problem: null }], syncs: [sync] }, style);
    expect(text).toContain('not linked with any record');
    expect(text).toContain('email: no @');
    expect(text).toContain('crm.contact c-1 now\n  field  value\n  email  x');
  });
});
