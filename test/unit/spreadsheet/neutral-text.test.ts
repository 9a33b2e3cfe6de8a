import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neutralText, restoredText } from '../../../src/domain/neutral-text.js';
import { xlsxText } from '../../../src/spreadsheet/xlsx-text.js';

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', ' ', '＝', '＠', 'a', '"', ',', '_x0041_', '_x')).map((parts) => parts.join('')),
);

describe('text that could be a formula', () => {
  it.each(['=1+1', '+49 30', '-5', '@SUM(A1)', '\tx', '\rx', '\n=x', ' =1', "'=1", '＝1+1', "=cmd|' /C calc'!A0"])('%j is put behind an apostrophe', (text) => {
    expect(neutralText(text)).toBe(`'${text}`);
  });

  it.each(['', 'a=b', "O'Neill", "'quoted'", '030 1234', '{ a: =b }', '(empty)'])('%j stays as it is', (text) => {
    expect(neutralText(text)).toBe(text);
    expect(restoredText(text)).toBe(text);
  });

  it('is restored exactly, whatever it is', () => {
    fc.assert(fc.property(nasty, (text) => restoredText(neutralText(text)) === text), { numRuns: 2_000 });
  });

  it('never begins with what a spreadsheet program acts on', () => {
    fc.assert(fc.property(nasty, (text) => !/^\s*[=+\-@\t\r]/.test(neutralText(text))), { numRuns: 2_000 });
  });
});

describe('text of an XLSX cell', () => {
  const decoded = (text: string): string => text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

  it('holds nothing that XML forbids, and can be told from an escape', () => {
    fc.assert(fc.property(nasty, (text) => {
      const written = xlsxText(text);
      expect(written.replaceAll(/[\t\n]/g, '')).not.toMatch(/[\p{Cc}\p{Cs}\ufffe\uffff]/u);
      expect(decoded(written)).toBe(text);
    }), { numRuns: 2_000 });
  });

  it.each([['a\rb', 'a_x000D_b'], ['_x0041_', '_x005F_x0041_'], ['\u{1FFFE}', '_xD83F__xDFFE_'], ['\ud800', '_xD800_'], ['toString', '_x0074_oString'], ['__proto__', '_x005F__proto__']])('%j is written as %s', (text, written) => {
    expect(xlsxText(text)).toBe(written);
  });
});
