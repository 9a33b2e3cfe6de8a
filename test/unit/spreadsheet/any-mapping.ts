import fc from 'fast-check';
import type { Json } from '../../../src/contracts/json.js';
import { fieldTypes } from '../../../src/config/schema/mapping-schema.js';

/** anyText is text that breaks careless formats: quotes, commas, brackets, formulas, line breaks, controls, words with a meaning, half characters. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.array(fc.constantFrom(
    '=', '+', '-', '@', "'", '"', ',', ';', '\t', '\r', '\n', '[', ']', '{', '}', ':', ' ', '#', '&', '*', '|', '<', '>', '\\', '_x0041_', '\0', '\u0085', '\u2028', '\ufeff', '\ud83d', 'a', '0', '1',
  ), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.constantFrom('null', 'true', 'False', '(empty)', 'none', '42', '01067', '1.50', '1e3', '-0', '+49301234', '0x1F', '~', '.inf', 'yes', '---', '""', '[a', '{a: b}', "''", '2026-11-20', ' padded '),
);

const filledText = anyText.filter((text) => text.trim() !== '' && text.length <= 60);
const anyNumber = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).filter((value) => (!Number.isInteger(value) || Number.isSafeInteger(value)) && !Object.is(value, -0));

/** anyJson is a value of a definition. */
export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.constant(null), fc.boolean(), anyNumber, anyText,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(anyText.filter((key) => key !== '__proto__'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

const fieldName = filledText.filter((name) => !name.startsWith('/') && !['__proto__', 'constructor', 'prototype'].includes(name));
const lookup = fc.dictionary(anyText.filter((key) => key !== '__proto__'), anyJson, { maxKeys: 3, noNullPrototype: true });
const call = fc.oneof(fc.constantFrom('upper()', 'join(" ")', 'replace(",", ";")', ' lower ', "replace('\\n', \"=\")", 'slice(0, 10)'), fc.string({ maxLength: 5 }).map((text) => `prefix(${JSON.stringify(text.replaceAll(/[^ -~]/g, ''))})`));
const repair = fc.constantFrom('trim', 'collapse-spaces', 'lower-case', 'truncate');
const example = fc.record({ in: anyJson, with: fc.dictionary(fieldName, anyJson, { maxKeys: 2, noNullPrototype: true }), out: anyJson }, { requiredKeys: ['out'], noNullPrototype: true });

/** anyMapping is a field mapping as people write it in YAML; it need not be one that runs. */
export const anyMapping = fc.record({
  from: fc.oneof(fieldName, fc.array(fieldName, { minLength: 1, maxLength: 3 })),
  to: fieldName,
  type: fc.constantFrom(...fieldTypes),
  convert: fc.oneof(call, lookup, fc.array(fc.oneof(call, lookup), { minLength: 1, maxLength: 3 })),
  direction: fc.constantFrom('forward', 'both'),
  conflict: fc.constantFrom('source', 'target', 'latest', 'longest', 'union', 'ask', 'crm'),
  required: fc.boolean(),
  default: anyJson,
  constant: anyJson,
  repair: fc.oneof(repair, fc.array(repair, { maxLength: 3 })),
  maxLength: fc.integer({ min: 1, max: 1_000_000 }),
  region: fc.constantFrom('DE', 'from(country)', "from(=1,2')"),
  currency: fc.constantFrom('EUR', 'from(currency)'),
  values: fc.array(filledText, { minLength: 1, maxLength: 4 }),
  examples: fc.array(example, { minLength: 1, maxLength: 3 }),
}, { requiredKeys: ['to'], noNullPrototype: true });

/** anyWhen is the times of a sync. */
export const anyWhen = fc.record({ realtime: fc.boolean(), every: fc.constantFrom('15m', '1h'), fullRead: fc.constantFrom('02:00', '02:00 Europe/Berlin') }, { requiredKeys: [], noNullPrototype: true });
