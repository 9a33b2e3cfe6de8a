import type pg from 'pg';
import type { QualityCounts, QualityPlace, QualityProblem } from '../contracts/quality.js';
import type { Database } from './database.js';
import { inTransaction } from './in-transaction.js';
import { newId } from './new-id.js';
import type { QualityRun } from './quality-runs.js';
import { storableJson } from './storable-json.js';

/** QualityKey is a hashed value by which records are compared; slots count from 1. */
export interface QualityKey {
  readonly slot: number;
  /** Hex. */
  readonly key: string;
  readonly recordId: string;
  /** Whether the record is invalid by its own values already. */
  readonly flagged: boolean;
}

/** NewFinding is a value that breaks a rule, with what a person may see of it. */
export interface NewFinding extends QualityProblem {
  readonly recordId: string;
  readonly excerpt: string | null;
  /** Whether the declared repairs mend it. */
  readonly repairable: boolean;
}

/** CheckedPage is what the records of a page came to. */
export interface CheckedPage {
  readonly counts: QualityCounts;
  readonly keys: readonly QualityKey[];
  readonly findings: readonly NewFinding[];
}

/**
 * storePage checks a page and stores what it came to together with the place after it, in one transaction: an attempt
 * that is repeated counts nothing twice. `check` is given which of the records the run has not come across before. False
 * when another attempt has taken over; then nothing is stored.
 */
export async function storePage(
  database: Database,
  run: Pick<QualityRun, 'id' | 'epoch' | 'quality'>,
  page: { readonly records: readonly { readonly id: string; readonly key: string }[]; readonly placeAfter: QualityPlace },
  check: (fresh: ReadonlySet<string>) => CheckedPage,
): Promise<CheckedPage | undefined> {
  return inTransaction(database.pool, async (client) => {
    // Held until the end, so that two attempts at the same page come one after the other.
    const held = await client.query('select 1 from quality_runs where id = $1 and epoch = $2 for update', [run.id, run.epoch]);
    if (held.rowCount === 0) return undefined;
    const checked = check(await addRecords(client, run.id, page.records));
    await addKeys(client, run.id, checked.keys);
    await addFindings(client, run, checked.findings);
    await client.query('update quality_runs set place = $2, counts = $3, stalls = 0, failures = 0, moved_at = now() where id = $1', [run.id, JSON.stringify(page.placeAfter), storableJson(checked.counts)]);
    return checked;
  });
}

async function addRecords(client: pg.PoolClient, runId: string, records: readonly { readonly id: string; readonly key: string }[]): Promise<Set<string>> {
  const { rows } = await client.query<{ record_id: string }>(
    `insert into quality_keys (run_id, slot, key, record_id, flagged) select $1, 0, decode(k, 'hex'), i, false from unnest($2::text[], $3::text[]) as r(k, i)
     on conflict do nothing returning record_id`,
    [runId, records.map(({ key }) => key), records.map(({ id }) => storableText(id))],
  );
  const added = new Set(rows.map((row) => row.record_id));
  return new Set(records.map(({ id }) => id).filter((id) => added.has(storableText(id))));
}

async function addKeys(client: pg.PoolClient, runId: string, keys: readonly QualityKey[]): Promise<void> {
  if (keys.length === 0) return;
  await client.query(
    `insert into quality_keys (run_id, slot, key, record_id, flagged) select $1, s, decode(k, 'hex'), i, f
     from unnest($2::smallint[], $3::text[], $4::text[], $5::boolean[]) as r(s, k, i, f) on conflict do nothing`,
    [runId, keys.map(({ slot }) => slot), keys.map(({ key }) => key), keys.map(({ recordId }) => storableText(recordId)), keys.map(({ flagged }) => flagged)],
  );
}

/** addFindings stores findings within a transaction; one that is there already stays. */
export async function addFindings(client: Pick<pg.PoolClient, 'query'>, run: Pick<QualityRun, 'id' | 'quality'>, findings: readonly NewFinding[]): Promise<void> {
  if (findings.length === 0) return;
  await client.query(
    `insert into quality_findings (id, run_id, name, rule, field, "check", record_id, message, excerpt, repairable)
     select r.id, $2, $3, r.rule, r.field, r.check, r."recordId", r.message, r.excerpt, r.repairable
     from jsonb_to_recordset($1::jsonb) as r(id uuid, rule text, field text, "check" text, "recordId" text, message text, excerpt text, repairable boolean)
     on conflict (run_id, rule, record_id) do nothing`,
    [storableJson(findings.map((finding) => ({ id: newId(), ...finding }))), run.id, run.quality],
  );
}

// PostgreSQL's text has no U+0000.
function storableText(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}
