import type { JsonObject } from '../contracts/json.js';
import type { StagedStatus } from '../contracts/reconciliation.js';
import type { CrosswalkScope } from './crosswalk.js';
import { execute, type Database } from './database.js';
import { withJoined } from './entity-joins.js';
import { storableJson } from './storable-json.js';

/** StagedSide is what was kept of a record; values that are absent are those of the base. */
export interface StagedSide {
  readonly status: StagedStatus;
  readonly values: JsonObject | null;
  readonly fingerprint: string | null;
  readonly updatedMs: number | null;
  readonly version: string | null;
  readonly remapped: boolean;
}

/** StoredFacts is what the database knows of a pair now. */
export interface StoredFacts {
  readonly number: number;
  readonly source: StagedSide | null;
  readonly target: StagedSide | null;
  readonly entityId: string | null;
  readonly linkedSourceId: string | null;
  readonly linkedTargetId: string | null;
  readonly targetVersion: string | null;
  readonly deletedByUs: boolean;
  readonly base: { readonly values: JsonObject; readonly state: 'live' | 'removed' | 'unlinked' | 'kept'; readonly fingerprint: string | null } | null;
  readonly letter: { readonly message: string; readonly firstMs: number } | null;
  readonly lastWrite: { readonly id: string; readonly atMs: number } | null;
}

const staged = (side: 'source' | 'target'): string => `
  left join lateral (
    select jsonb_build_object('status', status, 'values', "values", 'fingerprint', encode(fingerprint, 'hex'), 'updatedMs', updated_ms, 'version', version, 'remapped', remapped) as kept
    from reconciliation_records where reconciliation_id = $2 and side = '${side}' and external_id = p.${side === 'source' ? 's' : 't'} offset 0) ${side} on true`;

// A source record whose link has gone is looked for by what stands for its entity now.
const factsStatement = {
  name: 'reconciliation-facts',
  text: `
    select p.n as number, source.kept as source, target.kept as target, e.id as "entityId", ls.external_id as "linkedSourceId", lt.external_id as "linkedTargetId",
      lt.version as "targetVersion", coalesce(tl.state = 'gone', false) as "deletedByUs",
      case when b.state is not null then jsonb_build_object('values', b."values", 'state', b.state, 'fingerprint', encode(b.fingerprint, 'hex')) end as base,
      d.letter, w.write as "lastWrite"
    from jsonb_to_recordset($1::jsonb) as p(n integer, s text, t text)
    ${staged('source')}
    ${staged('target')}
    left join lateral (select entity_id, state from links where object_id = $3 and external_id = p.s offset 0) sl on true
    left join lateral (select entity_id, state from links where object_id = $4 and external_id = p.t offset 0) tl on true
    left join lateral (select case when sl.entity_id is not null then sl.entity_id when tl.state in ('live', 'missing') then tl.entity_id end as id offset 0) e on true
    left join lateral (select external_id from links where object_id = $3 and entity_id = e.id and state in ('live', 'missing') offset 0) ls on true
    left join lateral (select external_id, version from links where object_id = $4 and entity_id = e.id and state in ('live', 'missing') offset 0) lt on true
    left join lateral (select "values", state, fingerprint from bases where sync_id = $5 and entity_id = e.id offset 0) b on true
    left join lateral (
      select jsonb_build_object('message', message, 'firstMs', (extract(epoch from first_at) * 1000)::bigint) as letter
      from dead_letters where sync_id = $5 and source_id = coalesce(p.s, ls.external_id) and state = 'open' limit 1 offset 0) d on true
    left join lateral (
      select jsonb_build_object('id', i.id, 'atMs', (extract(epoch from o.settled_at) * 1000)::bigint) as write
      from intents i join outcomes o on o.write_id = i.id and o.state = 'acknowledged'
      where i.entity_id = any(${withJoined('e.id')}) and i.sync_id = $5 order by i.id desc limit 1 offset 0) w on true
    order by p.n`,
};

/** storedFacts looks up what is known of pairs: what was read of them, their links, base, dead letter and last write. */
export async function storedFacts(
  database: Database, reconciliationId: string, scope: CrosswalkScope, pairs: readonly { readonly number: number; readonly sourceId: string | null; readonly targetId: string | null }[],
): Promise<StoredFacts[]> {
  if (pairs.length === 0) return [];
  const rows = pairs.map(({ number, sourceId, targetId }) => ({ n: number, s: sourceId ?? undefined, t: targetId ?? undefined }));
  return execute<StoredFacts & Record<string, unknown>>(database, factsStatement, [storableJson(rows), reconciliationId, scope.sourceObject, scope.targetObject, scope.syncNumber]);
}
