import { activeDefinitions } from './definitions.js';
import type { Database } from './database.js';
import { newestOwnRun, totalCounts, type Run } from './runs.js';

/** SyncOverview is a sync that is in force, with what its last run came to. */
export interface SyncOverview {
  readonly sync: string;
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly version: number;
  readonly lastRun: Run | null;
  readonly openDeadLetters: number;
  readonly linked: number;
  /** Conflicts, and questions which record is which, that wait for a person. */
  readonly openConflicts: number;
  readonly openMatches: number;
}

/** syncOverview lists the syncs in force; a running one is shown with its counts so far. */
export async function syncOverview(database: Database): Promise<SyncOverview[]> {
  const definitions = await activeDefinitions(database, 'sync');
  const letters = await database.kysely.selectFrom('dead_letters as d').innerJoin('syncs', 'syncs.id', 'd.sync_id')
    .select(['syncs.name', ({ fn }) => fn.countAll<number>().as('count')]).where('d.state', '=', 'open').groupBy('syncs.name').execute();
  const linked = await database.kysely.selectFrom('bases').innerJoin('syncs', 'syncs.id', 'bases.sync_id')
    .select(['syncs.name', ({ fn }) => fn.countAll<number>().as('count')]).where('bases.fingerprint', 'is not', null).groupBy('syncs.name').execute();
  const { rows: waiting } = await database.pool.query<{ name: string; conflicts: number; matches: number }>(
    `select s.name, (select count(*) from conflicts c where c.sync_id = s.id and c.state = 'open') as conflicts,
       (select count(*) from identity_reviews v where v.sync_id = s.id and v.state = 'open') as matches from syncs s`);
  return Promise.all(definitions.map(async ({ name, version, body }) => {
    const last = await newestOwnRun(database, name);
    return {
      sync: name,
      title: body.title,
      from: `${body.from.system}.${body.from.object}`,
      to: `${body.to.system}.${body.to.object}`,
      version,
      lastRun: last === undefined ? null : { ...last, counts: await totalCounts(database, last) },
      openDeadLetters: letters.find((row) => row.name === name)?.count ?? 0,
      linked: linked.find((row) => row.name === name)?.count ?? 0,
      openConflicts: waiting.find((row) => row.name === name)?.conflicts ?? 0,
      openMatches: waiting.find((row) => row.name === name)?.matches ?? 0,
    };
  }));
}
