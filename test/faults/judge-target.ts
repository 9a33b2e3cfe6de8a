import { sql } from 'kysely';
import type { Instance } from '../support/instance.js';

/** TargetVerdict compares three accounts of one sync: the source, the target with its own log, and the ledger. */
export interface TargetVerdict {
  readonly wanted: number;
  readonly lost: readonly string[];
  readonly duplicates: readonly string[];
  /** Members whose e-mail address or city is not that of their contact. */
  readonly wrong: readonly string[];
  /** Acknowledged creates in the ledger, and creates in the target's own log. */
  readonly ledger: number;
  readonly executed: number;
  readonly onlyInLedger: readonly string[];
  readonly onlyAtTarget: readonly string[];
  /** Writes that are neither acknowledged nor closed. */
  readonly open: number;
}

/** judgeTarget says whether every active contact is at the target once, as the ledger says. */
export async function judgeTarget(instance: Instance): Promise<TargetVerdict> {
  const contacts = (await instance.sandbox.records('crm', 'contacts')).filter((contact) => contact['status'] === 'active');
  const members = await instance.sandbox.records('mailing', 'members');
  const executed = (await instance.sandbox.ops('mailing', { object: 'members', by: 'api' })).filter(({ op }) => op === 'create').map(({ id }) => id);
  const bySource = new Map<string, typeof members>();
  for (const member of members) bySource.set(String(member['external_id']), [...(bySource.get(String(member['external_id'])) ?? []), member]);
  const ledger = await instance.database.kysely.selectFrom('writes').select('external_id').where('kind', '=', 'create').where('state', '=', 'acknowledged').execute();
  const { rows: [open] } = await sql<{ count: number }>`select count(*) as count from open_writes`.execute(instance.database.kysely);
  const ledgerIds = ledger.map((row) => row.external_id ?? '');
  return {
    wanted: contacts.length,
    lost: contacts.map(({ id }) => String(id)).filter((id) => !bySource.has(id)),
    duplicates: [...bySource].filter(([, found]) => found.length > 1).map(([id]) => id),
    wrong: contacts.filter(({ id, email, city }) => bySource.get(String(id))?.some((member) => member['email_address'] !== email || member['city'] !== city)).map(({ id }) => String(id)),
    ledger: ledgerIds.length,
    executed: executed.length,
    onlyInLedger: difference(ledgerIds, executed),
    onlyAtTarget: difference(executed, ledgerIds),
    open: open?.count ?? 0,
  };
}

function difference(left: readonly string[], right: readonly string[]): string[] {
  const known = new Set(right);
  return left.filter((id) => !known.has(id));
}
