import { expect, it } from 'vitest';
import { didYouMean, suggestion } from '../../../src/config/suggestion.js';

it.each([
  ['feilds', ['fields', 'from', 'to'], 'fields'],
  ['baseURL', ['baseUrl', 'headers'], 'baseUrl'],
  ['conact', ['contact', 'account'], 'contact'],
  ['t0', ['to', 'from'], 'to'],
])('%s means one of %j', (typed, known, meant) => expect(suggestion(typed, known)).toBe(meant));

it.each([
  ['zebra', ['fields', 'from']],
  ['', ['from']],
  ['from', []],
])('%j is none of %j', (typed, known) => expect(suggestion(typed, known)).toBeUndefined());

it('lists a few known names where none is near', () => {
  expect(didYouMean('zebra', ['crm', 'mailing'])).toBe('; known are crm, mailing');
  expect(didYouMean('zebra', ['crm'])).toBe('; known is crm');
  expect(didYouMean('zebra', Array.from({ length: 30 }, (_, index) => `system-${index}`))).toBe('');
});
