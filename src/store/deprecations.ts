import type { Database } from './database.js';

/** Deprecation is what a system has announced of a request: that it is deprecated (RFC 9745), and when it ends (RFC 8594). */
export interface Deprecation {
  readonly system: string;
  readonly request: string;
  readonly deprecation: string | null;
  readonly sunset: string | null;
  readonly link: string | null;
}

/** recordDeprecation notes an announcement; people are told again when its dates change. */
export async function recordDeprecation(database: Database, { system, request, deprecation, sunset, link }: Deprecation): Promise<void> {
  await database.pool.query(
    `insert into deprecations as d (system, request, deprecation, sunset, link) values ($1, $2, $3, $4, $5)
     on conflict (system, request) do update set last_at = now(), link = excluded.link, deprecation = excluded.deprecation, sunset = excluded.sunset,
       told = d.told and d.deprecation is not distinct from excluded.deprecation and d.sunset is not distinct from excluded.sunset`,
    [system, request, deprecation, sunset, link],
  );
}

const columns = 'system, request, deprecation, sunset, link';

/** knownDeprecations are all announcements, by system and request. */
export async function knownDeprecations(database: Database): Promise<Deprecation[]> {
  return (await database.pool.query<Deprecation>(`select ${columns} from deprecations order by system, request`)).rows;
}

/** takeUntoldDeprecations gives the announcements of a system that nobody was told of yet, and notes that they are told now. */
export async function takeUntoldDeprecations(database: Database, system: string): Promise<Deprecation[]> {
  return (await database.pool.query<Deprecation>(`update deprecations set told = true where system = $1 and not told returning ${columns}`, [system])).rows;
}
