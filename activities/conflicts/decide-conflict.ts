import type { ConflictActivities, ConflictDecision } from '../../src/contracts/conflict-workflow.js';
import { takeDecision } from '../../src/store/conflict-decisions.js';
import { readConflict } from '../../src/store/conflicts.js';
import { decisionUnknown } from '../failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';

/** createConflictActivities joins the activities around conflicts to the database. */
export function createConflictActivities({ database }: Pick<SyncDependencies, 'database'>): ConflictActivities {
  return {
    decideConflict: async ({ decisionId }: ConflictDecision) => {
      const outcome = await takeDecision(database, decisionId);
      if (outcome === undefined) throw decisionUnknown(decisionId);
      return outcome;
    },
    isConflictClosed: async ({ conflictId }) => (await readConflict(database, conflictId))?.state === 'closed',
  };
}
