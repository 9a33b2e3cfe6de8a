import { createHash } from 'node:crypto';
import { answerLink, type AnswerLinks } from '../../src/config/answer-links.js';
import type { TellApproversInput, ToldApprovers } from '../../src/contracts/approval.js';
import type { NewNotification } from '../../src/contracts/notification.js';
import { approvalNotice } from '../../src/domain/approval/notice.js';
import { recordApprovalEvent, type StoredApproval } from '../../src/store/approvals.js';
import type { Database } from '../../src/store/database.js';
import { delegationsInForce } from '../../src/store/delegations.js';
import { recordNotification } from '../../src/store/notifications.js';
import { peopleDirectory } from '../../src/store/people-directory.js';

/** ApprovalDependencies is what the activities of approvals work with. */
export interface ApprovalDependencies {
  readonly database: Database;
  /** Where links to answer by lead, and the keys that sign them; absent: notifications carry none. */
  readonly answerLinks?: AnswerLinks | undefined;
}

/** tellApprovers stores what the persons behind the entries are told: one notification for all, or one with a link of their own for each. */
export async function tellApprovers({ database, answerLinks }: ApprovalDependencies, approval: StoredApproval, { approvalId, event, told, answered }: TellApproversInput): Promise<ToldApprovers> {
  const persons = await personsToTell(database, approval, told, answered);
  const { severity, title, body } = approvalNotice(event, approval, persons);
  const common = { severity, department: approval.department, channels: [], title, groupKey: null } as const;
  const expiresAt = new Date(approval.openedAt.getTime() + approval.policy.expireAfterMs);
  // Nobody is left to answer once the question has lapsed.
  const linked = answerLinks === undefined || event === 'expiry' ? undefined : answerLinks;
  const notifications: NewNotification[] = linked === undefined
    ? [{ ...common, id: noticeId(approvalId, event, approval.hash, ''), body, link: null }]
    : persons.map((person) => ({
      ...common, id: noticeId(approvalId, event, approval.hash, person), body: `For ${person}.\n${body}`,
      link: answerLink(linked, { approvalId, person, hash: approval.hash, expiresAt }),
    }));
  await recordApprovalEvent(database, { approvalId, event, told: persons });
  for (const notification of notifications) await recordNotification(database, notification);
  return { notificationIds: notifications.map(({ id }) => id) };
}

async function personsToTell(database: Database, { requestedBy }: StoredApproval, entries: readonly string[], answered: readonly string[]): Promise<readonly string[]> {
  const [directory, delegations] = await Promise.all([peopleDirectory(database), delegationsInForce(database)]);
  const requester = requestedBy === null ? null : directory.personOf(requestedBy);
  const members = [...new Set(entries.flatMap((entry) => directory.peopleOf(entry)))].filter((person) => person !== requester && !answered.includes(person));
  const standIns = delegations.filter(({ from }) => members.includes(directory.personOf(from))).map(({ to }) => directory.personOf(to));
  return [...new Set([...members, ...standIns])].filter((person) => person !== requester && !answered.includes(person));
}

/** noticeId is a UUID of version 8 (RFC 9562), so that telling twice tells once. */
function noticeId(...parts: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
