import { afterAll, beforeAll } from 'vitest';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { HttpSync, type HttpSyncOptions } from './http-sync.js';

/** HttpSyncs makes the syncs of one test file, in a database of its own. */
export interface HttpSyncs {
  /** syncOf is a new sync whose source has so many contacts. */
  syncOf(contacts: number, options?: HttpSyncOptions): Promise<HttpSync>;
  /** atEnd has something stopped after the last test. */
  atEnd(stop: () => Promise<unknown>): void;
}

/** useHttpSyncs opens the database before the tests of the file that calls it, and closes all after them. */
export function useHttpSyncs(): HttpSyncs {
  let migrated: MigratedDatabase;
  const stops: (() => Promise<unknown>)[] = [];
  beforeAll(async () => { migrated = await openMigratedDatabase(); });
  afterAll(async () => {
    await Promise.all(stops.map((stop) => stop()));
    await migrated.drop();
  });
  return {
    syncOf: async (contacts, options = {}) => {
      const sync = await HttpSync.create(migrated.database, options);
      stops.push(() => sync.close());
      sync.contacts(contacts);
      return sync;
    },
    atEnd: (stop) => { stops.push(stop); },
  };
}
