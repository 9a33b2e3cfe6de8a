import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conversionFormat, jsonFormat, listFormat, numberFormat, plainFormat, repairFormat, yesNoFormat, type CellFormat } from '../../../src/spreadsheet/cell-value.js';
import { frequencyFormat } from '../../../src/spreadsheet/frequency.js';
import { anyJson, anyText, anyWhen } from './any-mapping.js';

const json = JSON.stringify;
const filled = anyText.filter((text) => text.trim() !== '');

function reads(format: CellFormat, value: unknown): void {
  expect(json(format.read(format.write(value)))).toBe(json({ value }));
}

describe('what is written into a cell is read again', () => {
  it('any value', () => { fc.assert(fc.property(anyJson, (value) => { reads(jsonFormat, value); }), { numRuns: 1_000 }); });
  it('any text', () => { fc.assert(fc.property(filled, (value) => { reads(plainFormat, value); }), { numRuns: 1_000 }); });
  it('any list of texts', () => { fc.assert(fc.property(fc.array(filled, { minLength: 1, maxLength: 4 }), (value) => { reads(listFormat, value); }), { numRuns: 1_000 }); });
  it('any lookup table', () => { fc.assert(fc.property(fc.dictionary(anyText.filter((key) => key !== '__proto__'), anyJson), (value) => { reads(conversionFormat, value); }), { numRuns: 500 }); });
  it('any times', () => { fc.assert(fc.property(anyWhen.filter(({ realtime }) => realtime !== false), (value) => { expect(frequencyFormat.read(frequencyFormat.write(value))).toEqual({ value }); })); });
});

describe('a cell says what a person means by it', () => {
  it.each([
    [jsonFormat, 'Ada', 'Ada'], [jsonFormat, '42', 42], [jsonFormat, '-5', -5], [jsonFormat, '1.5', 1.5], [jsonFormat, '01067', '01067'], [jsonFormat, '1.50', '1.50'],
    [jsonFormat, '12345678901234567890', '12345678901234567890'], [jsonFormat, '"42"', '42'], [jsonFormat, 'TRUE', true], [jsonFormat, '(Empty)', null], [jsonFormat, '', undefined],
    [jsonFormat, '[Prospect, Trial]', ['Prospect', 'Trial']], [jsonFormat, '{ country: DE }', { country: 'DE' }], [jsonFormat, '"Acme" GmbH', '"Acme" GmbH'],
    [listFormat, 'first_name, last_name', ['first_name', 'last_name']], [listFormat, 'a\nb', ['a', 'b']], [listFormat, '["a,b", 1]', ['a,b', '1']],
    [repairFormat, 'None', []], [repairFormat, 'Trim, lower-case', ['trim', 'lower-case']], [plainFormat, '  from(country) ', 'from(country)'],
    [conversionFormat, 'join(" ")', 'join(" ")'], [conversionFormat, "['replace(\" \", \"\")', upper()]", ['replace(" ", "")', 'upper()']],
    [yesNoFormat, 'X', true], [yesNoFormat, 'TRUE', true], [yesNoFormat, 'no', false], [yesNoFormat, ' ', undefined], [numberFormat, '255', 255],
    [frequencyFormat, 'Realtime; every 15m; full read at 02:00 Europe/Berlin', { realtime: true, every: '15m', fullRead: '02:00 Europe/Berlin' }], [frequencyFormat, 'by hand', {}],
  ] as const)('%#: %o reads %j as %j', (format, text, value) => {
    expect(format.read(text)).toEqual({ value });
  });

  it.each([
    [jsonFormat, '[urgent] call', 'put it in quotes'], [jsonFormat, '{ a: [ }', 'expected a list'], [jsonFormat, '['.repeat(20_000), 'expected a list'],
    [conversionFormat, '{ lead: Prospect', 'expected a list'], [listFormat, '[[a], b]', 'separated by commas'], [yesNoFormat, 'maybe', "expected yes or no, found 'maybe'"],
    [numberFormat, '25.5', 'expected a whole number'], [frequencyFormat, 'sometimes', "'every 15m"],
  ] as const)('%#: %o refuses %j', (format, text, words) => {
    expect(format.read(text)).toEqual({ problem: expect.stringContaining(words) });
  });
});
