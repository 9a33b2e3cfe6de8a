import type { LetterAction } from '../contracts/dead-letter.js';
import type { LetterChoice } from '../contracts/redrive.js';
import type { Database } from './database.js';

/** systemCauses are the codes of letters whose record was never to blame: the system did not answer, or its answer was lost. */
export const systemCauses = ['retries-exhausted', 'no-answer', 'unknown-outcome'] as const;

/** How often a letter is tried again without being asked for. */
export const MOST_RETRIES = 3;

/** How many letters one regular run tries again: it has work of its own. */
const MOST_LETTERS = 1_000;

/** LetterSelection says whose records become a run's selection, and who wants it. */
export interface LetterSelection {
  readonly runId: string;
  readonly syncNumber: number;
  readonly by: string;
  readonly action: Extract<LetterAction, 'redriven' | 'previewed' | 'retried'>;
  /** Where the source cannot be asked for one record, the record is taken from the letter. */
  readonly canGet: boolean;
}

/** selectLetters makes the records of open letters a run's selection, oldest failure first, and notes it in each letter's history. Repeating it changes nothing. Returns how many there are. */
export async function selectLetters(database: Database, selection: LetterSelection, choice: ChosenLetters): Promise<number> {
  const [condition, value] = choiceCondition(choice);
  return select(database, selection, `and ${condition}`, [value], null);
}

/** selectRecoverable makes the letters of an outage the first records of a regular run, where probes help also those whose outcome is not known; those that people have edited are left to them. */
export async function selectRecoverable(database: Database, selection: LetterSelection, canProbe: boolean): Promise<number> {
  const codes = systemCauses.filter((code) => canProbe || code !== 'unknown-outcome');
  return select(database, selection, 'and d.code = any($6::text[]) and d.edited is null and d.retries < $7', [codes, MOST_RETRIES], MOST_LETTERS);
}

/** ChosenLetters is a choice among dead letters. */
export type ChosenLetters = Exclude<LetterChoice, { readonly kind: 'answered-match' }>;

function choiceCondition(choice: ChosenLetters): readonly [condition: string, value: string] {
  switch (choice.kind) {
    case 'letter':
      return ['d.id = $6::uuid', choice.id];
    case 'group':
      return ['d.group_id = $6', choice.group];
    case 'all':
      return ['d.state = $6', 'open'];
  }
}

// An element without an id cannot be read again; of a lost write the letter holds what was sent, which is no source record.
async function select(database: Database, { runId, syncNumber, by, action, canGet }: LetterSelection, condition: string, values: readonly unknown[], limit: number | null): Promise<number> {
  await database.pool.query(
    `with chosen as (
       select d.id, d.source_id, row_number() over (order by d.last_at, d.source_id) as position,
         case when d.edited is not null then d.edited
           when not $5 and d.code <> 'unknown-outcome' and jsonb_typeof(d.payload) = 'object' then d.payload end as payload,
         case when d.edited is not null then d.edited_version else d.source_version end as version
       from dead_letters d
       where d.sync_id = $2 and d.state = 'open' and d.stage <> 'read' ${condition}
         and not exists (select 1 from selections where run_id = $1)
       order by position ${limit === null ? '' : `limit ${limit}`}
     ), stored as (
       insert into selections (run_id, position, source_id, payload, version) select $1, position, source_id, payload, version from chosen
     )
     insert into letter_events (letter_id, by_whom, action, run_id) select id, $3, $4, $1 from chosen order by position`,
    [runId, syncNumber, by, action, canGet, ...values],
  );
  return (await database.kysely.selectFrom('selections').select(({ fn }) => fn.countAll<number>().as('count')).where('run_id', '=', runId).executeTakeFirstOrThrow()).count;
}

/** endSelection drops a run's selection, with what interrupted runs of its sync have left behind, and counts a retry for each letter that a regular run tried again without success. Repeating it changes nothing. */
export async function endSelection(database: Database, runId: string): Promise<void> {
  await database.pool.query(
    `with ended as (
       delete from selections where run_id = $1 or run_id in (select left_over.id from runs left_over join runs r on r.sync_id = left_over.sync_id where r.id = $1 and left_over.state = 'interrupted')
       returning run_id, source_id
     )
     update dead_letters d set retries = retries + 1 from runs r, ended e
     where r.id = $1 and r.mode in ('incremental', 'full') and d.sync_id = r.sync_id and d.run_id = r.id and e.run_id = r.id and d.source_id = e.source_id and d.state = 'open'`,
    [runId],
  );
}

/** retriedLetters is how many letters of an earlier outage a regular run tried again. */
export async function retriedLetters(database: Database, runId: string): Promise<number> {
  const row = await database.kysely.selectFrom('letter_events').select(({ fn }) => fn.countAll<number>().as('count')).where('run_id', '=', runId).where('action', '=', 'retried').executeTakeFirstOrThrow();
  return row.count;
}
