import type { Database } from './database.js';

/** QuarantineRun is a run of a two-way sync that held fields back, or that read both sides completely and succeeded. */
export interface QuarantineRun {
  readonly quarantined: readonly string[];
  readonly atTarget: readonly string[];
  readonly isComplete: boolean;
}

/** Of so many runs at most: complete ones are rare, and those further back say nothing new. */
const MOST = 500;

/** runsAboutQuarantine are the runs of a two-way sync that say what of held fields is known, newest first, back to the last complete one that held nothing. */
export async function runsAboutQuarantine(database: Database, syncNumber: number): Promise<readonly QuarantineRun[]> {
  const { rows } = await database.pool.query<QuarantineRun>(
    `select coalesce(place -> 'quarantined', '[]') as quarantined, coalesce(place -> 'quarantinedAtTarget', '[]') as "atTarget", complete as "isComplete"
     from (select *, state = 'succeeded' and mode in ('full', 'incremental', 'backfill') and place ? 'sides'
         and place #> '{sides,source,sinceMs}' is null and place #> '{sides,target,sinceMs}' is null as complete
       from runs where sync_id = $1) as r
     where complete or place ?| array['quarantined', 'quarantinedAtTarget'] order by started_at desc, id desc limit $2`,
    [syncNumber, MOST],
  );
  const clean = rows.findIndex(({ quarantined, atTarget, isComplete }) => isComplete && quarantined.length === 0 && atTarget.length === 0);
  return clean < 0 ? rows : rows.slice(0, clean);
}
