import { describe, expect, it } from 'vitest';
import { blockText, flowText } from '../../../src/config/edit/flow-text.js';
import { editSync, SyncEditError } from '../../../src/config/edit/edit-sync.js';
import type { EntryEdit } from '../../../src/config/edit/sequence-edits.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { listAt } from '../../../src/config/tolerant-access.js';
import { syncText } from '../spreadsheet/definitions-under-test.js';

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(text: string): readonly Fields[] {
  const source = parseDefinitions('a.yaml', text).sources.find(({ kind }) => kind === 'sync');
  return listAt(source?.value, ['fields']) as readonly Fields[];
}

function kept(text: string, position: number, changes: Fields = {}): EntryEdit {
  const all = { ...fieldsOf(text)[position], ...changes };
  return { kind: 'kept', position, changes: new Map(Object.entries(changes)), value: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) };
}

function edited(edits: readonly EntryEdit[], when: Fields = {}, text = syncText): string {
  return editSync(text, { sync: 'contacts-to-mailing', fields: edits, when: new Map(Object.entries(when)) });
}

/** The lines that differ, in a form that shows which. */
function difference(next: string, before = syncText): string[] {
  const lines = (text: string): string[] => text.split('\n');
  return [...lines(before).filter((line) => !lines(next).includes(line)).map((line) => `- ${line}`), ...lines(next).filter((line) => !lines(before).includes(line)).map((line) => `+ ${line}`)];
}

const all = [0, 1, 2, 3, 4].map((position) => kept(syncText, position));
const replaced = (position: number, changes: Fields): readonly EntryEdit[] => all.map((edit, index) => (index === position ? kept(syncText, position, changes) : edit));

describe('editing a sync', () => {
  it('without changes, every character stays', () => {
    expect(edited(all)).toBe(syncText);
  });

  it('a key in a mapping on one line changes alone, and the comment after it stays', () => {
    expect(difference(edited(replaced(0, { required: undefined, maxLength: 255 })))).toEqual([
      '-   - { from: email, to: email, type: email, required: true, repair: [trim, lower-case] } # as typed',
      '+   - { from: email, to: email, type: email, repair: [trim, lower-case], maxLength: 255 } # as typed',
    ]);
  });

  it('a key in a mapping on several lines changes alone, and the comments in it stay', () => {
    expect(difference(edited(replaced(1, { convert: 'replace(", ", "")', from: undefined, examples: undefined, repair: ['trim'] })))).toEqual([
      '-   - from: [first_name, last_name]', '-     to: full_name', '-     convert: join(" ")', '-     examples:', '-       - { in: [Ada, Lovelace], out: Ada Lovelace }', '-       - { in: [Ada, null], out: Ada }',
      '+   - to: full_name', '+     convert: replace(", ", "")', '+     repair: [trim]',
    ]);
  });

  it('a mapping on one line that becomes too long gets a line for each key, and long examples for each example', () => {
    const examples = [1, 2, 3].map((number) => ({ in: `Ada.Lovelace.${number}@Example.COM`, out: `ada.lovelace.${number}@example.com` }));
    expect(difference(edited(replaced(0, { maxLength: 255, examples }))).slice(1)).toEqual([
      '+   - from: email', '+     to: email', '+     type: email', '+     required: true', '+     repair: [trim, lower-case]', '+     maxLength: 255',
      // The line `examples:` is there already, further down.
      '+       - { in: Ada.Lovelace.1@Example.COM, out: ada.lovelace.1@example.com }', '+       - { in: Ada.Lovelace.2@Example.COM, out: ada.lovelace.2@example.com }',
      '+       - { in: Ada.Lovelace.3@Example.COM, out: ada.lovelace.3@example.com } # as typed',
    ]);
  });

  it('a mapping moves with the comment above it', () => {
    const next = edited([all[2], all[0], all[1], all[3], all[4]].flatMap((edit) => edit ?? []));
    expect(next).toContain('fields:\n  # Numbers without a country code.\n  - { from: phone,');
    expect(next).toContain('  # The address is the key.\n  - { from: email,');
    expect(difference(next)).toEqual([]);
  });

  it('a mapping that goes takes the comment above it along', () => {
    expect(difference(edited(all.filter((_, index) => index !== 2)))).toEqual(['-   # Numbers without a country code.', expect.stringMatching(/^- {3}- \{ from: phone/)]);
  });

  it('a new mapping stands on one line where it fits', () => {
    const long = 'x'.repeat(140);
    const next = edited([...all, { kind: 'new', value: { from: 'city', to: 'city' } }, { kind: 'new', value: { from: 'note', to: 'note', default: long } }]);
    expect(difference(next)).toEqual(['+   - { from: city, to: city }', '+   - from: note', '+     to: note', `+     default: ${long}`]);
  });

  it.each([
    ['changed', { every: '1h' }, 'when: { every: 1h, fullRead: "02:00 Europe/Berlin" } # at night'],
    ['added to', { realtime: true, every: undefined }, 'when: { fullRead: "02:00 Europe/Berlin", realtime: true } # at night'],
  ])('times are %s in place', (_, when, line) => {
    expect(difference(edited(all, when))).toEqual([expect.stringMatching(/^- when/), `+ ${line}`]);
  });

  it('times that all go take their line along, and new ones get one', () => {
    const without = edited(all, { every: undefined, fullRead: undefined });
    expect(without).not.toContain('when');
    expect(difference(edited(all, { every: '5m' }, without), without)).toEqual(['+ when: { every: 5m }']);
  });

  it('other definitions in the file, and line breaks of Windows, stay', () => {
    const file = `system: crm # first\n---\n${syncText}---\nsystem: mailing # last\n`.replaceAll('\n', '\r\n');
    const next = edited(replaced(0, { maxLength: 9 }), {}, file);
    expect(next).toBe(file.replace('lower-case] }', 'lower-case], maxLength: 9 }'));
  });

  it('a list in brackets is written anew', () => {
    const text = 'sync: contacts-to-mailing\nfields: [{ from: a, to: b }]\nmatch: []\n';
    expect(edited([kept(text, 0, { type: 'email' })], {}, text)).toBe('sync: contacts-to-mailing\nfields: [{ from: a, to: b, type: email }]\nmatch: []\n');
  });

  it('an alias is replaced by what it is to be, and what it stands for stays', () => {
    const text = 'sync: contacts-to-mailing\nfields:\n  - &a { from: a, to: b }\n  - *a\n';
    expect(edited([kept(text, 0), kept(text, 1, { to: 'c' })], {}, text)).toBe('sync: contacts-to-mailing\nfields:\n  - &a { from: a, to: b }\n  - { from: a, to: c }\n');
  });

  it.each([
    ['an anchor that something else needs would go', 'sync: contacts-to-mailing\nfields:\n  - &a { from: a, to: b }\n  - { from: c, to: d }\ndefaults: *a\n', [1]],
    ['there is no such sync', 'sync: other\nfields:\n  - { from: a, to: b }\n', [0]],
  ])('nothing is written where %s', (_, text, positions) => {
    expect(() => edited(positions.map((position) => kept(text, position)), {}, text)).toThrow(SyncEditError);
  });
});

it.each([
  ['join(" ")', 'join(" ")', 'join(" ")'], ['replace(",", ";")', `'replace(",", ";")'`, 'replace(",", ";")'], ["it's, so", `"it's, so"`, "it's, so"], ['true', "'true'", `'true'`], ['01067', "'01067'", "'01067'"],
  ['a\nb', '"a\\nb"', '"a\\nb"'], [{ lead: ['a', null], 'won, lost': 1.5 }, "{ lead: [a, null], 'won, lost': 1.5 }", "{ lead: [a, null], 'won, lost': 1.5 }"], [[], '[]', '[]'], [{}, '{}', '{}'], ['\u0085', '"\\u0085"', '"\\u0085"'],
])('%j is written as %s in brackets and as %s on a line', (value, flow, block) => {
  expect(flowText(value)).toBe(flow);
  expect(blockText(value)).toBe(block);
});
