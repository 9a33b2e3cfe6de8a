import { userInfo } from 'node:os';
import { approvePlan, PlanRefusedError } from '../../store/plans.js';
import { badInput } from '../command-error.js';
import { plannedTotal } from '../runs/plan-text.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { printable } from '../terminal/printable.js';
import { counted } from '../terminal/wording.js';
import { findPlan } from './find-plan.js';
import { planAdvice } from './plans-text.js';

/** ApproveOptions is what an approval says. */
export interface ApproveOptions {
  readonly hash: string;
  /** Whose approval it is; the user of the operating system unless given. */
  readonly as?: string;
}

/** approve is what `crosswalk plans approve` does; throws CommandError where the plan has another hash. */
export async function approve({ session }: CommandContext, id: string, { hash, as }: ApproveOptions): Promise<Report> {
  const database = await session.database();
  const by = (as ?? userInfo().username).trim();
  if (by === '' || by.length > 100 || /\p{Cc}/u.test(by)) throw badInput('Whose approval it is must be a name of up to 100 characters on one line.', { todo: 'Give it with --as.' });
  const found = await findPlan(database, id);
  try {
    const plan = await approvePlan(database, found.id, { hash, by });
    const earlier = found.approvedBy === null ? '' : ' It was approved before; the first approval stands.';
    return {
      data: { plan },
      text: () => [`The plan ${plan.id}, ${counted(plannedTotal(plan.counts), 'write')}, is approved by ${printable(plan.approvedBy ?? by)}.${earlier}`, ...planAdvice(plan, plannedTotal(plan.counts))].join('\n'),
    };
  } catch (error) {
    if (!(error instanceof PlanRefusedError)) throw error;
    throw badInput(error.message, { where: `plan ${found.id}`, todo: `Look at the plan with "crosswalk plans show ${found.id}", and give the hash that it shows.` });
  }
}
