import { createHash } from 'node:crypto';
import type { Json } from '../contracts/json.js';
import type { PlanKind } from '../contracts/plan.js';
import { canonicalJson } from '../domain/canonical-json.js';
import type { Database } from './database.js';
import { readPlanned, type PlannedIntent } from './plan-writes.js';
import type { Run } from './runs.js';

/** How many planned writes are held in memory at a time. */
const PART = 1_000;

/**
 * planHash is the SHA-256, in hex, over a plan's writes in their order, each as canonical JSON (RFC 8785) on a line of
 * its own. It covers all that is sent and all that is expected to be there, so an approval of it is an approval of that.
 */
export async function planHash(database: Database, planId: string): Promise<string> {
  const hash = createHash('sha256');
  for (let after: string | undefined; ;) {
    const writes = await readPlanned(database, planId, { after, limit: PART });
    for (const write of writes) hash.update(`${canonicalJson(hashed(write))}\n`);
    after = writes.at(-1)?.id;
    if (after === undefined) return hash.digest('hex');
  }
}

// The ids of the write and the entity are left out: they are drawn anew each time and nobody could approve of them.
function hashed({ from, sourceId, sourceVersion, to, externalId, kind, reason, before, after, fingerprint, expectedVersion, keeps, agrees }: PlannedIntent): Json {
  return { from, sourceId, sourceVersion, to, externalId, kind, reason, before, after, fingerprint, expectedVersion, keeps: keeps ?? false, ...(agrees === undefined ? {} : { agrees }) };
}

/** NewPlan is a plan whose writes are all stored. */
export interface NewPlan {
  readonly runId: string;
  readonly kind: PlanKind;
  readonly title: string;
}

/** planOfSync names the plan that a run of a sync makes. */
export function planOfSync({ id, sync, place }: Pick<Run, 'id' | 'sync' | 'place'>): NewPlan {
  return { runId: id, kind: 'sync', title: `What a ${place.selection?.only === true ? 'redrive of dead letters' : 'run'} of ${sync} would write` };
}

/**
 * sealPlan makes a run's planned writes a plan that can be shown, approved and applied. A record that was read twice,
 * since it changed meanwhile, is planned once, as it was read last. Repeating it is harmless.
 */
export async function sealPlan(database: Database, { runId, kind, title }: NewPlan): Promise<void> {
  await database.pool.query(
    `delete from intents where id in (
       select id from (
         select id, row_number() over (partition by source_object_id, source_id, object_id, external_id order by intended_at desc, id desc) as place
         from intents where run_id = $1 and planned) x
       where place > 1)`,
    [runId],
  );
  const hash = await planHash(database, runId);
  await database.kysely.insertInto('plans').values({ run_id: runId, kind, title, hash, approved_by: null, approved_at: null, applied_run: null })
    .onConflict((conflict) => conflict.column('run_id').doUpdateSet({ hash, title })).execute();
}
