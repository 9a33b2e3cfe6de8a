import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutToWidth, displayWidth } from '../../../src/cli/terminal/display-width.js';
import { printable } from '../../../src/cli/terminal/printable.js';
import { plainStyle } from '../../../src/cli/terminal/style.js';
import { table } from '../../../src/cli/terminal/table.js';
import { wrapped } from '../../../src/cli/terminal/wrap.js';

const escape = '\u001b';

describe('printable', () => {
  test('a record cannot steer the terminal, break the line or turn the text around', () => {
    expect(printable(`a${escape}[31mred\u0007\r\nb\tc\u202edc\u0000\u009b\ud800`)).toBe('a\\u{1b}[31mred\\u{7} b c\\u{202e}dc\\u{0}\\u{9b}\\u{d800}');
  });

  test('ordinary text of any script stays as it is', () => {
    for (const text of ['Zoë Müller', '山田太郎', 'محمد', '👩‍👧'.replaceAll('\u200d', ''), 'e\u0301']) expect(printable(text)).toBe(text);
  });

  test('never lets a control character through', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
    }));
  });
});

describe('displayWidth', () => {
  test.each([['abc', 3], ['é', 1], ['e\u0301', 1], ['山田', 4], ['한글', 4], ['👍', 2], ['→', 1], ['…', 1]])('%s takes %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  test('a text that was cut fits, and ends in an ellipsis where something is missing', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '山', 'e\u0301', ' ') }), fc.integer({ min: 1, max: 20 }), (text, columns) => {
      const cut = cutToWidth(text, columns);
      expect(displayWidth(cut)).toBeLessThanOrEqual(columns);
      expect(cut === text || cut.endsWith('…')).toBe(true);
    }));
  });
});

describe('table', () => {
  const columns = [{ title: 'name' }, { title: 'count', align: 'right' }, { title: 'remark' }] as const;

  test('columns are as wide as their widest cell, also with wide characters', () => {
    expect(table(columns, [['山田', '5', 'x'], ['b', '1,000', '']], plainStyle, 0).split('\n')).toEqual([
      'name  count  remark',
      '山田      5  x',
      'b     1,000',
    ]);
  });

  test('a narrow terminal cuts the widest cells and keeps the short ones', () => {
    const lines = table(columns, [['b', '1,000', 'x'.repeat(200)]], { ...plainStyle, columns: 40 }, 0).split('\n');
    expect(lines[1]).toBe(`b     1,000  ${'x'.repeat(26)}…`);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(40);
  });

  test('paint is put on after cutting, so that colours never break', () => {
    const paint = (text: string): string => `<${text}>`;
    expect(table([{ title: '' }, { title: '' }], [[{ text: 'ab', paint }, 'c'], ['a', 'd']], plainStyle, 0).split('\n')).toEqual(['<ab>  c', 'a   d']);
  });

  test('what a cell holds is made printable', () => {
    expect(table([{ title: '' }], [[`${escape}[2J`]], plainStyle, 0)).toBe('\\u{1b}[2J');
  });
});

test('longer texts break between words', () => {
  expect(wrapped('one two three', { columns: 9 }, '  ')).toBe('  one two\n  three');
  expect(wrapped('a-word-that-does-not-fit x', { columns: 9 })).toBe('a-word-that-does-not-fit\nx');
});
