import type { ObjectReference } from '../contracts/sync-definition.js';
import type { Database } from './database.js';

/** objectNumber is the short number of an object, given out at first use. */
export async function objectNumber(database: Database, reference: ObjectReference): Promise<number> {
  const { kysely } = database;
  const { system, object } = reference;
  const known = await kysely.selectFrom('objects').select('id').where('system', '=', system).where('object', '=', object).executeTakeFirst();
  if (known !== undefined) return known.id;
  await kysely.insertInto('objects').values({ system, object }).onConflict((conflict) => conflict.doNothing()).execute();
  return (await kysely.selectFrom('objects').select('id').where('system', '=', system).where('object', '=', object).executeTakeFirstOrThrow()).id;
}

/** syncNumber is the short number of a sync, given out at first use. */
export async function syncNumber(database: Database, name: string): Promise<number> {
  const { kysely } = database;
  const known = await kysely.selectFrom('syncs').select('id').where('name', '=', name).executeTakeFirst();
  if (known !== undefined) return known.id;
  await kysely.insertInto('syncs').values({ name, since_ms: null, indexed_at: null }).onConflict((conflict) => conflict.doNothing()).execute();
  return (await kysely.selectFrom('syncs').select('id').where('name', '=', name).executeTakeFirstOrThrow()).id;
}
