import type { Json } from '../contracts/json.js';
import type { Decimal } from './decimal.js';
import { decimalOf, formatDecimal, parseDecimal } from './decimal.js';
import { minorUnitDigits, readCurrency } from './iso4217.js';
import { isJsonObject } from './json-pointer.js';
import { Refusal } from './refusal.js';

/** Money is an exact amount in a currency: the decimal number and its ISO 4217 code in upper case. */
export interface Money {
  readonly amount: Decimal;
  readonly currency: string;
}

/** readDecimal takes a JSON number, or text that is a number with a decimal point (`12.50`; not `12,50` or `1 000`). */
export function readDecimal(input: Json): Decimal | Refusal {
  const decimal = typeof input === 'number' ? decimalOf(input) : typeof input === 'string' ? parseDecimal(input) : undefined;
  return decimal ?? new Refusal('invalid-number', 'This is no number that can be held: digits with at most one decimal point, no blanks or thousands separators.');
}

/**
 * readMoney takes an amount and its currency: a number, number text, or an object `{amount, currency}`. `currency` is
 * the one the mapping names. An amount with more decimal places than the currency has is refused, not rounded.
 */
export function readMoney(input: Json, currency: string | undefined): Money | Refusal {
  const inner = isJsonObject(input) ? input : undefined;
  const amount = readDecimal(inner === undefined ? input : (inner['amount'] ?? null));
  if (amount instanceof Refusal) return amount;
  const own = inner?.['currency'];
  const code = currencyOf(typeof own === 'string' ? own : undefined, currency);
  if (code instanceof Refusal) return code;
  const digits = minorUnitDigits(code);
  if (typeof digits === 'number' && amount.scale > digits) {
    return new Refusal('too-many-places', `${code} has ${digits} decimal places and the amount has ${amount.scale}. Use round(${digits}) if it may be rounded.`);
  }
  return { amount, currency: code };
}

/** formatAmount writes the amount with the decimal places of its currency: `12.50` of EUR, `12` of JPY. */
export function formatAmount(money: Money): string {
  return formatDecimal(money.amount, minorUnitDigits(money.currency) ?? 0);
}

/** currencyOf settles on a currency between the one in the value and the one the mapping names. */
export function currencyOf(own: string | undefined, named: string | undefined): string | Refusal {
  const given = own ?? named;
  if (given === undefined || given === '') return new Refusal('currency-missing', 'An amount of money needs a currency; name one in the mapping with currency.');
  const code = readCurrency(given);
  if (code === undefined) return new Refusal('invalid-currency', 'The currency is no ISO 4217 code in use, such as EUR.');
  if (own !== undefined && named !== undefined && named !== '' && readCurrency(named) !== code) {
    return new Refusal('currency-mismatch', `The amount is in ${code}, and the mapping says another currency.`);
  }
  return code;
}
