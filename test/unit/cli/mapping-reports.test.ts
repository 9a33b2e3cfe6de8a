import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportReport } from '../../../src/cli/mappings/export-report.js';
import { importReport, type ImportOptions } from '../../../src/cli/mappings/import-report.js';
import { plainStyle } from '../../../src/cli/terminal/style.js';
import { readSpreadsheet } from '../../../src/spreadsheet/read-spreadsheet.js';
import { writeCsv } from '../../../src/spreadsheet/write-csv.js';

const SYNC = 'contacts-to-mailing';
const examples = fileURLToPath(new URL('../../../examples/sandbox', import.meta.url));
let folder: string;
let definition: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-mapping-'));
  cpSync(examples, path.join(folder, 'definitions'), { recursive: true });
  definition = path.join(folder, 'definitions', 'syncs', `${SYNC}.yaml`);
});

afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

async function exported(name: string): Promise<string> {
  const output = path.join(folder, name);
  await exportReport(SYNC, { definitions: path.join(folder, 'definitions'), output });
  return output;
}

/** Exports the mapping, changes its cells by title and external field, and imports it. */
async function importWith(cells: Readonly<Record<string, Readonly<Record<string, string>>>>, options: ImportOptions = {}): ReturnType<typeof importReport> {
  const file = await exported('changed.csv');
  const rows = (await readSpreadsheet(file)).map((row) => row.map((cell) => String(cell ?? '')));
  const title = (name: string): number => (rows[0] ?? []).indexOf(name);
  for (const [field, changes] of Object.entries(cells)) {
    const row = rows.find((each) => each[title('External field')] === field);
    for (const [name, cell] of Object.entries(changes)) row?.splice(title(name), 1, cell);
  }
  writeFileSync(file, writeCsv(rows));
  return importReport(file, { definitions: path.join(folder, 'definitions'), ...options });
}

describe('mapping export', () => {
  it.each(['mailing.xlsx', 'mailing.csv'])('to %s, imported again, changes nothing', async (name) => {
    const before = readFileSync(definition, 'utf8');
    const report = await importReport(await exported(name), { definitions: path.join(folder, 'definitions') });
    expect(report).toMatchObject({ exitCode: 0, data: { written: false, changes: [], findings: [] } });
    expect(report.text(plainStyle)).toContain('says already');
    expect(readFileSync(definition, 'utf8')).toBe(before);
  });

  it('says what it wrote, and writes over nothing without --force', async () => {
    const options = { definitions: path.join(folder, 'definitions'), output: path.join(folder, 'a.csv') };
    const report = await exportReport(SYNC, options);
    expect(report.data).toMatchObject({ written: true, sync: SYNC, format: 'csv' });
    await expect(exportReport(SYNC, options)).rejects.toThrow('is there already');
    expect((await exportReport(SYNC, { ...options, force: true, format: 'xlsx' })).data).toMatchObject({ format: 'xlsx' });
    expect(readFileSync(options.output).subarray(0, 2).toString()).toBe('PK');
  });

  it('refuses a sync that there is not, and one that is wrong', async () => {
    const definitions = path.join(folder, 'definitions');
    await expect(exportReport('contacts-to-mail', { definitions })).rejects.toThrow(`did you mean '${SYNC}'?`);
    writeFileSync(definition, readFileSync(definition, 'utf8').replace('type: email', 'type: emial'));
    const report = await exportReport(SYNC, { definitions, output: path.join(folder, 'a.csv') });
    expect(report).toMatchObject({ exitCode: 2, data: { written: false } });
    expect(existsSync(path.join(folder, 'a.csv'))).toBe(false);
  });
});

describe('mapping import', () => {
  it('changes the lines of the YAML that it has to, and leaves no other file behind', async () => {
    const before = readFileSync(definition, 'utf8');
    const files = readdirSync(path.dirname(definition));
    const report = await importWith({ city: { 'Max length': '100', 'Example in': ' Linz ', 'Expected out': 'Linz' } });
    expect(report).toMatchObject({ exitCode: 0, data: { written: true, changes: [{ field: 'city', change: 'changed' }] } });
    expect(readFileSync(definition, 'utf8')).toBe(before.replace('{ from: city, to: city, maxLength: 255 }', '{ from: city, to: city, maxLength: 100, examples: [{ in: Linz, out: Linz }] }'));
    expect(readdirSync(path.dirname(definition))).toEqual(files);
    const text = report.text(plainStyle);
    expect(text).toContain('    -   - { from: city, to: city, maxLength: 255 }\n    +   - { from: city, to: city, maxLength: 100, examples: [{ in: Linz, out: Linz }] }');
    expect(text).toContain('"crosswalk apply" puts it in force');
  });

  it('only shows it with --dry-run', async () => {
    const before = readFileSync(definition, 'utf8');
    const report = await importWith({ city: { 'Max length': '100' } }, { dryRun: true });
    expect(report).toMatchObject({ exitCode: 0, data: { written: false, changes: [{ field: 'city' }] } });
    expect(report.text(plainStyle)).toContain('without --dry-run');
    expect(readFileSync(definition, 'utf8')).toBe(before);
  });

  it('with errors shows them all and changes nothing', async () => {
    const before = readFileSync(definition, 'utf8');
    const report = await importWith({ city: { Type: 'town', 'Max length': '100' }, postcode: { 'Example in': '1010', 'Expected out': '1020' } });
    expect(report).toMatchObject({ exitCode: 2, data: { written: false } });
    expect(report.text(plainStyle).split('\n')).toEqual(expect.arrayContaining([
      expect.stringMatching(/^D\d+: expected one of text, .*found 'town'/), expect.stringMatching(/^K\d+: the example gives '1010', expected 1020/), expect.stringMatching(/: 2 errors\. Nothing was changed\.$/),
    ]));
    expect(readFileSync(definition, 'utf8')).toBe(before);
  });

  it('says where the trouble is with a file that is no sheet', async () => {
    const file = path.join(folder, 'letter.csv');
    writeFileSync(file, 'Dear Ann,\n');
    await expect(importReport(file, { definitions: path.join(folder, 'definitions') })).rejects.toMatchObject({ message: expect.stringContaining('which sync'), where: file, exitCode: 2 });
    expect((await importReport(file, { definitions: path.join(folder, 'definitions'), sync: SYNC })).text(plainStyle)).toContain("A1: the column 'CRM field' is missing");
  });
});
