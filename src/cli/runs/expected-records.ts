import type { Run } from '../../store/runs.js';

/** expectedRecordsRuns is how many runs back an estimate looks. */
export const expectedRecordsRuns = 50;

/**
 * expectedRecords estimates how many records a run will read, from the newest complete run that read as much; null
 * where there was none. How much has changed since the last run can be told by nobody beforehand.
 */
export function expectedRecords({ place }: Pick<Run, 'place'>, runs: readonly Pick<Run, 'state' | 'counts' | 'place'>[]): number | null {
  if (place.sinceMs !== undefined || place.selection?.only === true) return null;
  const complete = runs.find((run) => run.state === 'succeeded' && run.place.sinceMs === undefined && run.place.selection?.only !== true && run.counts.read > 0);
  return complete?.counts.read ?? null;
}
