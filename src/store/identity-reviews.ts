import { sql } from 'kysely';
import type { JsonObject } from '../contracts/json.js';
import type { Database } from './database.js';
import { EntityConflict, mergeEntities } from './entity-merges.js';
import { forgetSeparation, separate, type Decision } from './identity-separations.js';
import type { LedgerScope } from './ledger.js';
import { newId } from './new-id.js';
import { storableJson } from './storable-json.js';

/** ReviewReason is one part of a score, in bits: 1 doubles the odds, -1 halves them. */
export interface ReviewReason {
  readonly bits: number;
  readonly text: string;
}

/** NewReview is a record that waits, and one record of the target that it may be. */
export interface NewReview {
  readonly sourceId: string;
  readonly targetId: string;
  readonly entityId: string;
  readonly probability: number;
  readonly reasons: readonly ReviewReason[];
  readonly sourceValues: JsonObject;
  readonly targetValues: JsonObject;
}

/** storeReviews puts pairs before a person; one that is there already keeps its place, with the newest score. */
export async function storeReviews(database: Database, scope: LedgerScope, reviews: readonly NewReview[]): Promise<void> {
  if (reviews.length === 0) return;
  const rows = reviews.map((review) => ({ id: newId(), ...review }));
  await database.pool.query(
    `insert into identity_reviews as v (id, sync_id, run_id, source_object_id, source_id, target_object_id, target_id, entity_id, probability, reasons, source_values, target_values)
     select r.id, $2, $3, $4, r."sourceId", $5, r."targetId", r."entityId", r.probability, r.reasons, r."sourceValues", r."targetValues"
     from jsonb_to_recordset($1::jsonb) as r(id uuid, "sourceId" text, "targetId" text, "entityId" uuid, probability double precision, reasons jsonb, "sourceValues" jsonb, "targetValues" jsonb)
     on conflict (sync_id, source_id, target_id) where state = 'open' do update set run_id = excluded.run_id, entity_id = excluded.entity_id, probability = excluded.probability,
       reasons = excluded.reasons, source_values = excluded.source_values, target_values = excluded.target_values, last_at = now()`,
    [storableJson(rows), scope.syncNumber, scope.runId, scope.sourceObject, scope.targetObject],
  );
}

/** supersedeReviews closes the open questions about source records, but for those that are still asked. */
export async function supersedeReviews(database: Database, syncNumber: number, sourceIds: readonly string[], asked: readonly Pick<NewReview, 'sourceId' | 'targetId'>[]): Promise<void> {
  if (sourceIds.length === 0) return;
  await database.pool.query(
    `update identity_reviews set state = 'superseded', decided_at = now() where sync_id = $1 and source_id = any($2::text[]) and state = 'open'
     and (source_id, target_id) not in (select * from unnest($3::text[], $4::text[]))`,
    [syncNumber, sourceIds, asked.map(({ sourceId }) => sourceId), asked.map(({ targetId }) => targetId)],
  );
}

/** Review is a stored question, with its answer where there is one. */
export interface Review extends NewReview {
  readonly id: string;
  readonly sync: string;
  readonly source: string;
  readonly target: string;
  readonly state: 'open' | 'accepted' | 'rejected' | 'superseded';
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
  readonly note: string | null;
}

const reviewColumns = `v.id, s.name as sync, so.system || '.' || so.object as source, t.system || '.' || t.object as target, v.source_id as "sourceId", v.target_id as "targetId",
  v.entity_id as "entityId", v.probability, v.reasons, v.source_values as "sourceValues", v.target_values as "targetValues", v.state, v.first_at as "firstAt", v.last_at as "lastAt",
  v.decided_at as "decidedAt", v.decided_by as "decidedBy", v.note
  from identity_reviews v join syncs s on s.id = v.sync_id join objects so on so.id = v.source_object_id join objects t on t.id = v.target_object_id`;

/** ReviewFilter narrows a list of questions. */
export interface ReviewFilter {
  readonly sync?: string;
  /** Also those that are answered. */
  readonly all?: boolean;
  readonly limit: number;
}

/** listReviews gives the questions that wait for an answer, record by record, the most probable first, and how many there are. */
export async function listReviews(database: Database, { sync, all, limit }: ReviewFilter): Promise<{ readonly reviews: readonly Review[]; readonly total: number }> {
  const where = `where ($1::text is null or s.name = $1) and ($2 or v.state = 'open')`;
  const values = [sync ?? null, all === true];
  const [listed, counted] = await Promise.all([
    database.pool.query<Review & Record<string, unknown>>(`select ${reviewColumns} ${where} order by s.name, v.source_id, round(v.probability::numeric, 6) desc, v.target_id limit $3`, [...values, limit]),
    database.pool.query<{ total: number }>(`select count(*) as total from identity_reviews v join syncs s on s.id = v.sync_id ${where}`, values),
  ]);
  return { reviews: listed.rows, total: counted.rows[0]?.total ?? 0 };
}

/** findReviews finds questions by their id, or its first or last characters; at most two. */
export async function findReviews(database: Database, id: string): Promise<readonly Review[]> {
  // Only what can be a part of a UUID is looked for.
  if (!/^[0-9a-f-]{4,36}$/i.test(id)) return [];
  const { rows } = await database.pool.query<Review & Record<string, unknown>>(
    `select ${reviewColumns} where starts_with(v.id::text, $1) or right(v.id::text, length($1)) = $1 order by v.id limit 2`, [id.toLowerCase()]);
  return rows;
}

/**
 * acceptReview links the two records of a question, and closes the other questions about them. The values are written by
 * the next run that covers the record. Throws EntityConflict where the question is answered, or either record has been linked since.
 */
export async function acceptReview(database: Database, id: string, decision: Decision): Promise<void> {
  await database.kysely.transaction().execute(async (transaction) => {
    const review = await openReview(transaction, id);
    const target = await transaction.selectFrom('links').select('entity_id').where('object_id', '=', review.target_object_id).where('external_id', '=', review.target_id)
      .where('state', 'in', ['live', 'missing']).forUpdate().executeTakeFirst();
    if (target === undefined) throw new EntityConflict('The record of the target is gone.');
    const own = await transaction.selectFrom('links').select('entity_id').where('object_id', '=', review.source_object_id).where('external_id', '=', review.source_id)
      .where('state', 'in', ['live', 'missing']).forUpdate().executeTakeFirst();
    const sourceEntity = own?.entity_id ?? newId();
    if (own === undefined) {
      await sql`insert into links (object_id, external_id, entity_id) values (${review.source_object_id}, ${review.source_id}, ${sourceEntity})
        on conflict (object_id, external_id) do update set entity_id = excluded.entity_id, state = 'live'`.execute(transaction);
    }
    // A record that others know keeps its entity; otherwise the one that the target's record stands for stays.
    const [from, into] = own === undefined ? [sourceEntity, target.entity_id] : [target.entity_id, sourceEntity];
    await mergeEntities(transaction, { from, into, by: decision.by, reason: `question ${id} was answered with yes` });
    await forgetSeparation(transaction, { object: review.source_object_id, id: review.source_id }, { object: review.target_object_id, id: review.target_id });
    await answer(transaction, id, 'accepted', decision);
    await sql`update identity_reviews set state = 'superseded', decided_at = now() where state = 'open' and sync_id = ${review.sync_id}
      and (source_id = ${review.source_id} or target_id = ${review.target_id})`.execute(transaction);
  });
}

/** rejectReview notes that the two records of a question are two; no rule joins them again. Throws EntityConflict where the question is answered. */
export async function rejectReview(database: Database, id: string, decision: Decision): Promise<void> {
  await database.kysely.transaction().execute(async (transaction) => {
    const review = await openReview(transaction, id);
    await separate(transaction, { object: review.source_object_id, id: review.source_id }, { object: review.target_object_id, id: review.target_id }, decision);
    await answer(transaction, id, 'rejected', decision);
  });
}

type Transaction = Parameters<typeof mergeEntities>[0];

interface ReviewRow {
  readonly sync_id: number;
  readonly source_object_id: number;
  readonly source_id: string;
  readonly target_object_id: number;
  readonly target_id: string;
  readonly state: Review['state'];
}

async function openReview(transaction: Transaction, id: string): Promise<ReviewRow> {
  const { rows: [review] } = await sql<ReviewRow>`select sync_id, source_object_id, source_id, target_object_id, target_id, state from identity_reviews where id = ${id} for update`.execute(transaction);
  if (review === undefined) throw new EntityConflict('There is no such question.');
  if (review.state !== 'open') throw new EntityConflict(review.state === 'superseded' ? 'The question needs no answer any more.' : `The question was ${review.state} already.`);
  return review;
}

async function answer(transaction: Transaction, id: string, state: 'accepted' | 'rejected', { by, note }: Decision): Promise<void> {
  await sql`update identity_reviews set state = ${state}, decided_at = now(), decided_by = ${by}, note = ${note} where id = ${id}`.execute(transaction);
}
