import { beforeEach, expect } from 'vitest';
import { carryAnnounced } from '../../../activities/realtime/carry-announced.js';
import { syncConsumer } from '../../../src/contracts/ids.js';
import { storeEvents } from '../../../src/store/inbox.js';
import { newId } from '../../../src/store/new-id.js';
import type { HttpSync, HttpSyncOptions } from './http-sync.js';
import { useHttpSyncs } from './http-syncs.js';

/** AnnouncedSync is a sync, new for each test, whose records are named by webhooks. */
export interface AnnouncedSync {
  readonly sync: HttpSync;
  /** store takes webhooks in, one for each id, as the server does. */
  store(...recordIds: readonly string[]): Promise<void>;
  /** carry carries over what was announced, as one attempt of the activity does. */
  carry(takenBy?: string): ReturnType<typeof carryAnnounced>;
}

/** useAnnouncedSync makes a sync before each test of the file that calls it; its contacts have been carried over once. */
export function useAnnouncedSync(contacts: number, options: HttpSyncOptions): AnnouncedSync {
  const { syncOf } = useHttpSyncs();
  let sync: HttpSync | undefined;
  let events = 0;
  beforeEach(async () => {
    await sync?.close();
    sync = await syncOf(contacts, options);
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: contacts } });
  });
  const current = (): HttpSync => {
    if (sync === undefined) throw new Error('No test has begun.');
    return sync;
  };
  return {
    get sync() { return current(); },
    store: async (...recordIds) => {
      const { definition: { sync: name, from: { system, object } }, database } = current();
      await storeEvents(database, recordIds.map((recordId) => ({ system, object, recordId, dedupeKey: `e${events += 1}`, hasId: true, consumers: [syncConsumer(name)] })));
    },
    carry: (takenBy = newId()) => {
      const { definition: { sync: name }, dependencies } = current();
      return carryAnnounced(dependencies, { sync: name, takenBy, workflowId: `realtime/${name}` });
    },
  };
}
