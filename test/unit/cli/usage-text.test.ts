import { expect, test } from 'vitest';
import { circuitLines } from '../../../src/cli/status/circuit-lines.js';
import { plainStyle } from '../../../src/cli/terminal/style.js';
import { usageText } from '../../../src/cli/usage/usage-report.js';
import type { UsageHour } from '../../../src/store/api-usage.js';

const now = new Date('2026-11-28T03:30:00Z');
const style = { ...plainStyle, now };
const hour = (at: string, outcome: UsageHour['outcome'], requests: number, more: Partial<UsageHour> = {}): UsageHour => ({ hour: new Date(at), system: 'crm', purpose: 'sync', outcome, requests, ...more });
const usage = [hour('2026-11-28T03:00:00Z', 'ok', 1_200), hour('2026-11-28T03:00:00Z', 'limited', 3), hour('2026-11-28T02:00:00Z', 'ok', 10), hour('2026-11-28T02:00:00Z', 'failed', 1, { system: 'books', purpose: 'handoff' })];

test('usage is a line for each system and purpose', () => {
  expect(usageText(usage, false, style).split('\n')).toEqual([
    'system  for      requests     ok  refused  unauthorized  limited  failed',
    'books   handoff         1      0        0             0        0       1',
    'crm     sync        1,213  1,210        0             0        3       0',
  ]);
  expect(usageText([], false, style)).toBe('No requests were counted in this time.');
});

test('or one for each hour as well', () => {
  expect(usageText(usage, true, style).split('\n').slice(1)).toEqual([
    expect.stringMatching(/^2026-11-28 03:00 +crm +sync +1,203 /), expect.stringMatching(/^2026-11-28 02:00 +crm +sync +10 /), expect.stringMatching(/^2026-11-28 02:00 +books +handoff +1 /),
  ]);
});

test('a system that is left alone is named with the reason, and when it is tried again', () => {
  const circuit = { system: 'crm', openedAt: new Date('2026-11-28T03:25:00Z'), openUntil: new Date('2026-11-28T03:30:20Z'), reason: '20 requests in a row have failed; the last one was answered with 503' };
  expect(circuitLines([circuit], style)).toEqual(['', 'crm: left alone since 5 min ago, tried again in 20 s; runs and handoffs wait for it', `  ${circuit.reason}`]);
  expect(circuitLines([{ ...circuit, openUntil: now }], style)[1]).toContain('tried again with the next request');
  expect(circuitLines([], style)).toEqual([]);
});
