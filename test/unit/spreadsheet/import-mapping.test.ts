import { describe, expect, it } from 'vitest';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { syncSchema } from '../../../src/config/schema/sync-schema.js';
import type { Cell } from '../../../src/spreadsheet/cell.js';
import { mappingRows } from '../../../src/spreadsheet/export-mapping.js';
import { importMapping, type MappingImport } from '../../../src/spreadsheet/import-mapping.js';
import { sourcesOf, syncText } from './definitions-under-test.js';

/** A sheet that a test changes by title and row; row 1 is the first below the header. */
class Sheet {
  readonly rows: Cell[][];

  constructor(text = syncText) {
    const value = sourcesOf(text).find(({ kind }) => kind === 'sync')?.value;
    this.rows = mappingRows(syncSchema.parse(value)).map((row) => [...row]);
  }

  set(row: number, title: string, cell: Cell): this {
    this.rows[row]?.splice(this.column(title), 1, cell);
    return this;
  }

  without(...titles: readonly string[]): this {
    for (const title of titles) {
      const column = this.column(title);
      for (const row of this.rows) row.splice(column, 1);
    }
    return this;
  }

  add(cells: Readonly<Record<string, Cell>>): this {
    this.rows.push((this.rows[0] ?? []).map((title) => cells[String(title)] ?? null));
    return this;
  }

  column(title: string): number {
    return (this.rows[0] ?? []).indexOf(title);
  }

  imported(named?: string, text = syncText): MappingImport {
    return importMapping(this.rows, sourcesOf(text), named);
  }

  findings(): readonly string[] {
    return this.imported().findings.map(({ address, level, message }) => `${address ?? ''}: ${level === 'warning' ? 'warning: ' : ''}${message}`);
  }
}

const sheet = (): Sheet => new Sheet();

describe('a sheet', () => {
  it('as it was exported changes nothing, and its examples hold', () => {
    const { findings, edit, examples, sync } = sheet().imported();
    expect([findings, edit.changes, edit.when.size, examples, sync]).toEqual([[], [], 0, 3, 'contacts-to-mailing']);
  });

  it('of a sync with a built-in connector is checked against what the connector says', () => {
    const hubspot = parseDefinitions('hubspot.yaml', 'system: crm\nconnector: hubspot\nauth: { token: secret://env/TOKEN }\n').sources;
    const sources = sourcesOf().filter(({ name }) => name !== 'crm');
    expect(importMapping(new Sheet().rows, [...hubspot, ...sources]).findings).toEqual([]);
  });

  it('says what changes, by target field', () => {
    const changed = sheet().set(1, 'Max length', 100).set(4, 'Region', 'AT').set(5, 'External field', 'labels').set(6, 'Required', true).set(1, 'Frequency', 'every 1h');
    for (let row = 2; row <= 6; row += 1) changed.set(row, 'Frequency', null);
    const { edit } = changed.imported();
    expect(edit.changes.map(({ field, change, keys }) => [field, change, ...keys.map(({ key, before, after }) => `${key} ${before} → ${after}`)])).toEqual([
      ['email', 'changed', 'maxLength  → 100'],
      ['phone', 'changed', 'region from(country) → AT'],
      ['labels', 'added', 'from  → lifecycle', 'to  → labels', 'type text → list', 'convert  → { lead: [Prospect], won: [Customer] }', 'default  → []'],
      ['source', 'changed', 'required  → yes'],
      ['tags', 'removed'],
    ]);
    expect([...edit.when]).toEqual([['every', '1h'], ['fullRead', undefined]]);
  });

  it('keeps what it has no column for', () => {
    const { edit, findings } = sheet().without('Repair', 'Region', 'Example in', 'Expected out', 'Example with', 'Frequency', 'Conversion').imported();
    expect([findings, edit.changes]).toEqual([[], []]);
  });

  it('may have its columns in any order, and columns of its own', () => {
    const turned = sheet().rows.map((row, index) => ['Remark', 'x', ...row.toReversed()].map((cell, column) => (column === 0 && index > 0 ? 'checked by Ann' : cell)));
    const { findings, edit } = importMapping(turned, sourcesOf());
    expect(edit.changes).toEqual([]);
    expect(findings).toEqual([
      { address: 'A1', level: 'warning', message: "the column 'Remark' is none of a mapping and is left out" },
      { address: 'B1', level: 'warning', message: "the column 'x' is none of a mapping and is left out" },
    ]);
  });

  it('without the column of the sync needs its name', () => {
    expect(() => sheet().without('Sync').imported()).toThrow('which sync');
    expect(sheet().without('Sync').imported('contacts-to-mailing').edit.changes).toEqual([]);
    expect(() => sheet().without('Sync').imported('contacts-to-mailin')).toThrow("did you mean 'contacts-to-mailing'?");
  });

  it('calls the fields of a CRM that is the target CRM fields', () => {
    const text = syncText.replace('from: crm.contact', 'from: mailing.member').replace('to: mailing.member', 'to: crm.contact').replaceAll('constant: crm', 'constant: x');
    expect(new Sheet(text).rows[0]?.slice(1, 3)).toEqual(['External field', 'CRM field']);
    expect(new Sheet(text).imported(undefined, text).edit.changes).toEqual([]);
  });
});

describe('findings name their cells', () => {
  it('all at once, in the order of the sheet', () => {
    const wrong = sheet().set(1, 'Type', 'emial').set(2, 'Conversion', 'joyn(" ")').set(4, 'Max length', 'long').set(4, 'Region', 'Germany')
      .set(5, 'Default', '[a').set(6, 'External field', 'phone').set(6, 'Required', 'perhaps');
    expect(wrong.findings()).toEqual([
      expect.stringMatching(/^D2: expected one of text, .*found 'emial'; did you mean 'email'\?$/),
      "E3: unknown conversion 'joyn'; did you mean 'join'?",
      "P5: expected a whole number, found 'long'",
      "Q5: 'Germany' is not the two-letter code of a country; write DE",
      expect.stringMatching(/^M6: expected a list such as .* Found '\[a'$/),
      "C7: the target field 'phone' is made by another mapping already",
      "H7: expected yes or no, found 'perhaps'",
    ]);
  });

  it.each<[string, (wrong: Sheet) => Sheet, readonly string[]]>([
    ['an example that fails', (wrong) => wrong.set(3, 'Expected out', 'Ada Byron'), ["K4: the example gives 'Ada', expected 'Ada Byron'"]],
    ['an example that is refused', (wrong) => wrong.set(1, 'Example in', 'ada').set(1, 'Expected out', 'ada'), ["K2: the example is refused: An e-mail address needs an @. Expected 'ada'"]],
    ['an example without what is expected', (wrong) => wrong.set(1, 'Example in', 'a@b.example'), ['K2: an example needs what is expected; write (empty) where nothing is']],
    ['an example that does not fit its fields', (wrong) => wrong.set(2, 'Example in', 'Ada'), ['J3: expected a list of 2 values, one for each of first_name, last_name']],
    ['no target field', (wrong) => wrong.set(1, 'External field', ' ').add({ 'CRM field': 'email', 'External field': 'email' }), [expect.stringMatching(/^C2: missing key 'to'/)]],
    ['neither source nor value', (wrong) => wrong.set(6, 'Fixed value', null), [expect.stringMatching(/^C7: a mapping needs 'from'/)]],
    ['a number of Excel where text is allowed', (wrong) => wrong.set(6, 'Fixed value', 7), []],
    ['a key that matching needs', (wrong) => wrong.set(1, 'External field', 'mail').set(1, 'CRM field', 'mail'), [expect.stringMatching(/^: match key 'email' is no mapped field/)]],
    ['a wrong time', (wrong) => wrong.set(1, 'Frequency', 'now and then'), ["I2: expected times such as 'every 15m; full read 02:00 Europe/Berlin', 'realtime' or 'by hand', found 'now and then'"]],
    ['times that differ', (wrong) => wrong.set(2, 'Frequency', 'every 1h'), ["I3: the frequency holds for the whole sync, and I2 says 'every 15m; full read 02:00 Europe/Berlin'"]],
    ['another sync', (wrong) => wrong.set(3, 'Sync', 'accounts'), ["A4: a sheet is of one sync: expected 'contacts-to-mailing', found 'accounts'"]],
    ['a title that is mistyped', (wrong) => wrong.set(0, 'Conversion', 'Convertion'), [expect.stringMatching(/^E1: the column 'Convertion' is none of a mapping; did you mean 'Conversion'\?$/)]],
    ['a title that is there twice', (wrong) => wrong.set(0, 'Conversion', 'Type'), ["E1: the column 'Type' is there twice"]],
    ['no column of targets', (wrong) => wrong.without('External field'), [expect.stringMatching(/^A1: the column 'External field' is missing/)]],
    ['what has no effect', (wrong) => wrong.set(1, 'Region', 'DE'), ["Q2: warning: 'region' has no effect without type: phone"]],
    ['no mappings at all', (wrong) => { wrong.rows.splice(2); wrong.rows[1]?.fill(null, 1); return wrong; }, [": match key 'email' is no mapped field: records can only be matched by a field that 'fields' makes", 'A1: expected a list with at least 1 entry, found a list']],
  ])('%s', (_, change, findings) => {
    expect(change(sheet()).findings()).toEqual(findings);
  });
});
