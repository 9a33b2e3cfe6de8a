import type { RealtimeActivities } from '../../src/contracts/realtime-workflow.js';
import { finishWork } from '../../src/store/inbox.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import { carryAnnounced } from './carry-announced.js';

/** createRealtimeActivities joins the activities around the inbox to the database. */
export function createRealtimeActivities(dependencies: SyncDependencies): RealtimeActivities {
  const { database } = dependencies;
  return {
    carryAnnounced: (input) => carryAnnounced(dependencies, input),
    finishAnnounced: ({ takenBy }) => finishWork(database, takenBy),
  };
}
