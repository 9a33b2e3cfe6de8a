import type { Database } from './database.js';

/** QualityFinding is a value, or a record, that breaks a rule by the newest run. */
export interface QualityFinding {
  readonly id: string;
  readonly quality: string;
  readonly rule: string;
  readonly field: string;
  readonly check: string;
  readonly recordId: string;
  readonly message: string;
  readonly excerpt: string | null;
  readonly repairable: boolean;
}

/** FindingFilter narrows a list of findings. */
export interface FindingFilter {
  readonly quality: string;
  readonly runId: string;
  readonly rule?: string;
  /** Only what the declared repairs mend, or only what they do not. */
  readonly repairable?: boolean;
  readonly limit: number;
}

// What a person has found right as it is is no longer asked about.
const notReviewed = 'not exists (select 1 from quality_reviews v where v.name = f.name and v.rule = f.rule and v.record_id = f.record_id)';

/** qualityFindings are the findings of a run that nobody has reviewed, by rule and record. */
export async function qualityFindings(database: Database, { quality, runId, rule, repairable, limit }: FindingFilter): Promise<QualityFinding[]> {
  const { rows } = await database.pool.query<QualityFinding>(
    `select id, name as quality, rule, field, "check", record_id as "recordId", message, excerpt, repairable from quality_findings f
     where name = $1 and run_id = $2 and ($3::text is null or rule = $3) and ($4::boolean is null or repairable = $4) and ${notReviewed}
     order by rule, record_id limit $5`,
    [quality, runId, rule ?? null, repairable ?? null, limit],
  );
  return rows;
}

/** FindingGroup is how many findings of a rule wait for a person, or for a repair. */
export interface FindingGroup {
  readonly rule: string;
  readonly repairable: boolean;
  readonly count: number;
  readonly example: string;
}

/** findingGroups counts the kept findings of a run that nobody has reviewed, by rule. */
export async function findingGroups(database: Database, quality: string, runId: string): Promise<FindingGroup[]> {
  const { rows } = await database.pool.query<FindingGroup>(
    `select rule, repairable, count(*) as count, min(message) as example from quality_findings f
     where name = $1 and run_id = $2 and ${notReviewed} group by rule, repairable order by rule, repairable desc`,
    [quality, runId],
  );
  return rows;
}

/** findFindings finds those of a definition whose id is, begins or ends with a text; at most two, which is enough to see that it is ambiguous. */
export async function findFindings(database: Database, quality: string, idPart: string): Promise<QualityFinding[]> {
  // Only what can be a part of a UUID gets into the pattern.
  if (!/^[0-9a-f-]{4,36}$/i.test(idPart)) return [];
  const part = idPart.toLowerCase();
  const { rows } = await database.pool.query<QualityFinding>(
    `select id, name as quality, rule, field, "check", record_id as "recordId", message, excerpt, repairable from quality_findings f
     where name = $1 and (id::text like $2 or id::text like $3) limit 2`,
    [quality, `${part}%`, `%${part}`],
  );
  return rows;
}

/** acceptFinding notes that a person has found a value right as it is; later runs still count it, but it is no longer listed. */
export async function acceptFinding(database: Database, { quality, rule, recordId }: QualityFinding, reason: string): Promise<void> {
  await database.kysely.insertInto('quality_reviews').values({ name: quality, rule, record_id: recordId, reason })
    .onConflict((conflict) => conflict.columns(['name', 'rule', 'record_id']).doUpdateSet({ reason, reviewed_at: new Date() })).execute();
}
