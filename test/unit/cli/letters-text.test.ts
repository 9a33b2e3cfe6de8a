import { describe, expect, test } from 'vitest';
import { groupsText, letterText } from '../../../src/cli/letters/letters-text.js';
import { previewText } from '../../../src/cli/letters/preview-report.js';
import { endedRunText } from '../../../src/cli/runs/run-report.js';
import { plainStyle } from '../../../src/cli/terminal/style.js';
import type { LetterEvent, LetterPreview } from '../../../src/contracts/dead-letter.js';
import { redriveWorkflowId } from '../../../src/contracts/ids.js';
import { noCounts } from '../../../src/contracts/run.js';
import type { DeadLetterDetail } from '../../../src/store/dead-letter-lookup.js';
import { syncUnderTest } from '../schedules/sync-under-test.js';

const now = new Date('2026-11-23T12:00:00Z');
const style = { ...plainStyle, now };
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);

const letter: DeadLetterDetail = {
  id: '0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70', sync: 'contacts', system: 'crm', object: 'contact', sourceId: 'c-1', runId: 'r', definitionVersion: 2, stage: 'map', code: 'invalid-email',
  errorFingerprint: 'f', message: 'email: no @', problems: [{ field: 'email', code: 'invalid-email', message: 'no @' }], payload: { email: 'x' }, request: null, responseExcerpt: null,
  attempts: 2, firstAt: ago(100), lastAt: ago(5), state: 'open', resolvedAt: null, group: '00c0ffee00c0ffee', edit: null,
};
const edit = { payload: { email: 'ada@example.org' }, version: '7', by: 'ada\u001b[2J', at: ago(60) };

test('groups are shown with how many share a cause, the newest, and the id that a redrive takes', () => {
  const text = groupsText([{ sync: 'contacts', stage: 'map', code: 'required', group: '00c0ffee00c0ffee', count: 1200, newestAt: ago(120), example: 'name: is missing', exampleId: letter.id }], style);
  expect(text.split('\n')).toEqual([
    '1,200 dead letters with 1 cause',
    '         sync      cause         group             newest     for example',
    '  1,200  contacts  map required  00c0ffee00c0ffee  2 min ago  name: is missing',
  ]);
});

describe('a letter', () => {
  test('is shown with its edited copy and who did what, and cannot steer the terminal', () => {
    const events: LetterEvent[] = [
      { at: ago(60), by: 'ada\u001b[2J', action: 'edited', runId: null, note: null }, { at: ago(50), by: 'grace', action: 'redriven', runId: 'r-2', note: null },
      { at: ago(40), by: 'crosswalk', action: 'retried', runId: 'r-3', note: null }, { at: ago(30), by: 'ada', action: 'discarded', runId: null, note: 'a test \u0007record' },
    ];
    const text = letterText({ ...letter, edit }, events, style);
    for (const part of ['Edited copy, by ada\\u{1b}[2J', '"ada@example.org"', 'History', 'redrove it', 'run r-2', 'tried it again without being asked', 'discarded it: a test \\u{7}record', '00c0ffee00c0ffee']) expect(text).toContain(part);
    for (const control of ['\u0007', '\u001b']) expect(text).not.toContain(control);
  });

  test('that nobody has touched has no history', () => {
    expect(letterText(letter, [], style)).not.toContain('History');
  });
});

describe('a preview', () => {
  const sync = syncUnderTest({ fields: [{ from: ['email'], to: 'email', type: 'text', required: false, convert: [], repair: [], direction: 'forward' }] });
  const nothing: LetterPreview = { runId: 'r', definitionVersion: 3, writes: [], problems: [] };

  test('shows the writes field by field', () => {
    const text = previewText(letter, { ...nothing, writes: [{ kind: 'create', sourceId: 'c-1', externalId: null, reason: 'new at the source', before: null, after: { email: 'ada@example.org' } }] }, sync, style);
    expect(text.split('\n')).toEqual([
      'On version 3 of contacts, with the record as the source holds it:',
      '  create  crm.contact c-1 → new mailing.member  new at the source',
      '      email  ada@example.org',
      'Nothing has been written.',
    ]);
  });

  test('says why the record would be parked again', () => {
    const text = previewText({ ...letter, edit: { ...edit, by: 'ada' } }, { ...nothing, problems: [{ sourceId: 'c-1', stage: 'map', code: 'invalid-email', message: '', problems: letter.problems }] }, sync, style);
    expect(text).toContain('the copy that ada has edited');
    expect(text).toContain('  would be parked again: map invalid-email\n    email: no @\n');
  });

  test('without writes says what a redrive would do', () => {
    expect(previewText(letter, nothing, sync, style)).toContain('closes the letter');
    expect(previewText({ ...letter, code: 'unknown-outcome' }, nothing, sync, style)).toContain('looks first whether the write');
  });
});

test('a run says that it tried letters of an outage again', () => {
  const ended = {
    result: { runId: 'r', sync: 'contacts', mode: 'incremental' as const, state: 'succeeded' as const, message: null, counts: noCounts }, durationMs: 1, workflowId: 'sync/contacts', url: null,
    letters: { added: 0, again: 0, retried: 2, groups: [] },
  };
  expect(endedRunText(ended, plainStyle)).toMatch(/\n\nTried 2 dead letters of an earlier outage again$/);
});

test.each([
  [{ kind: 'letter', id: 'x' }, 'redrive', 'redrive/x'], [{ kind: 'letter', id: 'x' }, 'plan', 'preview/x'], [{ kind: 'group', group: 'g' }, 'redrive', 'redrive/contacts/g'], [{ kind: 'all' }, 'redrive', 'redrive/contacts/all'],
] as const)('the redrive of %j as %s has the workflow id %s', (letters, mode, id) => {
  expect(redriveWorkflowId('contacts', letters, mode)).toBe(id);
});
