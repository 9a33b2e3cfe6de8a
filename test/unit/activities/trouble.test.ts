import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TroubleBox, systemTrouble, troubleKind, type Trouble } from '../../../activities/sync/trouble.js';
import type { OutcomeKind } from '../../../src/contracts/system-definition.js';
import { SystemError } from '../../../src/contracts/system-error.js';

const kinds: Readonly<Record<OutcomeKind, Trouble['kind']>> = {
  ok: 'unknown', retry: 'unavailable', 'rate-limited': 'limited', 'reconnect-needed': 'disconnected', unknown: 'unknown',
  park: 'refused', 'not-found': 'refused', 'version-conflict': 'refused', exists: 'refused', 'refresh-token': 'refused', fail: 'refused',
};
const gravity: readonly Trouble['kind'][] = ['busy', 'limited', 'disconnected', 'unavailable', 'unknown', 'refused'];

function error(outcome: Exclude<OutcomeKind, 'ok'>): SystemError {
  return new SystemError('GET /contacts was not answered', { system: 'crm', outcome, code: 'timeout', status: null, retryAfterMs: 7_000, request: 'GET /contacts', excerpt: null });
}

describe('trouble', () => {
  test.each(Object.entries(kinds) as [OutcomeKind, Trouble['kind']][])('of the outcome %s is %s', (outcome, kind) => {
    expect(troubleKind(outcome)).toBe(kind);
  });

  test.each((Object.keys(kinds) as OutcomeKind[]).filter((outcome) => outcome !== 'ok'))('of a read with the outcome %s keeps its system, message and Retry-After', (outcome) => {
    const kind = outcome === 'unknown' ? 'unavailable' : kinds[outcome];
    expect(systemTrouble(error(outcome))).toEqual({ kind, system: 'crm', message: 'GET /contacts was not answered', retryAfterMs: 7_000 });
  });

  test('is never made of a fault of our own, which is thrown on as it is', () => {
    const fault = new TypeError('cannot read x of undefined');
    expect(() => systemTrouble(fault)).toThrow(fault);
  });

  test('is kept by its gravity, whatever the order it comes in', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...gravity), { minLength: 1 }), (reported) => {
      const box = new TroubleBox();
      for (const kind of reported) box.report({ kind, system: 'crm', message: kind, retryAfterMs: null });
      expect(box.current()?.kind).toBe(gravity[Math.max(...reported.map((kind) => gravity.indexOf(kind)))]);
    }));
  });

  test('is forgotten when it is cleared', () => {
    const box = new TroubleBox();
    box.report({ kind: 'unknown', system: 'crm', message: '', retryAfterMs: null });
    box.clear();
    expect(box.current()).toBeUndefined();
  });
});
