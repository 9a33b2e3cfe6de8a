import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HandoffField, HandoffStep } from '../../../../src/contracts/handoff-definition.js';
import { makeFields } from '../../../../src/domain/handoff/make-fields.js';
import { outlineOf, stepChain } from '../../../../src/domain/handoff/outline.js';
import { fillText, handoffValues, listOf, textOf } from '../../../../src/domain/handoff/values.js';
import { nextBusinessTime, waitUntil } from '../../../../src/domain/handoff/wait-until.js';

const commons = { title: '', onFailure: 'park' } as const;
const end = (name: string): HandoffStep => ({ ...commons, name, kind: 'end' });
const each: HandoffStep = { ...commons, name: 'lines', kind: 'forEach', list: '/trigger/lines', as: 'line', steps: [end('task'), end('note')] };

describe('handoffValues', () => {
  const trigger = { lines: ['a', 'b'] };
  const outputs = [{ path: 'project', output: { id: 'p' } }, { path: 'task/1', output: { id: 't1' } }, { path: 'task/2', output: { id: 't2' } }];

  it.each([[0, 'a', 't1'], [1, 'b', 't2']])('shows in turn %i its value and the results of that turn', (turn, line, task) => {
    expect(handoffValues({ trigger, outputs }, [each, end('note')], [turn], 'k')).toEqual({ trigger, step: { key: 'k' }, project: { id: 'p' }, task: { id: task }, line });
  });

  it('shows no result of a turn outside the list', () => {
    expect(handoffValues({ trigger, outputs }, [end('after')], [], 'k')).toEqual({ trigger, step: { key: 'k' }, project: { id: 'p' } });
  });
});

describe('places among values', () => {
  it.each([
    ['{/trigger/name} for {/trigger/amount}', 'Acme for 12.5'], ['{/trigger/none}.', '.'], ['{/trigger/list}', '["a"]'], ['{name} {}', '{name} {}'], ['{/trigger/constructor}', ''],
  ])('%s is %s', (text, filled) => {
    expect(fillText(text, { trigger: { name: 'Acme', amount: 12.5, list: ['a'] } })).toBe(filled);
  });

  it('never reads a text that was put in for a place as one', () => {
    fc.assert(fc.property(fc.string(), (name) => { expect(fillText('<{/trigger/name}>', { trigger: { name, secret: 'x' } })).toBe(`<${name}>`); }));
  });

  it.each([[7, '7'], ['x', 'x'], ['', undefined], [null, undefined], [{}, undefined]])('the id %j is %j', (id, text) => {
    expect(textOf({ trigger: { id } }, '/trigger/id')).toBe(text);
  });

  it('takes what is no list for an empty one', () => {
    expect(listOf({ trigger: { lines: 'a' } }, '/trigger/lines')).toEqual([]);
  });
});

describe('makeFields', () => {
  const mapping = (to: string, from: string, required = false): HandoffField => ({ kind: 'mapping', mapping: { from: [from], to, type: 'text', required, convert: [], repair: [], direction: 'forward' } });

  it('makes texts, lists and mapped fields, and leaves out what has no value', () => {
    const fields: readonly HandoffField[] = [
      mapping('name', '/trigger/name'), mapping('none', '/trigger/none'), { kind: 'text', to: 'title', text: 'For {/trigger/name}' },
      { kind: 'items', to: 'lines', items: [[mapping('what', '/trigger/name')]] },
    ];
    expect(makeFields(fields, { trigger: { name: 'Acme' } }, 'UTC')).toEqual({ ok: true, fields: { name: 'Acme', title: 'For Acme', lines: [{ what: 'Acme' }] } });
  });

  it('tells every problem, those within lists too', () => {
    const made = makeFields([mapping('name', '/trigger/a', true), { kind: 'items', to: 'lines', items: [[mapping('what', '/trigger/b', true)]] }], { trigger: {} }, 'UTC');
    expect(made).toMatchObject({ ok: false, problems: [{ field: 'name', code: 'required' }, { field: 'what', code: 'required' }] });
  });
});

describe('the time that a wait ends at', () => {
  const now = Date.parse('2026-11-20T10:00:00Z'); // a Friday
  it.each([
    ['a duration', { forMs: 1_000 }, {}, '2026-11-20T10:00:01.000Z'],
    ['a date in the zone', { until: '/d' }, { d: '2026-12-24' }, '2026-12-23T23:00:00.000Z'],
    ['an instant', { until: '/d' }, { d: '2026-12-24T08:00:00Z' }, '2026-12-24T08:00:00.000Z'],
    ['a date that is past', { until: '/d' }, { d: '2020-01-01' }, '2026-11-20T10:00:00.000Z'],
    ['no date', { until: '/d' }, {}, '2026-11-20T10:00:00.000Z'],
    ['business hours that are on', { businessHours: { fromMinute: 540, toMinute: 1020 } }, {}, '2026-11-20T10:00:00.000Z'],
    ['business hours after a weekend', { forMs: 8 * 3_600_000, businessHours: { fromMinute: 540, toMinute: 1020 } }, {}, '2026-11-23T08:00:00.000Z'],
  ])('%s', (_what, wait, values, expected) => {
    expect(new Date(waitUntil(wait, values, now, 'Europe/Berlin') ?? 0).toISOString()).toBe(expected);
  });

  it.each([
    ['in the hour that the clocks skip', { until: '/d' }, '2027-03-28T02:30', '2027-03-01T00:00:00Z', '2027-03-28T01:30:00.000Z'],
    ['after the clocks went forward', { until: '/d' }, '2027-03-28T03:30', '2027-03-01T00:00:00Z', '2027-03-28T01:30:00.000Z'],
    ['in the hour that comes twice, the first time', { until: '/d' }, '2026-10-25T02:30', '2026-10-01T00:00:00Z', '2026-10-25T00:30:00.000Z'],
    ['after the clocks went back', { until: '/d' }, '2026-10-25T03:30', '2026-10-01T00:00:00Z', '2026-10-25T02:30:00.000Z'],
    ['of days, which are of 24 hours each when the clocks go forward', { forMs: 3 * 86_400_000 }, '', '2027-03-27T09:00:00Z', '2027-03-30T09:00:00.000Z'],
    ['of days, which are of 24 hours each when the clocks go back', { forMs: 3 * 86_400_000 }, '', '2026-10-24T09:00:00Z', '2026-10-27T09:00:00.000Z'],
    ['for business hours after the clocks went forward: an hour earlier', { businessHours: { fromMinute: 540, toMinute: 1020 } }, '', '2027-03-27T09:00:00Z', '2027-03-29T07:00:00.000Z'],
    ['for business hours after the clocks went back: an hour later', { businessHours: { fromMinute: 540, toMinute: 1020 } }, '', '2026-10-24T09:00:00Z', '2026-10-26T08:00:00.000Z'],
  ])('%s', (_what, wait, date, from, expected) => {
    expect(new Date(waitUntil(wait, { d: date }, Date.parse(from), 'Europe/Berlin') ?? 0).toISOString()).toBe(expected);
  });

  it('is not known where there is text that is no date', () => {
    expect(waitUntil({ until: '/d' }, { d: 'soon' }, now, 'UTC')).toBeUndefined();
  });

  it('is within the hours of a working day in every zone and on every day, those of a clock change too', () => {
    const hours = { fromMinute: 540, toMinute: 1020 };
    fc.assert(fc.property(fc.integer({ min: now, max: now + 400 * 86_400_000 }), fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Auckland'), (from, timeZone) => {
      const found = nextBusinessTime(from, hours, timeZone);
      const parts = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(found);
      const part = (type: string): string => parts.find((candidate) => candidate.type === type)?.value ?? '';
      const minute = Number(part('hour')) * 60 + Number(part('minute'));
      expect(found).toBeGreaterThanOrEqual(from);
      expect(['Sat', 'Sun']).not.toContain(part('weekday'));
      expect(minute >= hours.fromMinute && minute < hours.toMinute).toBe(true);
    }));
  });
});

describe('an outline', () => {
  it('has the shape of the steps, and neither texts nor conditions', () => {
    const steps: readonly HandoffStep[] = [each, { ...commons, name: 'route', kind: 'branch', ways: [{ when: { kind: 'empty', field: '/trigger/secret', negated: false }, steps: [end('a')] }, { steps: [] }] }];
    const outline = outlineOf(steps);
    expect(outline).toMatchObject([{ name: 'lines', decides: true, ways: [[{ name: 'task' }, { name: 'note' }]] }, { name: 'route', ways: [[{ name: 'a' }], []] }]);
    expect(JSON.stringify(outline)).not.toContain('secret');
  });

  it('finds a step with those around it', () => {
    expect(stepChain({ steps: [end('first'), each] }, 'note')?.map(({ name }) => name)).toEqual(['lines', 'note']);
    expect(stepChain({ steps: [each] }, 'gone')).toBeUndefined();
  });
});
