import type { DeadLetterStage } from '../contracts/ledger.js';
import type { Database } from './database.js';
import { retriedLetters } from './letter-selection.js';
import type { Run } from './runs.js';

/** RunLetterGroup is dead letters of one run that share a cause. */
export interface RunLetterGroup {
  readonly stage: DeadLetterStage;
  readonly code: string;
  /** The reason as the newest of them tells it, and the record that it is about. */
  readonly message: string;
  readonly sourceId: string;
  readonly count: number;
}

/** RunLetters is the dead letters that a run parked: those that are new, and those that failed once more. */
export interface RunLetters {
  readonly added: number;
  readonly again: number;
  /** Letters of an earlier outage that the run tried again without being asked. */
  readonly retried: number;
  /** Causes of the new ones, the most frequent first. */
  readonly groups: readonly RunLetterGroup[];
}

/** lettersOfRun counts the open dead letters that a run parked, and groups the new ones by cause. */
export async function lettersOfRun(database: Database, run: Pick<Run, 'id' | 'syncNumber' | 'startedAt'>, limit: number): Promise<RunLetters> {
  const ofRun = database.kysely.selectFrom('dead_letters').where('sync_id', '=', run.syncNumber).where('run_id', '=', run.id).where('state', '=', 'open');
  const { all, added } = await ofRun
    .select(({ fn, eb }) => [fn.countAll<number>().as('all'), fn.countAll<number>().filterWhere(eb('first_at', '>=', run.startedAt)).as('added')])
    .executeTakeFirstOrThrow();
  const { rows } = await database.pool.query<RunLetterGroup>(
    `select stage, code, (array_agg(message order by last_at desc, source_id))[1] as message, (array_agg(source_id order by last_at desc, source_id))[1] as "sourceId", count(*) as count
     from dead_letters where sync_id = $1 and run_id = $2 and state = 'open' and first_at >= $3
     group by stage, code, error_fingerprint order by count(*) desc, code limit $4`,
    [run.syncNumber, run.id, run.startedAt, limit],
  );
  return { added, again: all - added, retried: await retriedLetters(database, run.id), groups: rows };
}
