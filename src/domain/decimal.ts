/** Decimal is an exact number, `unscaled` × 10^−`scale`, with the smallest scale that holds it; zero has no sign. */
export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

const MAX_TEXT_LENGTH = 400;
/** A double has at most 309 digits before the point; 1e400 has more. */
const MAX_WHOLE_DIGITS = 309;
const MAX_SCALE = 400;
const DECIMAL_TEXT = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/**
 * parseDecimal reads a number as text: digits, at most one point, an exponent. Undefined for anything else (`NaN`, `1,5`,
 * an empty text) and for numbers beyond 309 digits before the point or 400 after it, such as `1e400`.
 */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > MAX_TEXT_LENGTH) return undefined;
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  let digits = whole + fraction;
  let scale = fraction.length - Number(exponent);
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end -= 1;
  if (end === 0) return { unscaled: 0n, scale: 0 };
  scale -= digits.length - end;
  digits = digits.slice(0, end).replace(/^0+/, '');
  if (digits.length - scale > MAX_WHOLE_DIGITS || scale > MAX_SCALE) return undefined;
  const magnitude = scale < 0 ? BigInt(digits) * powerOfTen(-scale) : BigInt(digits);
  return { unscaled: sign === '-' ? -magnitude : magnitude, scale: Math.max(scale, 0) };
}

/** decimalOf takes a JavaScript number by its shortest text, so 0.1 is exactly one tenth; undefined for NaN and infinities. */
export function decimalOf(value: number): Decimal | undefined {
  return Number.isSafeInteger(value) ? { unscaled: BigInt(value), scale: 0 } : parseDecimal(String(value));
}

/** formatDecimal writes a number without exponent, padded with zeros to at least `places` decimal places. */
export function formatDecimal(value: Decimal, places = 0): string {
  const negative = value.unscaled < 0n;
  let digits = (negative ? -value.unscaled : value.unscaled).toString();
  let { scale } = value;
  if (scale < places) {
    digits += '0'.repeat(places - scale);
    scale = places;
  }
  if (scale > 0) {
    digits = digits.padStart(scale + 1, '0');
    digits = `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  }
  return negative ? `-${digits}` : digits;
}

/** compareDecimals orders two numbers by value: −1, 0 or 1. */
export function compareDecimals(left: Decimal, right: Decimal): -1 | 0 | 1 {
  const scale = Math.max(left.scale, right.scale);
  const a = left.unscaled * powerOfTen(scale - left.scale);
  const b = right.unscaled * powerOfTen(scale - right.scale);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** addDecimals gives the exact sum. */
export function addDecimals(left: Decimal, right: Decimal): Decimal {
  const scale = Math.max(left.scale, right.scale);
  const sum = left.unscaled * powerOfTen(scale - left.scale) + right.unscaled * powerOfTen(scale - right.scale);
  return smallest(sum, scale);
}

/** multiplyDecimals gives the exact product. */
export function multiplyDecimals(left: Decimal, right: Decimal): Decimal {
  return smallest(left.unscaled * right.unscaled, left.scale + right.scale);
}

/** shiftDecimal moves the point: 12.34 shifted by 2 is 1234, shifted by −2 it is 0.1234. Exact. */
export function shiftDecimal(value: Decimal, places: number): Decimal {
  const scale = value.scale - places;
  return scale < 0 ? { unscaled: value.unscaled * powerOfTen(-scale), scale: 0 } : smallest(value.unscaled, scale);
}

/**
 * roundHalfEven rounds to decimal places (negative: to tens, hundreds), halves to the even neighbour: 0.5 → 0, 1.5 → 2,
 * 2.5 → 2, as IEEE 754 and bookkeeping do, so that the roundings of a long list do not add up.
 */
export function roundHalfEven(value: Decimal, places: number): Decimal {
  if (value.scale <= places) return value;
  const unit = powerOfTen(value.scale - places);
  const quotient = value.unscaled / unit;
  const rest = value.unscaled % unit;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const away = twice > unit || (twice === unit && quotient % 2n !== 0n);
  const rounded = away ? quotient + (value.unscaled < 0n ? -1n : 1n) : quotient;
  return places < 0 ? { unscaled: rounded * powerOfTen(-places), scale: 0 } : smallest(rounded, places);
}

/** floorDecimal gives the greatest whole number that is not above the value. */
export function floorDecimal(value: Decimal): bigint {
  const unit = powerOfTen(value.scale);
  const quotient = value.unscaled / unit;
  return value.unscaled < 0n && value.unscaled % unit !== 0n ? quotient - 1n : quotient;
}

/**
 * jsonNumber gives the number as a JSON number where a double holds it exactly as written (integers up to 2^53 − 1), and
 * as text where it does not, so that no digit is lost.
 */
export function jsonNumber(value: Decimal): number | string {
  const text = formatDecimal(value);
  const number = Number(text);
  if (value.scale === 0) return Number.isSafeInteger(number) ? number : text;
  const back = decimalOf(number);
  return back !== undefined && back.scale === value.scale && back.unscaled === value.unscaled ? number : text;
}

function smallest(unscaled: bigint, scale: number): Decimal {
  if (unscaled === 0n) return { unscaled, scale: 0 };
  let rest = unscaled;
  let places = scale;
  while (places > 0 && rest % 10n === 0n) {
    rest /= 10n;
    places -= 1;
  }
  return { unscaled: rest, scale: places };
}

const powers: bigint[] = [];

function powerOfTen(exponent: number): bigint {
  return (powers[exponent] ??= 10n ** BigInt(exponent));
}
