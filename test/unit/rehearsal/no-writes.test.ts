import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SystemError } from '../../../src/contracts/system-error.js';
import { PlanningConnector } from '../../../src/rehearsal/planning-connector.js';
import { Placeholders } from '../../../src/rehearsal/placeholders.js';
import { readingOf } from '../../../src/rehearsal/reading-connector.js';
import { anyHandoff } from './any-handoff.js';
import { tryHandoff, writableConnector } from './under-test.js';

const records = {
  'crm.account': [{ id: 'a-1', name: 'Acme' }], 'books.customer': [{ id: 'c-1', reference: 'a-1' }, { id: 'c-2', reference: 'Acme' }, { id: 'c-3', reference: 'Acme' }],
};

describe('a test', () => {
  it('sends no write, whatever the definition and whatever comes of it, and shows every write that it has planned', async () => {
    const ends = new Set<string>();
    let plannedInAll = 0;
    await fc.assert(fc.asyncProperty(anyHandoff, fc.record({ id: fc.constant('a-1'), name: fc.constantFrom('Acme', '', '2026-12-01'), lines: fc.constantFrom([], ['x'], [{ id: 'a-1' }, { id: 'none' }]) }), fc.constantFrom('approved' as const, 'rejected' as const), async (definition, trigger, answer) => {
      const asking = new Map(Array.from({ length: 60 }, (_, index) => [`s${index}`, answer]));
      const { rehearsal, sent, planned } = await tryHandoff(definition, { trigger, records, choices: { approvals: asking, events: [{ event: 'left' }] } });
      expect(sent).toEqual([]);
      expect(rehearsal.steps.filter(({ write }) => write !== undefined)).toHaveLength(planned);
      expect(rehearsal.steps.every(({ state }) => state !== 'running')).toBe(true);
      ends.add(rehearsal.state);
      plannedInAll += planned;
    }), { numRuns: 1_000 });
    // Not only definitions that come to nothing were tried.
    expect(plannedInAll).toBeGreaterThan(100);
    expect([...ends].toSorted()).toEqual(['compensated', 'parked', 'succeeded']);
  });

  it('sends no write where systems fail', async () => {
    const failed = new SystemError('It does not answer.', { system: 'crm', outcome: 'retry', code: 'timeout', status: null, retryAfterMs: null, request: 'GET', excerpt: null });
    await fc.assert(fc.asyncProperty(anyHandoff, async (definition) => {
      expect((await tryHandoff(definition, { get: () => Promise.reject(failed) })).sent).toEqual([]);
    }), { numRuns: 50 });
  });

  it('has nothing in its hands that could write', async () => {
    const writes: unknown[] = [];
    const reader = readingOf('crm', async () => writableConnector('crm', records, writes));
    expect(Object.keys(reader).toSorted()).toEqual(['find', 'get', 'system']);
    const planning = new PlanningConnector(reader, new Placeholders());
    const [result] = await planning.write('account', [{ kind: 'delete', id: 'a-1', fields: {}, expectedVersion: null, idempotencyKey: 'x' }], new AbortController().signal);
    expect(result?.outcome).toBe('ok');
    expect(writes).toEqual([]);
    expect(await planning.get('account', 'a-1', new AbortController().signal)).toBeNull();
  });
});
