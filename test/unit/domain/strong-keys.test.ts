import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/contracts/json.js';
import type { MatchKey } from '../../../src/contracts/sync-definition.js';
import { foldText, strongKeys } from '../../../src/domain/strong-keys.js';

const KEYS: readonly MatchKey[] = [{ field: '/contact/email', kind: 'email' }, { field: 'phone', kind: 'phone' }, { field: 'tax_id', kind: 'text' }];

const key = (kind: MatchKey['kind'], value: Json): readonly string[] => strongKeys([{ field: 'x', kind }], { x: value }).map((each) => each.value);

test('keys come strongest first, in the form in which they are compared', () => {
  expect(strongKeys(KEYS, { tax_id: ' de 123  456 ', phone: '+4915123456789', contact: { email: ' Ada@Example.com' } })).toEqual([
    { kind: 'email', field: '/contact/email', value: 'ada@example.com' },
    { kind: 'phone', field: 'phone', value: '+4915123456789' },
    { kind: 'text', field: 'tax_id', value: 'de 123 456' },
  ]);
});

describe('one key', () => {

  test.each<[MatchKey['kind'], Json, readonly string[]]>([
    ['email', 'ADA+news@Example.com', ['ada+news@example.com']], ['email', 'nobody', []], ['email', '', []], ['email', '@', []], ['email', 'a@b@c', []], ['email', null, []], ['email', ['A@x.de', 'a@X.de', 'b@x.de'], ['a@x.de', 'b@x.de']],
    ['phone', '+49 151 2345-6789', ['+4915123456789']], ['phone', '0151 23456789', []], ['phone', '+0151', []], ['phone', '', []], ['phone', '+49151', []], ['phone', '+1 202 555 0143 x5', []], ['phone', 4_915_123_456_789, []],
    ['text', 'Straße', ['strasse']], ['text', 'STRASSE', ['strasse']], ['text', 'Zoe\u0308', ['zoë']], ['text', 'ΣΟΦΟΣ', ['σοφος'.replace(/σ$/u, 'ς')]], ['text', '\u00A0 a\t b ', ['a b']], ['text', 4711, ['4711']], ['text', true, ['true']],
    ['text', ' ', []], ['text', {}, []], ['text', 'x'.repeat(321), []], ['text', [null, '', 'a'], ['a']], ['text', 'x'.repeat(2_000_000), []],
  ])('%s of %.40j: %j', (kind, value, keys) => {
    expect(key(kind, value)).toEqual(keys);
  });
});

test('no key of an absent field, whatever the record', () => {
  expect(strongKeys(KEYS, {})).toEqual([]);
  expect(strongKeys([], { a: 1 })).toEqual([]);
});

test('folding twice changes nothing more, and case does not matter', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    expect(foldText(foldText(text))).toBe(foldText(text));
  }), { numRuns: 5_000 });
  fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
    expect(foldText(text.toUpperCase())).toBe(foldText(text.toLowerCase()));
  }));
});
