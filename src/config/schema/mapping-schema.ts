import { z } from 'zod';
import { findCountry } from '../../domain/iso3166.js';
import { readCurrency } from '../../domain/iso4217.js';
import { parseValueOrField } from '../value-or-field.js';
import { checkedText, keyed, oneOf, plainText } from './checked-text.js';
import { conversionText } from './conversion-text.js';
import { givenJsonValue, jsonValue } from './json-value.js';
import { fieldText, targetFieldText } from './scalars.js';

/** fieldTypes are the types that a target value can have. */
export const fieldTypes = [
  'text', 'name', 'email', 'phone', 'url', 'integer', 'decimal', 'money', 'boolean', 'date', 'datetime', 'enum', 'list',
  'country', 'currency', 'json',
] as const;

const repair = z.enum(['trim', 'collapse-spaces', 'lower-case', 'title-case', 'remove-control', 'truncate', 'blank-if-invalid']);

/** repairSchema names one repair, or several in their order. */
export const repairSchema = oneOf('a repair such as trim, or a list of repairs', [repair, z.array(repair).max(10)]);

const lookupTable = z.record(z.string(), jsonValue());

const convertSchema = oneOf('a conversion such as join(" "), a lookup table, or a list of these', [
  conversionText(),
  z.array(oneOf('a conversion such as lower(), or a lookup table', [conversionText(), lookupTable])).min(1).max(20),
  lookupTable,
]);

/** regionText makes a schema for a country, or the field that holds it. */
export function regionText(): z.ZodString {
  const expected = 'a country such as DE, or from(field)';
  return checkedText(expected, (text) => {
    const parsed = parseValueOrField(text);
    if ('field' in parsed || findCountry(parsed.value)?.alpha2 === parsed.value) return undefined;
    const meant = findCountry(parsed.value)?.alpha2;
    return { message: meant === undefined ? `expected ${expected}` : `'${text}' is not the two-letter code of a country; write ${meant}`, type: 'invalid-value' };
  });
}

function currencyText(): z.ZodString {
  const expected = 'a currency such as EUR, or from(field)';
  return checkedText(expected, (text) => {
    const parsed = parseValueOrField(text);
    if ('field' in parsed || readCurrency(parsed.value) === parsed.value) return undefined;
    return { message: `'${text}' is no currency in use; write its code of ISO 4217 in capitals, such as EUR, or from(field)`, type: 'invalid-value' };
  });
}

const exampleSchema = keyed({
  in: jsonValue().optional()
    .describe('Value of the source field; for several source fields the list of their values, in their order. Without it, the source has no value.'),
  with: z.record(fieldText(), jsonValue()).optional()
    .describe('Values of other source fields that the mapping looks at, such as the country of a phone number.'),
  out: givenJsonValue('out').describe('What the target field must be; `null` where it must be empty. Numbers count as their text.'),
});

/** mappingSchema says how one field of the target is made. */
export const mappingSchema = keyed({
  from: oneOf('a field name, or a list of field names', [fieldText(), z.array(fieldText()).min(1).max(50)]).optional()
    .describe('Source field, or a list of fields that a conversion joins. A name, or a JSON Pointer such as `/address/city`.'),
  to: targetFieldText().describe('Target field. A name, or a JSON Pointer such as `/address/city`.'),
  type: z.enum(fieldTypes).default('text').describe('Type of the target value; values that do not fit park the record as a dead letter.'),
  required: z.boolean().default(false).describe('Whether a record without a value is parked as a dead letter.'),
  default: jsonValue().optional().describe('Value for records that have none.'),
  constant: jsonValue().optional().describe('Fixed value, in place of `from`.'),
  convert: convertSchema.optional()
    .describe('How the value is made: a conversion such as `join(" ")`, a lookup table such as `{ lead: Prospect, won: Customer }`, or a list of steps.'),
  repair: repairSchema.optional().describe('What is mended before a value counts as invalid. Whatever is not declared is not mended.'),
  maxLength: z.int().min(1).max(1_000_000).optional().describe('Most characters that the target takes. Longer values park the record, unless `truncate` is declared.'),
  region: regionText().optional()
    .describe('Country of phone numbers without a country code: `DE`, or `from(country)` for the source field that holds it.'),
  currency: currencyText().optional()
    .describe('Currency of money: `EUR`, or `from(currency)` for the source field that holds it.'),
  direction: z.enum(['forward', 'both', 'back']).default('forward')
    .describe('Which way changes flow: `forward` to the target, `both` ways, or only `back` to the source. One field with `both` or `back` makes the sync two-way.'),
  conflict: plainText('a conflict rule', 63).optional()
    .describe('Who wins when both sides changed the field: `source`, `target`, `latest`, `longest`, `union` (lists), `ask`, or the name of one of the two systems. Default: `ask`.'),
  values: z.array(plainText('text')).min(1).max(1_000).optional().describe('Allowed values, for the type `enum`.'),
  examples: z.array(exampleSchema).min(1).max(100).optional()
    .describe('Values and what must be made of them. `crosswalk check` runs them as tests.'),
});

/** AuthorMapping is a field mapping as it is written, defaults filled in. */
export type AuthorMapping = z.output<typeof mappingSchema>;
