import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundedArchive } from '../../../src/spreadsheet/bounded-archive.js';
import { cellAddress } from '../../../src/spreadsheet/cell.js';
import { readCsv } from '../../../src/spreadsheet/read-csv.js';
import { readSpreadsheet } from '../../../src/spreadsheet/read-spreadsheet.js';
import { readXlsx } from '../../../src/spreadsheet/read-xlsx.js';
import { writeXlsx } from '../../../src/spreadsheet/write-xlsx.js';
import { zipOf } from './zip-of.js';

const layout = { name: 'Mapping', widths: [10, 10], frozenColumns: 1 };
const spectrum = fileURLToPath(new URL('../../../../shared/data/csv-spectrum', import.meta.url));

/** An XLSX file whose one sheet holds the given rows in XML. */
function sheetOf(rows: string): Buffer {
  return zipOf({
    '[Content_Types].xml': '<Types/>',
    'xl/workbook.xml': '<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
  });
}

let folder: string;
beforeAll(() => { folder = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-sheets-')); });
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

function fileWith(content: Buffer | string): string {
  const file = path.join(folder, 'sheet');
  writeFileSync(file, content);
  return file;
}

describe('an XLSX file', () => {
  it('gives numbers, truth values, texts and dates as a person sees them', async () => {
    const rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>Ada</t></is></c><c r="B1"><v>42</v></c><c r="C1" t="b"><v>1</v></c><c r="E1" t="d"><v>2026-11-20</v></c></row><row r="3"><c r="B3"><v>1.5</v></c></row>';
    expect(await readXlsx(sheetOf(rows))).toEqual([['Ada', 42, true, null, '2026-11-20'], [null, null, null, null, null], [null, 1.5, null, null, null]]);
  });

  it('has a header that is bold and stays in sight, and cells that are text', async () => {
    const files = boundedArchive(await writeXlsx([['Sync', 'Type'], ['a', '=1+1']], layout), 1e6).toString('latin1');
    expect(files).toContain('ySplit="1"');
    expect(files).toContain('<b/>');
    expect(files).toContain('formatCode="@"');
    expect(files).not.toContain('<f>');
    expect(files).toContain("'=1+1");
  });

  it('is refused on export where a cell would hold more than Excel does', async () => {
    await expect(writeXlsx([['Sync', 'Type'], ['a', 'x'.repeat(32_768)]], layout)).rejects.toThrow('B2 would hold 32768 characters');
  });

  it.each([
    ['no XML in it', zipOf({ 'a.txt': 'x' }), 'cannot be read'],
    ['a cut end', sheetOf('<row r="1"/>').subarray(0, 300), 'no complete XLSX file'],
    ['only its first bytes', Buffer.from('PK\u0003\u0004'), 'no complete XLSX file'],
    ['another kind of compression', zipOf({ 'a.xml': 'x' }, { method: 12 }), 'no complete XLSX file'],
    ['a password on its entries', zipOf({ 'a.xml': 'x' }, { flags: 1 }), 'protected with a password'],
    ['a cell error', sheetOf('<row r="1"><c r="A1" t="q"><v>1</v></c></row>'), 'cannot be read'],
  ])('with %s is refused', async (_, file, words) => {
    await expect(readXlsx(file)).rejects.toThrow(words);
  });
});

describe('a file that would fill the memory is refused', { timeout: 120_000 }, () => {
  const zeros = Buffer.alloc(60 * 1_048_576);

  it('when it unpacks to more than 50 MB', async () => {
    const bomb = zipOf({ 'xl/worksheets/sheet1.xml': zeros });
    expect(bomb.length).toBeLessThan(100_000);
    await expect(readXlsx(bomb)).rejects.toThrow('too large once it is unpacked');
  });

  it('when it says that it is smaller than it is', async () => {
    await expect(readXlsx(zipOf({ 'xl/worksheets/sheet1.xml': zeros }, { statedSize: 10 }))).rejects.toThrow('too large once it is unpacked');
  });

  it('when many of its files are the same bytes', async () => {
    const packed = deflateRawSync(Buffer.alloc(1_048_576));
    await expect(readXlsx(zipOf(Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`${index}.xml`, Buffer.alloc(1_048_576)])), { shared: packed }))).rejects.toThrow('too large once it is unpacked');
  });

  it.each([
    ['a row far away', '<row r="900000000"><c r="A900000000"><v>1</v></c></row>'],
    ['a column far away', '<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>'],
  ])('when it names %s', async (_, rows) => {
    await expect(readXlsx(sheetOf(rows))).rejects.toThrow(/cannot be read: (its cells need too much memory|Invalid)/);
  });

  it.each([
    ['more than 5 MB', Buffer.alloc(5 * 1_048_576 + 1, 'a'), 'at most 5 MB'],
    ['more than 2,000 rows of CSV', 'a,b\n'.repeat(2_001), 'more than 2000 rows'],
    ['more than 2,000 rows of XLSX', sheetOf(Array.from({ length: 2_001 }, (_, row) => `<row r="${row + 1}"><c r="A${row + 1}"><v>1</v></c></row>`).join('')), 'more than 2000 rows'],
    ['the beginning of an old Excel file', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), 'old Excel file'],
  ])('when it has %s', async (_, content, words) => {
    await expect(readSpreadsheet(fileWith(content))).rejects.toThrow(words);
  });

  it('when there is none', async () => {
    await expect(readSpreadsheet(path.join(folder, 'nothing.xlsx'))).rejects.toThrow('it does not exist');
    await expect(readSpreadsheet(folder)).rejects.toThrow('This is no file.');
  });
});

describe('a CSV file', () => {
  it.each([
    ['commas', 'a,b;c\n1,2\n', [['a', 'b;c'], ['1', '2']]],
    ['semicolons, as Excel writes them where the comma is the decimal point', 'a;b,c;d\r\n1;2;3\r\n', [['a', 'b,c', 'd'], ['1', '2', '3']]],
    ['tabs', 'a\tb\n1\t2', [['a', 'b'], ['1', '2']]],
    ['a byte order mark', '\ufeffa,b\n', [['a', 'b']]],
    ['quotes within a cell', 'a,b\n5" wide,x"y"\n', [['a', 'b'], ['5" wide', 'x"y"']]],
    ['blank lines, which count', 'a,b\n\n1,2\n', [['a', 'b'], [null], ['1', '2']]],
    ['rows of different lengths', 'a,b\n1\n1,2,3\n', [['a', 'b'], ['1'], ['1', '2', '3']]],
    ['a formula that was made harmless', `a,"'=1+1",''@x\n`, [['a', '=1+1', "'@x"]]],
  ])('with %s', (_, text, cells) => {
    expect(readCsv(Buffer.from(text))).toEqual(cells);
  });

  it('in UTF-16 is read, and in Latin-1 refused', () => {
    expect(readCsv(Buffer.from('\ufeffä;b\r\n', 'utf16le'))).toEqual([['ä', 'b']]);
    expect(() => readCsv(Buffer.from('ä;b', 'latin1'))).toThrow('not in UTF-8');
  });

  it('with a quote that is not closed is refused', () => {
    expect(() => readCsv(Buffer.from('a,b\n1,2\n"c,d\n'))).toThrow('a quote is opened and not closed');
    expect(() => readCsv(Buffer.from(`a,b\n"${'x'.repeat(1_100_000)}"\n`))).toThrow('a row has more than 1 MB');
  });
});

if (!existsSync(spectrum)) console.log('skipped: csv-spectrum not found');
describe.skipIf(!existsSync(spectrum))('the files of csv-spectrum', () => {
  const names = existsSync(spectrum) ? readdirSync(path.join(spectrum, 'csvs')).map((file) => path.basename(file, '.csv')) : [];

  it.each(names)('%s.csv holds what its JSON says', (name) => {
    const text = readFileSync(path.join(spectrum, 'csvs', `${name}.csv`), 'utf8');
    // Copies of the set have lost the carriage returns that these files are about.
    const [titles = [], ...rows] = readCsv(Buffer.from(name.endsWith('_crlf') ? text.replaceAll(/\r?\n/g, '\r\n') : text));
    const records = rows.map((row) => Object.fromEntries(titles.map((title, column) => [String(title), String(row[column] ?? '')])));
    const expected = JSON.parse(readFileSync(path.join(spectrum, 'json', `${name}.json`), 'utf8')) as Readonly<Record<string, string>> | readonly Readonly<Record<string, string>>[];
    // Of this file, the JSON has another telephone number than the CSV.
    const differing = name === 'location_coordinates' ? { 'Contact Phone Number': '2095257564' } : {};
    expect(records).toEqual([expected].flat().map((record) => ({ ...record, ...differing })));
  });
});

it.each([[0, 0, 'A1'], [3, 6, 'D7'], [25, 0, 'Z1'], [26, 1_999, 'AA2000'], [701, 0, 'ZZ1'], [702, 0, 'AAA1']])('column %i, row %i is %s', (column, row, address) => {
  expect(cellAddress(column, row)).toBe(address);
});
