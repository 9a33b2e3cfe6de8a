import { expect, test } from 'vitest';
import { count, counted, distance, duration, shownValue } from '../../../src/cli/terminal/wording.js';
import { lengthText } from '../../../src/schedules/times-text.js';

test.each([
  [0, '0 ms'], [999, '999 ms'], [1000, '1.0 s'], [59_940, '59.9 s'], [59_960, '1 min 0 s'], [245_000, '4 min 5 s'], [3_600_000, '1 h 0 min'], [7_380_000, '2 h 3 min'], [4 * 86_400_000, '4 days'],
])('%i ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test.each([[300_000, '5m'], [90_000, '90s'], [3_600_000, '1h'], [86_400_000, '1d'], [1_500, '1500ms']])('an interval of %i ms is %s', (ms, text) => {
  expect(lengthText(ms)).toBe(text);
});

test.each([
  [0, 'now'], [-3_000, '3 s ago'], [45_000, 'in 45 s'], [-150_000, '3 min ago'], [7_200_000, 'in 2 h'], [-30 * 3_600_000, '30 h ago'], [-3 * 86_400_000, '3 days ago'],
])('%i ms from now is %s', (ms, text) => {
  const now = new Date('2026-11-23T12:00:00Z');
  expect(distance(new Date(now.getTime() + ms), now)).toBe(text);
});

test('numbers have separators, and nouns agree with them', () => {
  expect(count(1234567)).toBe('1,234,567');
  expect([counted(1, 'record'), counted(2, 'record'), counted(0, 'match', 'matches')]).toEqual(['1 record', '2 records', '0 matches']);
});

test.each([
  [null, '–'], [undefined, '–'], ['', '""'], [' x', '" x"'], ['–', '"–"'], ['x', 'x'], [1.5, '1.5'], [false, 'false'], [['a', 1], '["a",1]'], [{ a: null }, '{"a":null}'],
])('the value %o is shown as %s', (value, text) => {
  expect(shownValue(value)).toBe(text);
});
