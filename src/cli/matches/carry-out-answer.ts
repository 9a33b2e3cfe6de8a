import { setTimeout as sleep } from 'node:timers/promises';
import type { SyncResult } from '../../contracts/sync-workflow.js';
import { whyNotAtOnce } from '../../store/answered-matches.js';
import type { Review } from '../../store/identity-reviews.js';
import { explainError } from '../explain-error.js';
import type { Session } from '../session.js';
import { printable } from '../terminal/printable.js';

/** How long a person waits for the run that carries an answer out, milliseconds. */
const WRITTEN_WITHIN_MS = 30_000;

/** CarriedOut is what became of an answer after it was stored. */
export interface CarriedOut {
  /** The workflow that reads and writes the record; null where none was started. */
  readonly workflowId: string | null;
  /** How it ended; null where it was not started, goes on, or failed. */
  readonly run: Pick<SyncResult, 'runId' | 'state' | 'counts'> | null;
  /** Why it was not started, or failed; null otherwise. */
  readonly why: string | null;
}

/** carryOut has the record of an answered question read and written at once. The answer stands whatever comes of it, so this never throws for a server that is away. */
export async function carryOut(session: Session, review: Pick<Review, 'id' | 'sync'>, by: string): Promise<CarriedOut> {
  const why = await whyNotAtOnce(await session.database(), review.sync);
  if (why !== null) return { workflowId: null, run: null, why };
  let workflowId: string | null = null;
  try {
    const handle = await (await session.crosswalk()).redrive(review.sync, { letters: { kind: 'answered-match', id: review.id }, by });
    ({ workflowId } = handle);
    const ended = await Promise.race([handle.result(), sleep(WRITTEN_WITHIN_MS, null, { ref: false })]);
    return { workflowId, run: ended === null ? null : { runId: ended.runId, state: ended.state, counts: ended.counts }, why: null };
  } catch (error) {
    return { workflowId, run: null, why: explainError(error).message };
  }
}

/** carriedOutText says what became of an answer, and what is left to do. */
export function carriedOutText({ sync, source, sourceId }: Pick<Review, 'sync' | 'source' | 'sourceId'>, { workflowId, run, why }: CarriedOut): string {
  if (why !== null) return `${printable(why)}\nIt is written at the next complete read: crosswalk sync ${sync} --full`;
  if (run === null) return `${workflowId ?? ''} is still at it; the record is written when it ends.`;
  const { created, updated, unchanged, parked } = run.counts;
  const what = created > 0 ? 'made at the target' : updated > 0 ? 'written to the target' : parked > 0 ? 'parked; see "crosswalk dead-letters" and "crosswalk matches"' : unchanged > 0 ? 'the same at both sides already' : 'not written: the source no longer has it in the scope of the sync';
  return `${printable(`${source} ${sourceId}`)} is ${what} (run ${run.runId}).`;
}
