import type { FieldDrift, ObjectProfile, Quarantine } from '../contracts/drift.js';
import type { ObjectReference } from '../contracts/sync-definition.js';
import type { Database } from './database.js';
import { newId } from './new-id.js';
import { storableJson } from './storable-json.js';

/** StoredProfile is what an object looked like when it was last accepted, and what it looked like last. */
export interface StoredProfile {
  readonly baseline: ObjectProfile;
  readonly current: ObjectProfile;
}

/** storeProfile notes how an object looks now, and gives what it looked like before; the first time, that is its baseline. */
export async function storeProfile(database: Database, { system, object }: ObjectReference, profile: ObjectProfile): Promise<ObjectProfile> {
  const { rows: [row] } = await database.pool.query<{ baseline: ObjectProfile }>(
    `insert into drift_profiles as p (system, object, baseline, current) values ($1, $2, $3, $3)
     on conflict (system, object) do update set current = excluded.current, sampled_at = now() returning baseline`,
    [system, object, storableJson(profile)],
  );
  return row?.baseline ?? profile;
}

/** replaceBaseline makes a profile what an object is compared with from now on. */
export async function replaceBaseline(database: Database, { system, object }: ObjectReference, profile: ObjectProfile): Promise<void> {
  await database.pool.query('update drift_profiles set baseline = $3, baseline_at = now() where system = $1 and object = $2', [system, object, storableJson(profile)]);
}

/** readProfile reads what is known of how an object looks; undefined before its first sample. */
export async function readProfile(database: Database, { system, object }: ObjectReference): Promise<StoredProfile | undefined> {
  const { rows: [row] } = await database.pool.query<StoredProfile>('select baseline, current from drift_profiles where system = $1 and object = $2', [system, object]);
  return row;
}

const columns = 'id, system, object, field, kind, summary, began_at as "beganAt"';

/** openQuarantines are the fields in quarantine, by system, object and field. */
export async function openQuarantines(database: Database): Promise<Quarantine[]> {
  return (await database.pool.query<Quarantine>(`select ${columns} from drift_quarantines where ended_at is null order by system, object, field`)).rows;
}

/** quarantinedFields are the fields of an object that are in quarantine now, as JSON Pointers in their order. */
export async function quarantinedFields(database: Database, { system, object }: ObjectReference): Promise<string[]> {
  const { rows } = await database.pool.query<{ field: string }>('select field from drift_quarantines where system = $1 and object = $2 and ended_at is null order by field', [system, object]);
  return rows.map(({ field }) => field);
}

/** quarantine puts a field into quarantine; undefined where it is in one already, whose reason is then brought up to date. */
export async function quarantine(database: Database, { system, object }: ObjectReference, { field, kind, summary }: FieldDrift): Promise<Quarantine | undefined> {
  const { rows: [row] } = await database.pool.query<Quarantine & { isNew: boolean }>(
    `insert into drift_quarantines (id, system, object, field, kind, summary) values ($1, $2, $3, $4, $5, $6)
     on conflict (system, object, field) where ended_at is null do update set seen_at = now(), summary = excluded.summary
     returning ${columns}, id = $1 as "isNew"`,
    [newId(), system, object, field, kind, summary],
  );
  return row?.isNew === true ? row : undefined;
}

/** endQuarantine ends the quarantine of a field; false where there is none. */
export async function endQuarantine(database: Database, { system, object }: ObjectReference, field: string, { by, how }: { readonly by: string; readonly how: 'accepted' | 'released' }): Promise<boolean> {
  const { rowCount } = await database.pool.query('update drift_quarantines set ended_at = now(), ended_by = $4, how = $5 where system = $1 and object = $2 and field = $3 and ended_at is null', [system, object, field, by, how]);
  return rowCount === 1;
}
