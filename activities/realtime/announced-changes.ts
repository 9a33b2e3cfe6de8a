import { syncConsumer } from '../../src/contracts/ids.js';
import type { RealtimeActivities } from '../../src/contracts/realtime-workflow.js';
import { finishWork, takeWork } from '../../src/store/inbox.js';
import type { SyncDependencies } from '../sync/dependencies.js';

/** createRealtimeActivities joins the activities around the inbox to the database. */
export function createRealtimeActivities({ database }: Pick<SyncDependencies, 'database'>): RealtimeActivities {
  return {
    takeAnnounced: ({ sync, takenBy }) => takeWork(database, syncConsumer(sync), takenBy),
    finishAnnounced: ({ takenBy }) => finishWork(database, takenBy),
  };
}
