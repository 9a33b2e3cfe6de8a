import type { AnswerView } from '../../contracts/approval-view.js';
import { approvalDetail } from '../../store/approval-view.js';
import { findApproval } from '../../store/approvals.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import { moment } from '../terminal/wording.js';
import { approvalText } from './approvals-report.js';

/** showApprovalReport is what `crosswalk approvals show` says: the question, who was told, and who answered what; throws CommandError where there is none. */
export async function showApprovalReport({ session }: CommandContext, id: string): Promise<Report> {
  const database = await session.database();
  const approval = await findApproval(database, id);
  if (approval === undefined) throw badInput(`There is no approval "${id.slice(0, 60)}".`, { todo: 'See "crosswalk approvals" for those that wait.' });
  const detail = await approvalDetail(database, approval);
  return {
    data: detail,
    text: () => [
      approvalText(approval), `  state  ${approval.state}${approval.closedAt === null ? '' : ` since ${moment(approval.closedAt)}`}`, '',
      ...detail.events.map(({ event, told, at }) => `${moment(at)}  ${event}${told.length === 0 ? '' : `: ${told.map(printable).join(', ')}`}`),
      ...detail.answers.map((answer) => `${moment(answer.at)}  ${answerText(answer)}`),
    ].join('\n'),
  };
}

function answerText({ person, onBehalfOf, decision, verdict, comment }: AnswerView): string {
  return `${printable(person)}${onBehalfOf === null ? '' : ` for ${printable(onBehalfOf)}`}: ${decision}, ${verdict}${comment === null ? '' : `  “${printable(comment)}”`}`;
}
