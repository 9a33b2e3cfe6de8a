import {
  allHandlersFinished, ApplicationFailure, CancellationScope, condition, defineQuery, defineSignal, defineUpdate, isCancellation, patched, setHandler, upsertSearchAttributes,
} from '@temporalio/workflow';
import type { ApprovalAnswer, ApprovalInput, ApprovalResult, ApprovalStanding, DecideInput, DecideResult } from '../src/contracts/approval.js';
import { failureTypes } from '../src/contracts/failures.js';
import { approvalMessages, searchAttributes } from '../src/contracts/names.js';
import { answerProblem } from '../src/domain/approval/answer-problem.js';
import { answer, cancel, mayAnswer, openStanding, showAnew, type Judgement, type Standing } from '../src/domain/approval/standing.js';
import { nextMoment, passMoment } from '../src/domain/approval/timetable.js';
import { localApproval, quickApproval } from './activity-options.js';
import { ApprovalNotices } from './approval-notices.js';

/** The messages that an approval answers. */
const approve = defineSignal<[ApprovalAnswer]>(approvalMessages.approve);
const reject = defineSignal<[ApprovalAnswer]>(approvalMessages.reject);
const shownChanged = defineSignal<[{ readonly hash: string }]>(approvalMessages.shownChanged);
const decide = defineUpdate<DecideResult, [DecideInput]>(approvalMessages.decide);
const standingOf = defineQuery<ApprovalStanding>(approvalMessages.standing);

/** How long the end of a question that lapsed waits for people to be told so. */
const TELL_LAPSE_WITHIN = '10 minutes';

/** Questions that had been answered before 2026-11-28 were so in whatever order the people were found. */
const IN_TURN_PATCH = 'approval/2026-11-28-in-turn';

interface Judged extends Judgement {
  readonly person: string;
  readonly result: DecideResult;
}

/** approval puts a stored question to people, reminds and escalates while they do not answer, and ends with their decision or when it lapses. */
export async function approval({ approvalId }: ApprovalInput): Promise<ApprovalResult> {
  let standing: Standing | undefined;
  let shownTimes = 1;
  const notices = new ApprovalNotices(approvalId);
  let turn: Promise<unknown> = Promise.resolve();
  // Who answers is looked up outside, and what is asked first may be found last: answers are judged in the order in which they came.
  const inTurn = (judging: () => Promise<Judged>): Promise<Judged> => {
    if (!patched(IN_TURN_PATCH)) return judging();
    const judged = turn.then(judging, judging);
    turn = judged;
    return judged;
  };
  // A question that is cancelled while an answer is judged still keeps that answer.
  const take = (input: DecideInput): Promise<DecideResult> => CancellationScope.nonCancellable(async () => {
    await condition(() => standing !== undefined);
    const { person, verdict, onBehalfOf, result } = await inTurn(async () => {
      const answerer = await localApproval.findAnswerer({ approvalId, person: input.person });
      const judged = answer(current(standing), input, answerer);
      standing = judged.standing;
      return { ...judged, person: answerer.person, result: { ...describe(standing), verdict: judged.verdict } };
    });
    // A repeat is recorded already.
    if (verdict !== 'repeated') await quickApproval.recordAnswer({ approvalId, decisionId: input.decisionId, person, decision: input.decision, verdict, onBehalfOf });
    return result;
  });
  // Signals cannot be refused with an answer; one that cannot be read is passed over.
  const signalled = async (decision: DecideInput['decision'], given: ApprovalAnswer): Promise<void> => {
    if (answerProblem({ ...given, decision }) === null) await take({ ...given, decision });
  };
  setHandler(approve, (given) => signalled('approve', given));
  setHandler(reject, (given) => signalled('reject', given));
  // A cancellation while people are told would end the workflow from within this handler, and the question would stay open.
  setHandler(shownChanged, ({ hash }) => CancellationScope.nonCancellable(async () => {
    await condition(() => standing !== undefined);
    const before = current(standing);
    standing = showAnew(before, hash);
    if (standing !== before) await notices.tell({ event: `asked-${(shownTimes += 1)}`, told: mayAnswer(standing), answered: [] });
  }));
  setHandler(decide, take, { validator: (input) => { refuseUnreadable(answerProblem(input)); } });
  setHandler(standingOf, () => describe(standing));
  try {
    // Cancelled before it is read, the question is stored all the same, and has to be closed.
    standing = openStanding(await CancellationScope.nonCancellable(() => quickApproval.startApproval({ approvalId })));
    await notices.tell({ event: 'asked', told: mayAnswer(standing), answered: [] });
    for (let moment = nextMoment(current(standing)); moment !== undefined; moment = nextMoment(current(standing))) {
      const isClosed = await condition(() => current(standing).state !== 'open', Math.max(1, moment.atMs - Date.now()));
      if (isClosed) break;
      const { standing: next, event, told } = passMoment(current(standing), moment);
      standing = next;
      await notices.tell({ event, told, answered: next.involved });
    }
  } catch (error) {
    if (!isCancellation(error) || standing === undefined) throw error;
    standing = cancel(standing);
  }
  const { state } = standing;
  return CancellationScope.nonCancellable(async () => {
    const result = await quickApproval.finishApproval({ approvalId, state: state === 'open' ? 'cancelled' : state });
    upsertSearchAttributes({ [searchAttributes.outcome]: [result.state] });
    // Nobody needs to be reminded of what is decided; that a question lapsed is news.
    if (result.state === 'expired') await condition(() => notices.underWay === 0, TELL_LAPSE_WITHIN);
    notices.stop();
    await condition(allHandlersFinished);
    return result;
  });
}

/** Handlers see the standing only once it is there. */
function current(standing: Standing | undefined): Standing {
  if (standing === undefined) throw ApplicationFailure.nonRetryable('The approval has not been read yet.');
  return standing;
}

function describe(standing: Standing | undefined): ApprovalStanding {
  if (standing === undefined) return { state: 'open', hash: null, approvedBy: [], missing: 0 };
  const { state, hash, approvedBy, asked } = standing;
  return { state, hash, approvedBy, missing: state === 'open' ? asked.policy.quorum - approvedBy.length : 0 };
}

function refuseUnreadable(problem: string | null): void {
  if (problem !== null) throw ApplicationFailure.nonRetryable(problem, failureTypes.badInput);
}
