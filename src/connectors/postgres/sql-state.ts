import pg from 'pg';
import { classifyConnection } from '../../http/classify.js';
import type { Situation } from '../../http/outcome-table.js';

/** What codes mean, the longest prefix first (PostgreSQL manual, appendix A). */
const situations: readonly (readonly [prefix: string, situation: Situation])[] = [
  ['23505', 'conflict'],
  // Not executed, and as good as new when it is sent again: deadlocks, time limits, a server that starts, stops or is full.
  ['40', 'unavailable'], ['55P03', 'unavailable'], ['55006', 'unavailable'], ['57', 'unavailable'], ['53', 'unavailable'], ['25006', 'unavailable'], ['08', 'lost-unsent'],
  ['28', 'forbidden'], ['3D', 'unsupported'], ['42501', 'forbidden'], ['42804', 'refused'], ['42', 'unsupported'], ['3F', 'unsupported'],
  // What a constraint, a trigger or a type dislikes about one row.
  ['22', 'refused'], ['23', 'refused'], ['44', 'refused'], ['P0', 'refused'],
];

/**
 * situationOfError gives the situation of an error of PostgreSQL or of the connection to it. `committing` says that the
 * COMMIT was sent: whatever is lost from then on may have been executed. Before it, nothing was.
 */
export function situationOfError(error: unknown, committing: boolean): Situation {
  const state = sqlState(error);
  if (state === undefined) return error instanceof Error && /does not support SSL/.test(error.message) ? 'certificate-invalid' : classifyConnection(error, committing);
  // A server that is shut down while it waits for its replicas has committed on its own disk.
  if (committing && (state.startsWith('57') || state.startsWith('08'))) return 'lost';
  return situations.find(([prefix]) => state.startsWith(prefix))?.[1] ?? 'unsupported';
}

/** sqlState gives the SQLSTATE of an error that the server itself answered with; undefined for any other. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** isShapeChange says whether an error may come from a table that was changed since its columns were read. */
export function isShapeChange(error: unknown): boolean {
  return /^(?:42703|42P01|42704|0A000)$/.test(sqlState(error) ?? '');
}
