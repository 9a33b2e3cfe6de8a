import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RealtimeMeasure, StrategyRule, SweepState } from '../../../src/contracts/strategy.js';
import { CALM_TO_RELAX, decideSweep } from '../../../src/domain/sweep-rule.js';

const rule: StrategyRule = { latencyMs: 60_000, loss: 0.05, leastMs: 60_000 };
const base = 15 * 60_000;
type Measure = RealtimeMeasure & { readonly whole: boolean };
const good: Measure = { announced: 100, missed: 0, p50Ms: 200, p95Ms: 900, whole: true };
const lossy: Measure = { ...good, missed: 50 };
const nearly: Measure = { ...good, p95Ms: 45_000 };
const quiet: Measure = { announced: 0, missed: 0, p50Ms: null, p95Ms: null, whole: true };
const few: Measure = { ...quiet, missed: 2, whole: false };

const measures = fc.record({
  announced: fc.nat(200), missed: fc.nat(200), p50Ms: fc.constant(100), p95Ms: fc.oneof(fc.nat(200_000), fc.constant(null)), whole: fc.boolean(),
});
const rules = fc.record({ latencyMs: fc.integer({ min: 1_000, max: 3_600_000 }), loss: fc.double({ min: 0, max: 1, noNaN: true }), leastMs: fc.integer({ min: 1_000, max: 86_400_000 }) });
const bases = fc.integer({ min: 1, max: 100_000 }).map((seconds) => seconds * 1000);

function run(baseMs: number, by: StrategyRule, given: readonly Measure[], from: SweepState = { everyMs: baseMs, calm: 0 }) {
  let state = from;
  return given.map((measure) => {
    const decision = decideSweep(baseMs, by, state, measure);
    state = decision.next;
    return decision;
  });
}

describe('the rule that tightens and relaxes sweeps', () => {
  test('halves the interval with each bad measure down to the least, and says why', () => {
    expect(run(base, rule, [lossy, lossy, lossy, lossy, lossy]).map(({ change, next }) => [change, next.everyMs / 1000])).toEqual([['tighten', 450], ['tighten', 225], ['tighten', 112], ['tighten', 60], ['keep', 60]]);
    expect(run(base, rule, [lossy])[0]?.reason).toBe('33 % of 150 changes were announced by no webhook (allowed 5.0 %)');
    expect(run(base, rule, [{ ...good, p95Ms: 90_000 }])[0]?.reason).toBe('95 % of the announced changes took up to 90 s to be written (allowed 60 s)');
  });

  test('doubles it again after three good measures in a row, and not near a limit or without evidence', () => {
    const tight = { everyMs: 60_000, calm: 0 };
    expect(run(base, rule, [good, good, good], tight).map(({ change }) => change)).toEqual(['keep', 'keep', 'relax']);
    expect(run(base, rule, [good, good, nearly, good, good], tight).map(({ change }) => change)).toEqual(Array.from({ length: 5 }, () => 'keep'));
    expect(run(base, rule, Array.from({ length: 20 }, () => few), tight).map(({ change }) => change)).toEqual(Array.from({ length: 20 }, () => 'keep'));
    expect(run(base, rule, [quiet, quiet, quiet], tight).at(-1)).toMatchObject({ change: 'relax', next: { everyMs: 120_000 } });
  });

  test('never goes below the least nor above the declared interval, whatever is measured', () => {
    fc.assert(fc.property(bases, rules, fc.array(measures, { maxLength: 60 }), fc.integer({ min: 1, max: 1e9 }), (baseMs, by, given, everyMs) => {
      for (const { next } of run(baseMs, by, given, { everyMs, calm: 0 })) {
        expect(next.everyMs).toBeGreaterThanOrEqual(Math.min(baseMs, by.leastMs));
        expect(next.everyMs).toBeLessThanOrEqual(baseMs);
      }
    }));
  });

  test('returns to the declared interval once real-time is good, and stays there', () => {
    fc.assert(fc.property(bases, rules, fc.array(measures, { maxLength: 40 }), (baseMs, by, given) => {
      const states = run(baseMs, by, given).map(({ next }) => next);
      const after = run(baseMs, by, Array.from({ length: 80 }, () => ({ ...good, p95Ms: 1 })), states.at(-1) ?? { everyMs: baseMs, calm: 0 });
      expect(after.at(-1)).toMatchObject({ change: 'keep', next: { everyMs: baseMs } });
    }));
  });

  test('does not flap: between a change and a relaxing lie three good measures, and a value that stays where it is turns it round at most once', () => {
    fc.assert(fc.property(bases, rules, fc.array(measures, { maxLength: 80 }), (baseMs, by, given) => {
      let since = 0;
      for (const { change } of run(baseMs, by, given)) {
        since += 1;
        if (change === 'relax') expect(since).toBeGreaterThanOrEqual(CALM_TO_RELAX);
        if (change !== 'keep') since = 0;
      }
    }));
    fc.assert(fc.property(bases, rules, measures, fc.integer({ min: 1, max: 1e9 }), (baseMs, by, measure, everyMs) => {
      const changes = run(baseMs, by, Array.from({ length: 60 }, () => measure), { everyMs, calm: 0 }).map(({ change }) => change).filter((change) => change !== 'keep');
      expect(new Set(changes).size).toBeLessThanOrEqual(1);
    }));
  });
});
