import { createHash } from 'node:crypto';
import type { ApprovalResult, ApprovalState, Decision, AnswerVerdict, NewApproval, RecordAnswerInput } from '../contracts/approval.js';
import type { JsonObject } from '../contracts/json.js';
import { policyProblem } from '../domain/approval/check-policy.js';
import { canonicalJson } from '../domain/canonical-json.js';
import type { Database } from './database.js';
import { peopleDirectory } from './people-directory.js';
import { storableJson } from './storable-json.js';

/** StoredApproval is an approval as the database has it. */
export interface StoredApproval extends NewApproval {
  /** SHA-256 of the title and of what is shown, as hexadecimal digits. */
  readonly hash: string;
  readonly state: ApprovalState;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
}

/** ApprovalPolicyError says why a question cannot be put as it is. */
export class ApprovalPolicyError extends Error {
  override readonly name = 'ApprovalPolicyError';
}

/** shownHash is the hash that an answer is bound to. */
export function shownHash(title: string, shown: JsonObject): string {
  return createHash('sha256').update(canonicalJson({ title, shown }, { allowLoneSurrogates: true })).digest('hex');
}

/**
 * openApproval stores a question before its workflow starts; one that is stored under the id already stays as it is.
 * @throws ApprovalPolicyError where nobody could ever answer it.
 */
export async function openApproval(database: Database, approval: NewApproval): Promise<void> {
  const problem = policyProblem(approval, await peopleDirectory(database));
  if (problem !== null) throw new ApprovalPolicyError(problem);
  const { id, runId, title, shown, policy, requestedBy, department } = approval;
  await database.pool.query(
    `insert into approvals (id, run_id, title, shown, hash, policy, requested_by, department) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing`,
    [id, runId, title, storableJson(shown), shownHash(title, shown), storableJson(policy), requestedBy, department],
  );
}

/** reviseApproval replaces what an open approval shows and gives the new hash, for the signal `shownChanged`; undefined where none is open. */
export async function reviseApproval(database: Database, id: string, shown: JsonObject): Promise<string | undefined> {
  const found = await findApproval(database, id);
  if (found === undefined) return undefined;
  const hash = shownHash(found.title, shown);
  const { rowCount } = await database.pool.query(`update approvals set shown = $2, hash = $3 where id = $1 and state = 'open'`, [id, storableJson(shown), hash]);
  return rowCount === 1 ? hash : undefined;
}

const columns = `id, run_id as "runId", title, shown, hash, policy, requested_by as "requestedBy", department, state, opened_at as "openedAt", closed_at as "closedAt"`;

/** findApproval is an approval by its id; undefined where there is none. */
export async function findApproval(database: Database, id: string): Promise<StoredApproval | undefined> {
  const { rows } = await database.pool.query<StoredApproval>(`select ${columns} from approvals where id::text = $1`, [id.toLowerCase()]);
  return rows[0];
}

/** recentApprovals are the newest approvals, those that have ended too, newest first. */
export async function recentApprovals(database: Database, limit: number): Promise<StoredApproval[]> {
  const { rows } = await database.pool.query<StoredApproval>(`select ${columns} from approvals order by opened_at desc, id desc limit $1`, [limit]);
  return rows;
}

/** openApprovals are the approvals that wait for people, oldest first. */
export async function openApprovals(database: Database, limit: number): Promise<StoredApproval[]> {
  const { rows } = await database.pool.query<StoredApproval>(`select ${columns} from approvals where state = 'open' order by opened_at, id limit $1`, [limit]);
  return rows;
}

/** storeComment keeps what a person says to a decision, before the decision is sent; a repeat changes nothing. */
export async function storeComment(database: Database, comment: { readonly approvalId: string; readonly decisionId: string; readonly text: string }): Promise<void> {
  await database.pool.query(
    'insert into approval_comments (decision_id, approval_id, comment) values ($1, $2, $3) on conflict do nothing', [comment.decisionId, comment.approvalId, comment.text],
  );
}

/** recordAnswer stores what a person answered and what became of it; a decision that was accepted stays so. */
export async function recordAnswer(database: Database, { approvalId, decisionId, person, decision, verdict, onBehalfOf }: RecordAnswerInput): Promise<void> {
  await database.pool.query(
    `insert into approval_answers (approval_id, decision_id, person, decision, verdict, on_behalf_of) values ($1, $2, $3, $4, $5, $6)
     on conflict (approval_id, decision_id) do update set person = excluded.person, decision = excluded.decision, verdict = excluded.verdict, on_behalf_of = excluded.on_behalf_of, at = now() where approval_answers.verdict <> 'accepted'`,
    [approvalId, decisionId, person, decision, verdict, onBehalfOf],
  );
}

/** ApprovalEvent is a question, a reminder, an escalation or the expiry, with the persons who were told. */
export interface ApprovalEvent {
  readonly event: string;
  readonly told: readonly string[];
  readonly at: Date;
}

/** recordApprovalEvent stores an event, once each. */
export async function recordApprovalEvent(database: Database, { approvalId, event, told }: { readonly approvalId: string } & Pick<ApprovalEvent, 'event' | 'told'>): Promise<void> {
  await database.pool.query('insert into approval_events (approval_id, event, told) values ($1, $2, $3) on conflict do nothing', [approvalId, event, told]);
}

/** closeApproval ends an approval and gives how it ended; one that has ended keeps its first end. */
export async function closeApproval(database: Database, { approvalId, state }: ApprovalResult): Promise<ApprovalResult['state']> {
  await database.pool.query(`update approvals set state = $2, closed_at = now() where id = $1 and state = 'open'`, [approvalId, state]);
  const { rows } = await database.pool.query<{ state: ApprovalResult['state'] }>('select state from approvals where id = $1', [approvalId]);
  return rows[0]?.state ?? state;
}

/** RecordedAnswer is an answer as it was judged. */
export interface RecordedAnswer {
  readonly decisionId: string;
  readonly person: string;
  /** Person in whose place it was given; null: none. */
  readonly onBehalfOf: string | null;
  readonly decision: Decision;
  readonly verdict: AnswerVerdict;
  readonly comment: string | null;
  readonly at: Date;
}

/** answersOf are the answers to an approval, oldest first, refused ones too. */
export async function answersOf(database: Database, approvalId: string): Promise<RecordedAnswer[]> {
  const { rows } = await database.pool.query<RecordedAnswer>(
    `select a.decision_id as "decisionId", person, on_behalf_of as "onBehalfOf", decision, verdict, comment, at from approval_answers a
     left join approval_comments c on c.approval_id = a.approval_id and c.decision_id = a.decision_id
     where a.approval_id = $1 order by at, a.decision_id`, [approvalId],
  );
  return rows;
}

/** eventsOf are what people were told of an approval, oldest first. */
export async function eventsOf(database: Database, approvalId: string): Promise<ApprovalEvent[]> {
  const { rows } = await database.pool.query<ApprovalEvent>('select event, told, at from approval_events where approval_id = $1 order by at, event', [approvalId]);
  return rows;
}
