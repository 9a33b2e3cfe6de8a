import { setTimeout as delay } from 'node:timers/promises';

/** deadlock_detected and serialization_failure: the transaction was undone as a whole and may be run again (PostgreSQL manual, appendix A and 13.5). */
const UNDONE = new Set(['40P01', '40001']);

/** Two that met once rarely meet again when they wait for different times. */
const LONGEST_WAITS_MS = [20, 80, 320, 1_000];

/** repeatAfterDeadlock runs a task that is one whole transaction, again where PostgreSQL undid it in favour of another, four times at most. */
export async function repeatAfterDeadlock<Result>(transaction: () => Promise<Result>): Promise<Result> {
  for (const longest of LONGEST_WAITS_MS) {
    try {
      return await transaction();
    } catch (error) {
      if (!isUndone(error)) throw error;
      await delay(Math.random() * longest);
    }
  }
  return transaction();
}

function isUndone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && UNDONE.has(error.code);
}
