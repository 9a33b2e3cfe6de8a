import { expect, test } from 'vitest';
import type { ApprovalPolicy } from '../../../../src/contracts/approval.js';
import { answerProblem } from '../../../../src/domain/approval/answer-problem.js';
import { policyProblem } from '../../../../src/domain/approval/check-policy.js';

const policy: ApprovalPolicy = { approvers: ['ada', 'bea'], quorum: 1, remindAfterMs: [10, 20], escalateAfterMs: null, escalateTo: [], expireAfterMs: 40 };

test.each([
  { name: 'fits', more: {}, requestedBy: 'ada', says: null },
  { name: 'asks more people than there are besides who asks', more: { quorum: 2 }, requestedBy: 'ada', says: 'only 1 others' },
  { name: 'counts those it escalates to', more: { quorum: 2, escalateAfterMs: 5, escalateTo: ['dan'] }, requestedBy: 'ada', says: null },
  { name: 'asks nobody', more: { quorum: 0 }, requestedBy: null, says: 'quorum' },
  { name: 'never lapses', more: { expireAfterMs: 0 }, requestedBy: null, says: 'lapses' },
  { name: 'reminds backwards', more: { remindAfterMs: [20, 10] }, requestedBy: null, says: 'ascend' },
])('a policy that $name', ({ more, requestedBy, says }) => {
  const problem = policyProblem({ policy: { ...policy, ...more }, requestedBy });
  if (says === null) expect(problem).toBeNull();
  else expect(problem).toContain(says);
});

test.each([
  { input: { decisionId: '1', person: 'ada', hash: 'h', decision: 'approve' }, says: null },
  { input: { decisionId: '1', person: 'ada', hash: 'h', decision: 'maybe' }, says: 'decision has' },
  { input: { decisionId: '', person: 'ada', hash: 'h', decision: 'reject' }, says: 'decisionId' },
  { input: { decisionId: '1', person: 'a'.repeat(101), hash: 'h', decision: 'reject' }, says: 'person' },
  { input: { decisionId: '1', person: 'ada', hash: 7, decision: 'reject' }, says: 'hash' },
  { input: null, says: 'object' },
])('the answer $input is readable, or it is said why not', ({ input, says }) => {
  if (says === null) expect(answerProblem(input)).toBeNull();
  else expect(answerProblem(input)).toContain(says);
});
