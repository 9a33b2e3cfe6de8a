import type { Conversion, FieldMapping, ValueOrField } from '../contracts/sync-definition.js';
import type { NameOf } from './condition-words.js';
import { literal, named, series } from './words.js';

/** valueWords says where the value of a field comes from, and what becomes of it on the way. */
export function valueWords(mapping: FieldMapping, nameOf: NameOf = () => undefined): string {
  const name = (field: string): string => nameOf(field) ?? named(field);
  const { from, constant, convert, repair, required, maxLength, region, currency, values, type } = mapping;
  const source = from.length === 0 ? literal(constant ?? null) : series(from.map(name));
  return [
    source,
    ...convert.map(conversionWords),
    ...(type === 'text' || type === 'name' || from.length === 0 ? [] : [`as ${TYPES[type] ?? `a ${type}`}`]),
    ...(values === undefined ? [] : [`one of ${series(values.map(literal), 'or')}`]),
    ...(region === undefined ? [] : [`of the country ${fixedOrField(region, name)}`]),
    ...(currency === undefined ? [] : [`in the currency ${fixedOrField(currency, name)}`]),
    ...repair.map((each) => REPAIRS[each]),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
    ...(mapping.default === undefined ? [] : [`${literal(mapping.default)} where there is none`]),
    ...(required ? ['must be there'] : []),
  ].join('; ');
}

const TYPES: Partial<Record<FieldMapping['type'], string>> = { email: 'an e-mail address', url: 'a web address', integer: 'a whole number', decimal: 'a number', money: 'an amount of money', datetime: 'a date and time', boolean: 'yes or no', enum: 'a choice', json: 'it is', phone: 'a telephone number', currency: 'a currency code', country: 'a country code' };

const REPAIRS: Readonly<Record<FieldMapping['repair'][number], string>> = {
  trim: 'without blanks around it', 'collapse-spaces': 'with single blanks within', 'lower-case': 'in small letters', 'title-case': 'with capital initials',
  'remove-control': 'without control characters', truncate: 'cut where it is too long', 'blank-if-invalid': 'left empty where it is not valid',
};

function fixedOrField(value: ValueOrField, name: (field: string) => string): string {
  return 'value' in value ? value.value : `that is in ${name(value.field)}`;
}

function conversionWords(conversion: Conversion): string {
  if (conversion.kind === 'lookup') return `read as ${series(Object.entries(conversion.table).map(([from, to]) => `"${from}" = ${literal(to)}`))}`;
  return `converted by ${conversion.name}(${conversion.args.map((argument) => JSON.stringify(argument)).join(', ')})`;
}
