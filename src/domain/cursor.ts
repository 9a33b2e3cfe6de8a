import type { SinceFilter } from '../contracts/system-definition.js';

/** CursorRules are how carefully an incremental cursor moves, in milliseconds. */
export type CursorRules = Pick<SinceFilter, 'overlapMs' | 'safetyLagMs'>;

/**
 * CursorRead is how far one incremental read has come. Times are milliseconds since 1970: `startedAtMs` by our clock,
 * versions by the source's.
 */
export interface CursorRead {
  /** Checkpoint that the read began with; absent in the first. */
  readonly checkpointMs?: number;
  readonly startedAtMs: number;
  /** Greatest version seen. */
  readonly newestMs?: number;
  /** Greatest version below which, in ascending order, nothing more can come. */
  readonly boundaryMs?: number;
  /** Whether the versions have come in ascending order so far. */
  readonly ascending: boolean;
}

/** beginRead starts a read. `startedAtMs` is taken before the first request is sent. */
export function beginRead(startedAtMs: number, checkpointMs?: number): CursorRead {
  return { startedAtMs, ascending: true, ...(checkpointMs === undefined ? {} : { checkpointMs }) };
}

/** seeVersions takes note of the versions of one page of records, in the order in which they came. */
export function seeVersions(read: CursorRead, versionsMs: readonly number[]): CursorRead {
  let { newestMs, boundaryMs, ascending } = read;
  for (const versionMs of versionsMs) {
    if (newestMs === undefined) newestMs = versionMs;
    else if (versionMs > newestMs) {
      // More records with the version before may not come any more: the order has gone past it.
      boundaryMs = newestMs;
      newestMs = versionMs;
    } else if (versionMs < newestMs) ascending = false;
  }
  return { ...read, ascending, ...(newestMs === undefined ? {} : { newestMs }), ...(boundaryMs === undefined ? {} : { boundaryMs }) };
}

/**
 * checkpointAfterRead gives the checkpoint after a read that came to its end: the greatest version seen, but no nearer to
 * the start of the read than the safety lag, since changes made just before may not have been visible yet; never before
 * the checkpoint that the read began with. Undefined: nothing was ever seen.
 */
export function checkpointAfterRead(read: CursorRead, rules: CursorRules): number | undefined {
  return advance(read, rules, read.newestMs);
}

/**
 * checkpointDuringRead gives the checkpoint that may be kept while pages are still to come. `keyset` says that the source
 * gives records in ascending order of version and pages by the last record seen. Then it is the greatest version that is
 * surely complete: the last one but one, since more records with the last may stand on the next page. Otherwise, or once
 * a version came out of order, it stays where the read began.
 */
export function checkpointDuringRead(read: CursorRead, rules: CursorRules, keyset: boolean): number | undefined {
  return keyset && read.ascending ? advance(read, rules, read.boundaryMs) : read.checkpointMs;
}

/**
 * sinceOf gives the time to ask for changes since: the overlap before the checkpoint, at least one unit of the format,
 * so that a source that compares with "greater than" gives the records of the checkpoint itself again. No change is
 * skipped while every change becomes visible at the source less than overlap + safety lag after its version, measured by
 * our clock, which includes how far the clocks are apart. Undefined without a checkpoint: read everything.
 */
export function sinceOf(checkpointMs: number | undefined, filter: Pick<SinceFilter, 'overlapMs' | 'format'>): number | undefined {
  if (checkpointMs === undefined) return undefined;
  const unit = UNIT_MS[filter.format];
  return Math.max(Math.floor((checkpointMs - Math.max(filter.overlapMs, unit)) / unit) * unit, 0);
}

/**
 * formatSince writes the time in the form the system takes: `iso` 2026-11-20T10:11:12.123Z, `iso-seconds` without the
 * fraction, `space` 2026-11-20 10:11:12 in UTC, `unix` seconds, `unix-ms` milliseconds. Fractions are cut off.
 */
export function formatSince(sinceMs: number, format: SinceFilter['format']): string {
  return FORMATS[format](sinceMs);
}

const FORMATS: Readonly<Record<SinceFilter['format'], (ms: number) => string>> = {
  iso: (ms) => new Date(ms).toISOString(),
  'iso-seconds': (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`,
  space: (ms) => new Date(ms).toISOString().slice(0, 19).replace('T', ' '),
  unix: (ms) => String(Math.floor(ms / 1_000)),
  'unix-ms': (ms) => String(Math.floor(ms)),
};

const UNIT_MS: Readonly<Record<SinceFilter['format'], number>> = { iso: 1, 'iso-seconds': 1_000, space: 1_000, unix: 1_000, 'unix-ms': 1 };

function advance({ checkpointMs, startedAtMs }: CursorRead, { safetyLagMs }: CursorRules, reachedMs: number | undefined): number | undefined {
  if (reachedMs === undefined) return checkpointMs;
  const nextMs = Math.min(reachedMs, startedAtMs - safetyLagMs);
  return checkpointMs === undefined ? nextMs : Math.max(nextMs, checkpointMs);
}
