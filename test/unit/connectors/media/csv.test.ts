import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEncoder, csvCell, csvLine } from '../../../../src/connectors/files/csv-file.js';
import { readCsvRows, UnreadableFileError, type CsvRow } from '../../../../src/connectors/files/csv-rows.js';
import { matchesPattern } from '../../../../src/connectors/files/file-patterns.js';

const spectrum = resolve(import.meta.dirname, '../../../../../shared/data/csv-spectrum');
const plain = { delimiter: ',', quote: '"', encoding: 'utf-8' };

async function read(bytes: Buffer, form = plain, chunk = 7): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  const parts = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, at) => bytes.subarray(at * chunk, (at + 1) * chunk));
  for await (const row of readCsvRows(Readable.from(parts, { objectMode: false }), form)) rows.push(row);
  return rows;
}
const cells = (rows: readonly CsvRow[]): readonly unknown[] => rows.map((row) => row.cells);

describe('the vectors of csv-spectrum', () => {
  if (!existsSync(spectrum)) {
    process.stderr.write(`skipped: ${spectrum} not found\n`);
    it.skip('are not there');
    return;
  }
  it.each(readdirSync(resolve(spectrum, 'csvs')).map((name) => name.replace(/\.csv$/, '')))('%s', async (name) => {
    const file = readFileSync(resolve(spectrum, 'csvs', `${name}.csv`));
    // The telephone number in the JSON of this one is another than in its file.
    if (name === 'location_coordinates') return expect(cells(await read(file))).toMatchObject([{ Cities: 'Modesto', Counties: 'Stanislaus' }]);
    // A checkout without CR leaves them in the JSON alone.
    const json = readFileSync(resolve(spectrum, 'json', `${name}.json`), 'utf8');
    const wanted = JSON.parse(file.includes('\r') ? json : json.replaceAll('\\r\\n', '\\n')) as readonly unknown[];
    return expect(cells(await read(file))).toEqual(wanted);
  });
});

describe('rows of a file', () => {
  it('come back as they were written, whatever is in them', async () => {
    const cell = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 6 }), fc.constantFrom(',', ';', '\t', '|'), fc.integer({ min: 1, max: 40 }), async (rows, delimiter, chunk) => {
      const form = { ...plain, delimiter };
      // An id stands first, since a row of nothing but empty cells is an empty line.
      const text = [['id', 'a', 'b'], ...rows.map(([a, b], at) => [String(at), csvCell(a, true), csvCell(b, true)])].map((row) => csvLine(row, form)).join('');
      expect(cells(await read(Buffer.from(text), form, chunk))).toEqual(rows.map(([a, b], at) => ({ id: String(at), a, b })));
    }));
  });

  it('are read with a byte order mark before them', async () => expect(cells(await read(Buffer.from('\ufeffid\n1\n')))).toEqual([{ id: '1' }]));

  it.each([['two columns of one name', 'id,id\n1,2\n', "two of its columns are called 'id'"], ['nothing', '', 'it is empty'], ['a quote that is never closed', 'id\n"a\n', 'it is no CSV']])('are not read from a file with %s', async (_what, text, message) => {
    const reading = read(Buffer.from(text));
    await expect(reading).rejects.toThrow(UnreadableFileError);
    await expect(reading).rejects.toThrow(message);
  });
});

describe('text of an encoding with one byte for each character', () => {
  it.each(['windows-1252', 'windows-1251', 'iso-8859-15', 'iso-8859-2', 'koi8-r'])('is the same in both directions: %s', (encoding) => {
    const encode = createEncoder(encoding);
    for (let byte = 0; byte < 256; byte += 1) {
      const text = new TextDecoder(encoding).decode(Uint8Array.of(byte), { stream: true });
      if (text !== '\ufffd') expect([...encode(text)]).toEqual([byte]);
    }
  });
  it('has the euro sign where Windows has it', () => expect([...createEncoder('windows-1252')('€')]).toEqual([0x80]));
});

describe('a pattern for names', () => {
  it.each([
    ['a-*.csv', 'a-1.csv', true], ['a-*.csv', 'a-.csv', true], ['a-*.csv', 'b-1.csv', false], ['a-*.csv', 'a-1.csv.done', false], ['a.csv', 'a.csv', true], ['a.csv', 'aXcsv', false], ['*', 'x', true], ['a*b*c', 'a-b-b-c', true], ['a*b*c', 'ac', false], ['aa*aa', 'aaa', false],
  ])('%s and %s: %s', (pattern, name, fits) => expect(matchesPattern(pattern, name)).toBe(fits));

  it('takes no longer for one that is made to take long', () => expect(matchesPattern(`${'a*'.repeat(60)}b`, 'a'.repeat(255))).toBe(false));
});
