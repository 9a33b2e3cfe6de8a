import type { Json } from '../contracts/json.js';
import type { ConversionSpec, Converter } from './conversion-spec.js';
import { isEmptyValue, numberArgument, onItems, textArgument } from './conversion-spec.js';
import type { Decimal } from './decimal.js';
import { decimalOf, formatDecimal, jsonNumber, multiplyDecimals, parseDecimal, roundHalfEven, shiftDecimal } from './decimal.js';
import { minorUnitDigits, readCurrency } from './iso4217.js';
import { isJsonArray } from './json-pointer.js';
import { currencyOf, readDecimal } from './money.js';
import { Refusal } from './refusal.js';
import type { Surroundings } from './value-types.js';

const CURRENCY = { name: 'currency', type: 'text', optional: true, check: checkCurrency } as const;

/** NUMBER_CONVERSIONS calculate exactly, on decimal digits; nothing passes through floating point. */
export const NUMBER_CONVERSIONS: readonly ConversionSpec[] = [
  {
    name: 'round', parameters: [{ name: 'places', type: 'integer', range: [-20, 20] }],
    summary: 'Rounds to decimal places, halves to the even neighbour (2.5 → 2, 3.5 → 4).',
    example: { call: 'round(2)', input: '2.675', output: 2.68 },
    compile: (args) => {
      const places = numberArgument(args, 0) ?? 0;
      return onNumber((value) => jsonNumber(roundHalfEven(value, places)));
    },
  },
  {
    name: 'multiply', parameters: [{ name: 'factor', type: 'number' }],
    summary: 'Multiplies exactly: 0.1 times 3 is 0.3.',
    example: { call: 'multiply(100)', input: '19.99', output: 1999 },
    compile: (args) => {
      const factor = decimalOf(numberArgument(args, 0) ?? 1) ?? { unscaled: 1n, scale: 0 };
      return onNumber((value) => {
        const product = multiplyDecimals(value, factor);
        return parseDecimal(formatDecimal(product)) === undefined
          ? new Refusal('invalid-number', 'The product has more digits than can be held.')
          : jsonNumber(product);
      });
    },
  },
  {
    name: 'to_minor', parameters: [CURRENCY],
    summary: 'Turns an amount into whole minor units of its currency (ISO 4217), such as cents; the currency is the argument or that of the mapping.',
    example: { call: 'to_minor("EUR")', input: '19.99', output: 1999 },
    compile: (args) => onNumber((value, around) => {
      const digits = minorDigits(args, around);
      if (digits instanceof Refusal) return digits;
      const minor = shiftDecimal(value, digits);
      return minor.scale === 0 ? jsonNumber(minor) : new Refusal('too-many-places', `The amount has more than the ${digits} decimal places of its currency.`);
    }),
  },
  {
    name: 'from_minor', parameters: [CURRENCY],
    summary: 'Turns whole minor units of a currency (ISO 4217), such as cents, into an amount with its decimal places, as text.',
    example: { call: 'from_minor("JPY")', input: 1999, output: '1999' },
    compile: (args) => onNumber((value, around) => {
      const digits = minorDigits(args, around);
      if (digits instanceof Refusal) return digits;
      return value.scale === 0 ? formatDecimal(shiftDecimal(value, -digits), digits) : new Refusal('not-an-integer', 'Minor units are a whole number.');
    }),
  },
];

function onNumber(convert: (value: Decimal, around: Surroundings) => Json | Refusal): Converter {
  const one: Converter = (value, around) => {
    if (isEmptyValue(value)) return null;
    const number = readDecimal(value);
    return number instanceof Refusal ? number : convert(number, around);
  };
  return (value, around) => (isJsonArray(value) ? onItems(value, (item) => one(item, around)) : one(value, around));
}

function minorDigits(args: readonly (string | number)[], around: Surroundings): number | Refusal {
  const named = textArgument(args, 0);
  const code = currencyOf(undefined, named === '' ? around.currency : named);
  if (code instanceof Refusal) return code;
  return minorUnitDigits(code) ?? new Refusal('invalid-currency', `${code} has no minor unit.`);
}

function checkCurrency(text: string): string | undefined {
  return readCurrency(text) === undefined ? `"${text}" is no ISO 4217 currency in use, such as EUR.` : undefined;
}
