import * as check from 'fast-check';

const digits = (length: number) => check.array(check.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: length }).map((all) => all.join('').replace(/^0+(?=\d)/, ''));
const moment = check.date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true });
const micros = check.integer({ min: 0, max: 999_999 }).map((fraction) => (fraction === 0 ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`));
const second = check.tuple(moment, micros).map(([date, fraction]) => `${date.toISOString().slice(0, 19)}${fraction}`);
const orNull = <Value>(arbitrary: check.Arbitrary<Value>) => check.option(arbitrary, { nil: null, freq: 8 });

/** row is the fields of a record with a value of each type of column, as it is read back. */
const row = check.record({
  t: orNull(check.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !text.includes('\0'))),
  n: orNull(check.tuple(check.boolean(), digits(40), check.option(digits(30), { nil: undefined })).map(([minus, whole, fraction]) => {
    const text = fraction === undefined ? whole : `${whole}.${fraction}`;
    return minus && /[1-9]/.test(text) ? `-${text}` : text;
  })),
  b: orNull(check.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)),
  f: orNull(check.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number))),
  i: orNull(check.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  d: orNull(moment.map((date) => date.toISOString().slice(0, 10))),
  z: orNull(second.map((text) => `${text}Z`)),
  l: orNull(second),
  // jsonb holds no zero bytes; numbers that a double cannot hold come as text, wherever they stand.
  j: orNull(check.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value).replaceAll('\\u0000', ''), (_key, part: unknown) => (typeof part === 'number' ? Math.trunc(part % 1e6) + 0 : part)) as never).filter((value) => value !== null)),
  a: orNull(check.array(check.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 5 })),
});

/** fc is fast-check with the arbitraries of these tests. */
export const fc = { assert: check.assert, asyncProperty: check.asyncProperty, row };
