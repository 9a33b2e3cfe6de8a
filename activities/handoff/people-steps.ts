import { createHash } from 'node:crypto';
import type { ApprovalState } from '../../src/contracts/approval.js';
import type { AskedApproval, StepInput, StepState, ToldPeople } from '../../src/contracts/handoff.js';
import { stepPath } from '../../src/contracts/ids.js';
import { questionOf, type Question } from '../../src/domain/handoff/question.js';
import { StepProblem } from '../../src/domain/handoff/step-problem.js';
import { fillText } from '../../src/domain/handoff/values.js';
import { ApprovalPolicyError } from '../../src/store/approvals.js';
import { endStep, forgetStepFailures } from '../../src/store/handoff-steps.js';
import { definitionUnusable } from '../failure.js';
import type { HandoffDependencies, PeopleStore } from './dependencies.js';
import { enterStep, loadStep } from './handoff-context.js';

/** askApproval stores the question of an approval step, once however often it is called. */
export async function askApproval({ database, people }: HandoffDependencies, input: StepInput): Promise<AskedApproval> {
  const context = await loadStep(database, input);
  const { step, handoff, path, values, definition } = context;
  if (step.kind !== 'approval' || !(await enterStep(context))) {
    await endStep(database, handoff.id, path, { state: 'skipped' });
    return { approvalId: null };
  }
  const { title, shown, requestedBy } = askable(() => questionOf(step, values, definition.timeZone));
  const { approvers, quorum, remindAfterMs, escalateAfterMs, escalateTo, expireAfterMs, department } = step;
  await storeOf(people).openApproval(database, {
    id: context.idempotencyKey, runId: handoff.id, title, shown, requestedBy, department,
    policy: { approvers, quorum, remindAfterMs, escalateAfterMs, escalateTo, expireAfterMs },
  }).catch((error: unknown) => {
    // Asking again would not make it answerable.
    throw error instanceof ApprovalPolicyError ? definitionUnusable(`cannot be asked: ${error.message}`) : error;
  });
  return { approvalId: context.idempotencyKey };
}

function askable(make: () => Question): Question {
  try {
    return make();
  } catch (error) {
    throw error instanceof StepProblem ? definitionUnusable(error.message) : error;
  }
}

/** tellPeople stores the notification of a step, once however often it is called; delivering it is the next thing. */
export async function tellPeople({ database, people }: HandoffDependencies, input: StepInput): Promise<ToldPeople> {
  const context = await loadStep(database, input);
  const { step, handoff, path, values } = context;
  if (step.kind !== 'notify' || !(await enterStep(context))) {
    await endStep(database, handoff.id, path, { state: 'skipped' });
    return { notificationId: null };
  }
  const { severity, department, channels } = step;
  const groupKey = createHash('sha256').update(`${handoff.handoff}/${step.name}`).digest('hex').slice(0, 16);
  await storeOf(people).recordNotification(database, {
    id: context.idempotencyKey, severity, department, channels, title: fillText(step.text, values), body: fillText(step.body, values), groupKey, link: null,
  });
  return { notificationId: context.idempotencyKey };
}

function storeOf(people: PeopleStore | undefined): PeopleStore {
  if (people === undefined) throw definitionUnusable('This worker has no way to ask or tell people; start it with approvals and notifications.');
  return people;
}

/** recordStep stores what a wait or an approval came to, or that a step begins again. */
export async function recordStep(
  { database }: HandoffDependencies, input: StepInput & { readonly state: StepState; readonly event?: string | null; readonly approval?: ApprovalState },
): Promise<void> {
  const path = stepPath(input);
  if (input.state === 'running') return forgetStepFailures(database, input.runId, path);
  const output = input.event !== undefined ? { event: input.event } : input.approval === undefined ? undefined : { state: input.approval };
  await endStep(database, input.runId, path, { state: input.state, ...(output === undefined ? {} : { output }) });
}
