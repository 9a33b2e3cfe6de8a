import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { parseByteSize } from '../../../src/config/byte-size.js';
import { durationMs, parseDuration } from '../../../src/config/duration.js';
import { parsePercentage, percentageShare } from '../../../src/config/percentage.js';
import { parseTimeOfDay } from '../../../src/config/time-of-day.js';
import { parseValueOrField } from '../../../src/config/value-or-field.js';

describe('parseDuration', () => {
  it.each([
    ['0s', 0], ['250ms', 250], ['30s', 30_000], ['5m', 300_000], ['1h', 3_600_000], ['2d', 172_800_000],
  ])('reads %s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', 'soon', '15', '15 m', '1.5h', '-5m', '5M', '5min', '1h30m', ' 5m', '5m\n', '9999999999s'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
    expect(() => durationMs(text)).toThrow(RangeError);
  });

  it('reads every whole number of every unit', () => {
    fc.assert(fc.property(fc.nat(999_999), fc.constantFrom(['ms', 1], ['s', 1e3], ['m', 6e4], ['h', 36e5], ['d', 864e5]), (count, [unit, ms]) => {
      expect(parseDuration(`${count}${unit}`)).toBe(count * ms);
    }));
  });
});

describe('parsePercentage', () => {
  it.each([['0%', 0], ['2%', 0.02], ['2.3%', 0.023], ['0.125%', 0.00125], ['100%', 1]])('reads %s', (text, share) => expect(parsePercentage(text)).toBe(share));

  it.each(['', '2', '0.02', '2 %', '-2%', '100.1%', '101%', '2,5%', '%'])('refuses %j', (text) => {
    expect(parsePercentage(text)).toBeUndefined();
    expect(() => percentageShare(text)).toThrow(RangeError);
  });
});

describe('parseByteSize', () => {
  it.each([['1KB', 1_024], ['32MB', 33_554_432], ['1GB', 1_073_741_824]])('reads %s', (text, bytes) => expect(parseByteSize(text)).toBe(bytes));
  it.each(['32', '32 MB', '32mb', '1.5MB', '32MiB'])('refuses %j', (text) => expect(parseByteSize(text)).toBeUndefined());
});

describe('parseTimeOfDay', () => {
  it.each([
    ['02:00', { hour: 2, minute: 0, timeZone: 'UTC' }],
    ['23:59 Europe/Berlin', { hour: 23, minute: 59, timeZone: 'Europe/Berlin' }],
  ])('reads %s', (text, time) => expect(parseTimeOfDay(text)).toEqual(time));
  it.each(['2:00', '24:00', '02:60', '02:00 Europe/Atlantis', '02:00  UTC', 'midnight'])('refuses %j', (text) => expect(parseTimeOfDay(text)).toBeUndefined());
});

describe('parseValueOrField', () => {
  it.each([
    ['DE', { value: 'DE' }],
    ['from(country)', { field: 'country' }],
    ['from( /address/country )', { field: '/address/country' }],
    ['from()', { value: 'from()' }],
  ])('reads %s', (text, parsed) => expect(parseValueOrField(text)).toEqual(parsed));
});
