import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { csvLine } from '../../../src/domain/csv.js';

describe('csvLine', () => {
  test.each([
    [['a', 1, true, null], 'a,1,true,\r\n'],
    [['a,b', 'say "so"', 'two\nlines'], '"a,b","say ""so""","two\nlines"\r\n'],
    [['=1+1', '+49 731', '-2', '@cmd', '\t=x'], "'=1+1,'+49 731,'-2,'@cmd,'\t=x\r\n"],
    [[-2, ' blank '], '-2," blank "\r\n'],
  ])('%j', (cells, line) => expect(csvLine(cells)).toBe(line));

  test('is read back as it was written, but for the apostrophes, and no cell begins a formula', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (cells) => {
      const [read] = parse(csvLine(cells), { relax_column_count: true, skip_empty_lines: false, record_delimiter: '\r\n' });
      expect(read).toEqual(cells.map((cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell)));
    }));
  });
});
