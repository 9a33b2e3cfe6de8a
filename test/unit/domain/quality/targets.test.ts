import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localDay } from '../../../../src/domain/quality/local-day.js';
import { monthOf, monthReport } from '../../../../src/domain/quality/month-report.js';
import { measuresOf, missedTargets, percent } from '../../../../src/domain/quality/targets.js';
import { dayOf } from './figures.js';

describe('measuresOf', () => {
  test('judges each metric that has a target; a share that equals its target meets it', () => {
    const day = dayOf('2026-11-23');
    expect(measuresOf(day, day.targets)).toEqual([
      { metric: 'duplicateRate', share: 0.01, count: 1, of: 100, target: 0.01, met: true },
      { metric: 'missing', share: 0.03, count: 3, of: 100, target: 0.02, met: false },
      { metric: 'invalid', share: 0.07, count: 7, of: 100, target: null, met: null },
      { metric: 'differs', share: null, count: null, of: null, target: null, met: null },
    ]);
    expect(missedTargets(day, day.targets)).toEqual(['missing required fields: 3% (target 2%)']);
  });

  test('without records, and without a reconciliation, nothing is judged', () => {
    const day = dayOf('2026-11-23', { records: 0, duplicates: 0, missing: 0, invalid: 0, targets: { missing: 0, differs: 0.01 } });
    expect(measuresOf(day, day.targets).map(({ met }) => met)).toEqual([null, null, null, null]);
  });

  test('the share of fields that differ is one of the records that were compared', () => {
    const day = dayOf('2026-11-23', { differs: 5, compared: 50 });
    expect(measuresOf(day, { differs: 0.05 })[3]).toMatchObject({ share: 0.1, count: 5, of: 50, met: false });
  });
});

describe('percent', () => {
  test.each([[null, '–'], [0, '0%'], [1, '100%'], [0.0279, '2.79%'], [0.02, '2%'], [0.000_01, '<0.01%'], [0.365, '36.5%']])('%s is %s', (share, text) => expect(percent(share)).toBe(text));

  test('only nothing is shown as 0%', () => {
    fc.assert(fc.property(fc.double({ min: Number.MIN_VALUE, max: 1, noNaN: true }), (share) => {
      expect(percent(share)).not.toBe('0%');
    }));
  });
});

describe('localDay', () => {
  test.each([
    ['UTC', '2026-11-23T23:59:59.999Z', '2026-11-23'],
    ['Europe/Berlin', '2026-11-23T23:00:00Z', '2026-11-24'],
    ['Europe/Berlin', '2026-06-30T21:59:59Z', '2026-06-30'],
    ['America/Los_Angeles', '2026-11-24T07:59:00Z', '2026-11-23'],
    ['Pacific/Kiritimati', '2026-11-23T10:00:00Z', '2026-11-24'],
  ])('in %s, %s is on %s', (zone, instant, day) => expect(localDay(zone, Date.parse(instant))).toBe(day));
});

describe('monthReport', () => {
  test('is by department, with the last day beside the course of the month', () => {
    const days = [
      dayOf('2026-11-01', { missing: 1, rules: { 'email.format': 9 } }), dayOf('2026-11-03'),
      dayOf('2026-11-03', { quality: 'crm-accounts', title: 'Accounts', owner: 'finance', object: 'account' }),
    ];
    const { departments } = monthReport('2026-11', days, (quality) => (quality === 'crm-contacts' ? { planned: 4, written: 3, refused: 1 } : null));
    expect(departments.map(({ owner, objects }) => [owner, objects.map(({ quality }) => quality)])).toEqual([['finance', ['crm-accounts']], ['sales', ['crm-contacts']]]);
    const contacts = departments[1]?.objects[0];
    expect(contacts).toMatchObject({ object: 'crm.contact', missedDays: 1, measuredDays: 2, repairs: { planned: 4, written: 3, refused: 1 } });
    expect(contacts?.rules).toEqual([{ rule: 'email.format', failed: 7, before: 9 }, { rule: 'email.required', failed: 3, before: null }]);
    expect(contacts?.trends.find(({ metric }) => metric === 'missing')).toEqual({ metric: 'missing', target: 0.02, points: [{ day: '2026-11-01', share: 0.01, met: true }, { day: '2026-11-03', share: 0.03, met: false }] });
  });

  test.each([['2026-11', 30], ['2024-02', 29], ['2026-02', 28], ['2026-12', 31]])('%s has %i days', (month, days) => expect(monthOf(month)).toEqual({ first: `${month}-01`, last: `${month}-${days}`, days }));

  test.each(['2026', '2026-13', '2026-00', '2026-1', '11-2026', '', "2026-11'; drop"])('%j is no month', (text) => expect(monthOf(text)).toBeUndefined());
});
