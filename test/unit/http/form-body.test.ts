import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Json } from '../../../src/contracts/json.js';
import { encodeForm, encodeFormWithJson } from '../../../src/http/form-body.js';
import { parseForm } from '../../connectors/vendor-fake/places.js';

const name = fc.stringMatching(/^[a-z][a-z_ é&=%+]{0,6}$/);
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
const body = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof({ maxDepth: 3 }, text, fc.dictionary(name, tie('node'), { minKeys: 1, maxKeys: 3 }), fc.array(tie('node'), { minLength: 1, maxLength: 3 })),
}));

it('whatever is encoded as a form can be read from it again', () => {
  fc.assert(fc.property(fc.dictionary(name, body.node, { minKeys: 1, maxKeys: 3 }), (fields) => {
    expect(parseForm(encodeForm(fields as Json))).toEqual(JSON.parse(JSON.stringify(fields)));
  }));
});

it.each([
  [{ a: null }, 'a='], [{ a: true, b: 1.5 }, 'a=true&b=1.5'], [{ a: [], b: {} }, ''], [{ 'a b': 'x y+z' }, 'a%20b=x%20y%2Bz'], [{ a: '\uD800' }, 'a=%EF%BF%BD'],
])('%j is written as %s', (fields, form) => {
  expect(encodeForm(fields)).toBe(form);
});

it('with JSON texts, what is nested is a JSON text', () => {
  expect([...new URLSearchParams(encodeFormWithJson({ text: 'a&b', metadata: { key: 'k', list: [1] }, none: null, live: true }))])
    .toEqual([['text', 'a&b'], ['metadata', '{"key":"k","list":[1]}'], ['none', ''], ['live', 'true']]);
});
