import type { RunPlace } from '../../src/contracts/run.js';
import { SystemError } from '../../src/contracts/system-error.js';

/** How often a run begins to read anew before it gives up: a system that never keeps its place would be read for ever. */
const RESTARTS = 5;

/**
 * restartAfter is how often a run has begun to read anew, this time included, when a system no longer knows the place
 * between two of its pages; undefined for any other error. Throws SystemError when it has been too often.
 */
export function restartAfter(error: unknown, { restarts = 0 }: Pick<RunPlace, 'restarts'>): number | undefined {
  if (!(error instanceof SystemError) || error.detail.code !== 'page-token-expired') return undefined;
  if (restarts < RESTARTS) return restarts + 1;
  throw new SystemError(`${error.message}. The run has begun anew ${RESTARTS} times for this reason and comes no further.`, { ...error.detail, outcome: 'fail' }, { cause: error });
}
