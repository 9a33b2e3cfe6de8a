import type { Json } from '../../contracts/json.js';
import type { QualityRange } from '../../contracts/quality-definition.js';
import { parseIsoTime } from '../dates.js';
import { compareDecimals, decimalOf, parseDecimal, type Decimal } from '../decimal.js';

/** isDateRange says whether a range is one of dates; otherwise it is one of numbers. */
export function isDateRange({ min, max }: QualityRange): boolean {
  return typeof min === 'string' || typeof max === 'string';
}

/** compileRange makes a function that says why a value is outside a range of numbers or dates; undefined where it is within. */
export function compileRange(range: QualityRange): (value: Json) => string | undefined {
  return isDateRange(range) ? compileDateRange(range) : compileNumberRange(range);
}

function compileNumberRange({ min, max }: QualityRange): (value: Json) => string | undefined {
  const least = typeof min === 'number' ? decimalOf(min) : undefined;
  const greatest = typeof max === 'number' ? decimalOf(max) : undefined;
  return (value) => {
    const number = asDecimal(value);
    if (number === undefined) return 'A number is needed, written with a point and without separators.';
    if (least !== undefined && compareDecimals(number, least) < 0) return `The value is less than ${min}.`;
    return greatest !== undefined && compareDecimals(number, greatest) > 0 ? `The value is greater than ${max}.` : undefined;
  };
}

function asDecimal(value: Json): Decimal | undefined {
  if (typeof value === 'number') return decimalOf(value);
  return typeof value === 'string' ? parseDecimal(value.trim()) : undefined;
}

// Days of ISO 8601 are in the order of their texts.
function compileDateRange({ min, max }: QualityRange): (value: Json) => string | undefined {
  return (value) => {
    const time = typeof value === 'string' ? parseIsoTime(value.trim()) : undefined;
    if (time === undefined) return 'A date that exists is needed, written as YYYY-MM-DD.';
    if (min !== undefined && time.date < String(min)) return `The date is before ${min}.`;
    return max !== undefined && time.date > String(max) ? `The date is after ${max}.` : undefined;
  };
}
