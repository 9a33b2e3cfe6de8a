import { execute, type Database } from './database.js';

/** Birth is a record with its creation time, as its system writes it. */
export interface Birth {
  readonly id: string;
  readonly born: string;
}

/** strangers finds records whose id stood for one with another creation time before; it gives that time by id. */
export async function strangers(database: Database, object: number, births: readonly Birth[]): Promise<ReadonlyMap<string, string>> {
  if (births.length === 0) return new Map();
  const rows = await execute<Birth>(
    database,
    {
      name: 'births-strangers',
      text: `select b.external_id as id, b.born from unnest($2::text[], $3::text[]) as i(id, born) join record_births b on b.object_id = $1 and b.external_id = i.id where b.born <> i.born`,
    },
    [object, births.map(({ id }) => id), births.map(({ born }) => born)],
  );
  return new Map(rows.map(({ id, born }) => [id, born]));
}

/** rememberBirths stores the creation times of records, in place of those that were known. */
export async function rememberBirths(database: Database, object: number, births: readonly Birth[]): Promise<void> {
  if (births.length === 0) return;
  // Two syncs may read the same records at once: in one order they cannot block each other.
  const sorted = births.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  await execute(
    database,
    {
      name: 'births-remember',
      text: `insert into record_births (object_id, external_id, born) select $1, id, born from unnest($2::text[], $3::text[]) as i(id, born)
        on conflict (object_id, external_id) do update set born = excluded.born where record_births.born <> excluded.born`,
    },
    [object, sorted.map(({ id }) => id), sorted.map(({ born }) => born)],
  );
}
