import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDate, isoInstant, MAX_INSTANT_MS, MIN_INSTANT_MS, utcMs } from '../../../src/domain/calendar.js';
import { compileDateFormat, DateFormatError } from '../../../src/domain/date-format.js';
import { instantOf, parseIsoTime, readDate, readDateTime } from '../../../src/domain/dates.js';
import { instantOfLocal, isTimeZone, zoneOffsetMs } from '../../../src/domain/time-zone.js';

const ZONES = Intl.supportedValuesOf('timeZone');

const wallClock = (zone: string, ms: number): number => {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  }).formatToParts(ms);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
};

describe('the calendar', () => {
  test('agrees with Date on every day of every 17th year from 1 to 9999', () => {
    for (let year = 1; year <= 9_999; year += 17) {
      for (let month = 1; month <= 12; month += 1) {
        for (let day = 1; day <= 31; day += 1) {
          const date = new Date(0);
          date.setUTCFullYear(year, month - 1, day);
          const exists = date.getUTCDate() === day;
          if (isDate(year, month, day) !== exists) throw new Error(`${year}-${month}-${day}`);
          if (exists && utcMs({ year, month, day, hour: 0, minute: 0, second: 0, millisecond: 0 }) !== date.getTime()) throw new Error(`${year}-${month}-${day}`);
        }
      }
    }
  });

  test('ends at the years 1 and 9999', () => {
    expect(isoInstant(MIN_INSTANT_MS)).toBe('0001-01-01T00:00:00.000Z');
    expect(isoInstant(MAX_INSTANT_MS)).toBe('9999-12-31T23:59:59.999Z');
    expect(isoInstant(MIN_INSTANT_MS - 1)).toBeUndefined();
    expect(isoInstant(MAX_INSTANT_MS + 1)).toBeUndefined();
    expect(isoInstant(Number.NaN)).toBeUndefined();
  });
});

describe('readDate', () => {
  test.each([
    ['2026-11-20', '2026-11-20'], ['2024-02-29', '2024-02-29'], ['2000-02-29', '2000-02-29'], ['0001-01-01', '0001-01-01'], ['9999-12-31', '9999-12-31'],
    ['2026-11-20T00:00:00Z', '2026-11-20'], ['2026-11-20 00:00:00.000', '2026-11-20'], ['2026-11-20T00:00:00+02:00', '2026-11-20'],
  ])('%s is %s', (text, date) => {
    expect(readDate(text)).toBe(date);
  });

  test.each([
    '2023-02-29', '1900-02-29', '2026-04-31', '2026-00-10', '2026-13-01', '2026-01-00', '0000-00-00', '0000-01-01', '20.11.2026', '2026-1-5', '20261120', '',
    ' 2026-11-20', '2026-11-20x', '-2026-11-20', '+012026-11-20', 20_261_120, true, null, ['2026-11-20'],
  ])('%j is no date', (input) => {
    expect(readDate(input)).toMatchObject({ code: 'invalid-date' });
  });

  test.each(['2026-11-20T10:11:12Z', '2026-11-20 00:00:01', '2026-12-31T23:59:60Z'])('a time of day is not lost in silence: %s', (text) => {
    expect(readDate(text)).toMatchObject({ code: 'date-has-time' });
  });
});

describe('readDateTime', () => {
  test.each([
    ['2026-11-20T10:11:12Z', 'Europe/Berlin', '2026-11-20T10:11:12.000Z'],
    ['2026-11-20T10:11:12.5Z', 'UTC', '2026-11-20T10:11:12.500Z'],
    ['2026-11-20T10:11:12,123456789Z', 'UTC', '2026-11-20T10:11:12.123Z'],
    ['2026-11-20t10:11:12z', 'UTC', '2026-11-20T10:11:12.000Z'],
    ['2026-11-20 10:11:12.123Z', 'UTC', '2026-11-20T10:11:12.123Z'],
    ['2026-11-20 10:11:12+00', 'UTC', '2026-11-20T10:11:12.000Z'],
    ['2026-11-20T10:11:12+05:30', 'UTC', '2026-11-20T04:41:12.000Z'],
    ['2026-11-20T10:11:12-0800', 'UTC', '2026-11-20T18:11:12.000Z'],
    ['2026-11-20T10:11', 'UTC', '2026-11-20T10:11:00.000Z'],
    ['2026-11-20T10:11:12', 'Europe/Berlin', '2026-11-20T09:11:12.000Z'],
    ['2026-07-20 10:11:12', 'Europe/Berlin', '2026-07-20T08:11:12.000Z'],
    ['2026-11-20', 'America/New_York', '2026-11-20T05:00:00.000Z'],
    ['2016-12-31T23:59:60Z', 'UTC', '2017-01-01T00:00:00.000Z'],
    ['2017-01-01T05:29:60+05:30', 'UTC', '2017-01-01T00:00:00.000Z'],
    ['2017-01-01 00:59:60', 'Europe/Berlin', '2017-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', 'UTC', '9999-12-31T23:59:59.999Z'],
    ['0001-01-01T00:00:00Z', 'UTC', '0001-01-01T00:00:00.000Z'],
  ])('%s in %s is %s', (text, zone, instant) => {
    expect(readDateTime(text, zone)).toBe(instant);
  });

  test.each([
    '2026-11-20T24:00:00Z', '2026-11-20T10:60:00Z', '2026-11-20T10:11:61Z', '2026-11-20T10:11:60Z', '2026-02-29T10:00:00Z', '0000-00-00 00:00:00',
    '2026-11-20T10:11:12+24:00', '2026-11-20T10:11:12+05:60', '2026-11-20T10Z', '2026-11-20Z', '9999-12-31T23:59:59-01:00', '0001-01-01T00:00:00+01:00',
    'Fri, 20 Nov 2026 10:11:12 GMT', '20/11/2026 10:11', 1_700_000_000, null, '2026-11-20T10:11:12.1234567890Z', '',
  ])('%j is no time', (input) => {
    expect(readDateTime(input, 'UTC')).toMatchObject({ code: 'invalid-datetime' });
  });

  test('a number is refused with a way out', () => {
    expect(readDateTime(1_700_000_000, 'UTC')).toMatchObject({ message: expect.stringContaining('date("unix")') });
  });

  test('reads back what Date writes', () => {
    fc.assert(fc.property(fc.integer({ min: MIN_INSTANT_MS, max: MAX_INSTANT_MS }), (ms) => {
      const text = new Date(ms).toISOString();
      expect(readDateTime(text, 'Asia/Tokyo')).toBe(text);
    }));
  });
});

describe('time zones', () => {
  test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'Asia/Kolkata'])('%s is one', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  test.each(['', 'Europe/Atlantis', '+02:00', '../etc/passwd', 'Europe/Berlin ', 'x'.repeat(100)])('%j is none', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });

  test.each([
    // The night of 2027-03-28: 02:00 becomes 03:00.
    ['Europe/Berlin', '2027-03-28T01:59:59', '2027-03-28T00:59:59.000Z'],
    ['Europe/Berlin', '2027-03-28T02:30:00', '2027-03-28T01:30:00.000Z'],
    ['Europe/Berlin', '2027-03-28T03:00:00', '2027-03-28T01:00:00.000Z'],
    // The night of 2026-10-25: 02:00 to 03:00 comes twice.
    ['Europe/Berlin', '2026-10-25T01:30:00', '2026-10-24T23:30:00.000Z'],
    ['Europe/Berlin', '2026-10-25T02:30:00', '2026-10-25T00:30:00.000Z'],
    ['Europe/Berlin', '2026-10-25T03:00:00', '2026-10-25T02:00:00.000Z'],
    // Samoa had no 30 December 2011.
    ['Pacific/Apia', '2011-12-30T12:00:00', '2011-12-30T22:00:00.000Z'],
    // Half an hour of daylight saving time.
    ['Australia/Lord_Howe', '2026-10-04T02:15:00', '2026-10-03T15:45:00.000Z'],
    ['Asia/Kathmandu', '2026-11-20T05:45:00', '2026-11-20T00:00:00.000Z'],
    ['Europe/Berlin', '1500-01-01T00:53:28', '1500-01-01T00:00:00.000Z'],
    ['Africa/Monrovia', '1971-01-01T00:00:00', '1971-01-01T00:44:30.000Z'],
  ])('%s %s is %s', (zone, local, instant) => {
    expect(readDateTime(local, zone)).toBe(instant);
  });

  test('offsets agree with Intl for every zone at any time', () => {
    const seconds = fc.integer({ min: Date.UTC(1890, 0, 1) / 1_000, max: Date.UTC(2110, 0, 1) / 1_000 });
    fc.assert(fc.property(fc.constantFrom(...ZONES), seconds, (zone, second) => {
      expect(zoneOffsetMs(zone, second * 1_000)).toBe(wallClock(zone, second * 1_000) - second * 1_000);
    }), { numRuns: 400 });
  }, 30_000);

  test('a local time that exists is found again, the first of two', () => {
    const minutes = fc.integer({ min: Date.UTC(1960, 0, 1) / 60_000, max: Date.UTC(2040, 0, 1) / 60_000 });
    fc.assert(fc.property(fc.constantFrom(...ZONES), minutes, (zone, minute) => {
      const instantMs = minute * 60_000;
      const localMs = instantMs + zoneOffsetMs(zone, instantMs);
      const found = instantOfLocal(zone, localMs);
      expect(found + zoneOffsetMs(zone, found)).toBe(localMs);
      expect(found).toBeLessThanOrEqual(instantMs);
    }), { numRuns: 400 });
  }, 30_000);
});

test('text with an offset needs no zone', () => {
  const time = parseIsoTime('2026-11-20T10:11:12+01:00');
  expect(time).toMatchObject({ offsetMinutes: 60, hasTime: true, leapSecond: false, date: '2026-11-20' });
  expect(time === undefined ? undefined : instantOf(time, 'Asia/Tokyo')).toBe(Date.UTC(2026, 10, 20, 9, 11, 12));
});

describe('compileDateFormat', () => {
  test.each([
    ['DD.MM.YYYY', '20.11.2026', '2026-11-20'], ['DD.MM.YYYY', '5.1.2026', '2026-01-05'], ['MM/DD/YYYY', '11/20/2026', '2026-11-20'],
    ['YYYYMMDD', '20261120', '2026-11-20'], ['YYYYMMDD', '19151111', '1915-11-11'], ['D/M/YYYY', '5/1/2026', '2026-01-05'],
    ['DD.MM.YYYY HH:mm', '20.11.2026 10:11', '2026-11-20T10:11:00'], ['YYYYMMDDTHHmmss', '20261120T101112', '2026-11-20T10:11:12'],
    ['MM/DD/YYYY hh:mm A', '11/20/2026 12:05 am', '2026-11-20T00:05:00'], ['MM/DD/YYYY hh:mm A', '11/20/2026 12:05 PM', '2026-11-20T12:05:00'],
    ['MM/DD/YYYY h:mm A', '11/20/2026 3:05 PM', '2026-11-20T15:05:00'], ['YYYY-MM-DD HH:mm:ss.SSS', '2026-11-20 10:11:12.123', '2026-11-20T10:11:12.123'],
  ])('%s reads %s as %s', (format, text, iso) => {
    expect(compileDateFormat(format)(text)).toBe(iso);
  });

  test.each([
    ['DD.MM.YYYY', '31.02.2026'], ['DD.MM.YYYY', '11/20/2026'], ['MM/DD/YYYY', '20/11/2026'], ['YYYYMMDD', '2026112'], ['YYYYMMDD', '202611200'],
    ['DD.MM.YYYY', '20.11.26'], ['DD.MM.YYYY', ''], ['DD.MM.YYYY', '20.11.2026 '], ['DD.MM.YYYY', '00.00.0000'], ['hh:mm A DD.MM.YYYY', '13:00 PM 20.11.2026'],
    ['DD.MM.YYYY HH:mm', '20.11.2026 24:00'],
  ])('%s does not read %j', (format, text) => {
    expect(compileDateFormat(format)(text)).toBeUndefined();
  });

  test.each([
    ['DD.MM.YY', '"Y" has no meaning'], ['DD.MM', 'needs YYYY'], ['YYYY', 'needs MM'], ['DD.MM.YYYY DD', 'twice'], ['dd.mm.yyyy', '"d" has no meaning'],
    ['DD.MM.YYYY hh:mm', 'go together'], ['DD.MM.YYYY HH hh A', 'use one'], ['', 'needs YYYY'], ['.'.repeat(50), 'at most 40'],
  ])('the format %j is refused: %s', (format, words) => {
    expect(() => compileDateFormat(format)).toThrow(DateFormatError);
    expect(() => compileDateFormat(format)).toThrow(words);
  });
});
