import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SinceFilter } from '../../../src/contracts/system-definition.js';
import { beginRead, checkpointAfterRead, checkpointDuringRead, formatSince, seeVersions, sinceOf } from '../../../src/domain/cursor.js';
import type { CursorRead } from '../../../src/domain/cursor.js';

const RULES = { overlapMs: 60_000, safetyLagMs: 10_000 };
const T = Date.UTC(2026, 10, 20, 10, 11, 12, 345);

const since = (format: SinceFilter['format'], overlapMs = 60_000): Pick<SinceFilter, 'format' | 'overlapMs'> => ({ format, overlapMs });

describe('the checkpoint after a read', () => {
  test.each<[string, number | undefined, readonly number[], number | undefined]>([
    ['nothing was ever seen', undefined, [], undefined],
    ['nothing new was seen', T - 90_000, [], T - 90_000],
    ['it is the greatest version', T - 90_000, [T - 50_000, T - 20_000, T - 30_000], T - 20_000],
    ['it stays the safety lag behind the start', T - 90_000, [T - 5_000], T - 10_000],
    ['versions in the future do not count', T - 90_000, [T + 86_400_000 * 365], T - 10_000],
    ['it never goes back', T - 20_000, [T - 70_000], T - 20_000],
    ['it never goes back when our clock did', T + 60_000, [T + 50_000], T + 60_000],
    ['the first read sets it', undefined, [T - 50_000], T - 50_000],
  ])('%s', (_, checkpoint, versions, expected) => {
    expect(checkpointAfterRead(seeVersions(beginRead(T, checkpoint), versions), RULES)).toBe(expected);
  });
});

describe('the checkpoint during a read', () => {
  const during = (versions: readonly (readonly number[])[], keyset: boolean): number | undefined => (
    checkpointDuringRead(versions.reduce(seeVersions, beginRead(T, T - 90_000)), RULES, keyset)
  );

  test.each<[string, readonly (readonly number[])[], boolean, number]>([
    ['the last version may go on', [[T - 50_000, T - 40_000, T - 40_000]], true, T - 50_000],
    ['one version over several pages is no boundary', [[T - 50_000], [T - 50_000, T - 50_000]], true, T - 90_000],
    ['a boundary may lie between pages', [[T - 50_000, T - 50_000], [T - 40_000]], true, T - 50_000],
    ['without keyset paging it stays', [[T - 50_000, T - 40_000]], false, T - 90_000],
    ['a version out of order sends it back', [[T - 50_000, T - 40_000], [T - 45_000, T - 30_000]], true, T - 90_000],
    ['it keeps the safety lag', [[T - 5_000, T - 1_000]], true, T - 10_000],
  ])('%s', (_, pages, keyset, expected) => {
    expect(during(pages, keyset)).toBe(expected);
  });
});

describe('the request', () => {

  test.each<[SinceFilter['format'], string]>([
    ['iso', '2026-11-20T10:10:12.345Z'], ['iso-seconds', '2026-11-20T10:10:12Z'], ['space', '2026-11-20 10:10:12'], ['unix', '1795169412'], ['unix-ms', '1795169412345'],
  ])('%s', (format, text) => {
    expect(formatSince(sinceOf(T, since(format)) ?? 0, format)).toBe(text);
  });

  test('without a checkpoint everything is read', () => {
    expect(sinceOf(undefined, since('iso'))).toBeUndefined();
  });

  test.each<[SinceFilter['format'], number, number]>([['iso', 0, T - 1], ['unix', 0, T - 1_345], ['unix', 500, T - 1_345], ['iso', 90_000, T - 90_000]])('%s reads back at least one unit of the format, with an overlap of %i', (format, overlap, expected) => {
    expect(sinceOf(T, since(format, overlap))).toBe(expected);
  });

  test('it never asks for a time before 1970', () => {
    expect(sinceOf(5, since('iso'))).toBe(0);
  });

  test('every format is cut off, never rounded up', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (ms) => {
      expect(Date.parse(formatSince(ms, 'iso-seconds'))).toBeLessThanOrEqual(ms);
      expect(Date.parse(`${formatSince(ms, 'space').replace(' ', 'T')}Z`)).toBeLessThanOrEqual(ms);
      expect(Number(formatSince(ms, 'unix')) * 1_000).toBeLessThanOrEqual(ms);
    }));
  });
});

/** One change of a record: when it can be read (by a true clock), and the version the source stamps on it. */
interface Change {
  readonly record: number;
  readonly visibleAt: number;
  readonly version: number;
}

interface ReadPlan {
  readonly startedAt: number;
  readonly clockError: number;
  /** Milliseconds between two pages. */
  readonly pause: number;
  readonly pageSize: number;
  /** The worker dies after this many pages. */
  readonly diesAfter: number;
}

interface Model {
  readonly changes: readonly Change[];
  readonly reads: readonly ReadPlan[];
  readonly filter: SinceFilter;
  /** Ascending pages by (version, record), or all records in any order on one page. */
  readonly keyset: boolean;
  /** Whether the source compares with "greater than" or with "greater or equal". */
  readonly strict: boolean;
}

/** The source shows only the newest state of each record. */
function stateAt(changes: readonly Change[], time: number): readonly Change[] {
  const states = new Map<number, Change>();
  for (const change of changes) {
    const known = states.get(change.record);
    if (change.visibleAt <= time && (known === undefined || known.visibleAt <= change.visibleAt)) states.set(change.record, change);
  }
  return [...states.values()];
}

/** Runs all reads and gives the changes that were seen, and the checkpoints in their order. */
function simulate({ changes, reads, filter, keyset, strict }: Model): { readonly seen: ReadonlySet<Change>; readonly checkpoints: readonly number[] } {
  const seen = new Set<Change>();
  const checkpoints: number[] = [];
  let checkpoint: number | undefined;
  for (const plan of reads) {
    const sinceText = sinceOf(checkpoint, filter) === undefined ? undefined : formatSince(sinceOf(checkpoint, filter) ?? 0, filter.format);
    const sinceMs = sinceText === undefined ? -1 : filter.format === 'unix' ? Number(sinceText) * 1_000 : Date.parse(sinceText);
    let read: CursorRead = beginRead(plan.startedAt + plan.clockError, checkpoint);
    let after: Change | undefined;
    let complete = false;
    for (let page = 0; page < plan.diesAfter && !complete; page += 1) {
      const last = after;
      const found = stateAt(changes, plan.startedAt + page * plan.pause)
        .filter(({ version }) => (strict ? version > sinceMs : version >= sinceMs))
        .filter((change) => last === undefined || change.version > last.version || (change.version === last.version && change.record > last.record))
        .toSorted((a, b) => a.version - b.version || a.record - b.record);
      const rows = keyset ? found.slice(0, plan.pageSize) : found.toReversed();
      for (const row of rows) seen.add(row);
      read = seeVersions(read, rows.map(({ version }) => version));
      after = rows.at(-1) ?? after;
      complete = !keyset || rows.length < plan.pageSize;
      checkpoint = complete ? checkpointAfterRead(read, filter) : checkpointDuringRead(read, filter, keyset);
      if (checkpoint !== undefined) checkpoints.push(checkpoint);
    }
  }
  return { seen, checkpoints };
}

const START = Date.UTC(2026, 0, 1);

/** Worlds in which changes come `late` at most, so that what the rules promise must hold. */
const worlds = fc.record({
  overlapMs: fc.integer({ min: 0, max: 3_000 }), safetyLagMs: fc.integer({ min: 0, max: 3_000 }), format: fc.constantFrom<SinceFilter['format']>('iso', 'unix'),
  clockErrorShare: fc.double({ min: 0, max: 1, noNaN: true }), keyset: fc.boolean(), strict: fc.boolean(),
  rawChanges: fc.array(fc.record({ record: fc.nat(4), at: fc.nat(20_000), late: fc.double({ min: -2, max: 1, maxExcluded: true, noNaN: true }) }), { minLength: 1, maxLength: 25 }),
  rawReads: fc.array(fc.record({ startedAt: fc.nat(20_000), error: fc.double({ min: -1, max: 1, noNaN: true }), pause: fc.nat(4_000), pageSize: fc.integer({ min: 1, max: 3 }), diesAfter: fc.integer({ min: 0, max: 6 }) }), { maxLength: 12 }),
}).map(({ overlapMs, safetyLagMs, format, clockErrorShare, keyset, strict, rawChanges, rawReads }): Model => {
  const unit = format === 'unix' ? 1_000 : 1;
  // What the rules stand, shared out between the error of our clock and the delay of a change; a stamp is cut to the unit.
  const budget = Math.max(overlapMs, unit) + safetyLagMs - (format === 'unix' ? 999 : 0);
  const clockError = Math.max(0, Math.floor((budget - 1) * clockErrorShare));
  const delay = Math.max(0, budget - 1 - clockError);
  const changes = rawChanges.map(({ record, at, late }) => {
    const stamped = START + at - Math.floor(late * delay);
    return { record, visibleAt: START + at, version: Math.floor(stamped / unit) * unit };
  });
  const reads = rawReads.toSorted((a, b) => a.startedAt - b.startedAt).map((read) => ({ ...read, startedAt: START + read.startedAt, clockError: Math.round(read.error * clockError) }));
  const last = { startedAt: START + 50_000, clockError: 0, pause: 0, pageSize: 3, diesAfter: 100 };
  return { changes, reads: [...reads, last], keyset, strict, filter: { param: 'since', value: '{since}', field: '/updated_at', format, overlapMs, safetyLagMs } };
});

describe('under arbitrary clocks, delays, paging and crashes', () => {
  test('the newest state of every record is seen in the end', () => {
    fc.assert(fc.property(worlds, (model) => {
      const { seen } = simulate(model);
      for (const change of stateAt(model.changes, START + 50_000)) expect(seen).toContain(change);
    }), { numRuns: 3_000 });
  }, 60_000);

  test('the checkpoint never goes back', () => {
    fc.assert(fc.property(worlds, (model) => {
      const { checkpoints } = simulate(model);
      expect(checkpoints).toEqual(checkpoints.toSorted((a, b) => a - b));
    }), { numRuns: 500 });
  }, 60_000);

  test('a change that comes later than overlap and safety lag together is lost: the bound is sharp', () => {
    const filter: SinceFilter = { param: 'since', value: '{since}', field: '/updated_at', format: 'iso', overlapMs: 1_000, safetyLagMs: 500 };
    const read = { clockError: 0, pause: 0, pageSize: 10, diesAfter: 10 };
    const world = (delay: number): Model => ({
      filter, keyset: true, strict: false,
      changes: [{ record: 1, visibleAt: START, version: START + 9_500 }, { record: 2, visibleAt: START + 10_001, version: START + 10_001 - delay }],
      reads: [{ ...read, startedAt: START + 10_000 }, { ...read, startedAt: START + 50_000 }],
    });
    const late = (delay: number): boolean => [...simulate(world(delay)).seen].some(({ record }) => record === 2);
    expect(late(1_499)).toBe(true);
    expect(late(1_502)).toBe(false);
  });
});
