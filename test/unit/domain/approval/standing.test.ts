import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answerer, DecideInput, StartedApproval } from '../../../../src/contracts/approval.js';
import { answer, cancel, mayAnswer, openStanding, showAnew, type Standing } from '../../../../src/domain/approval/standing.js';
import { nextMoment, passMoment } from '../../../../src/domain/approval/timetable.js';

const asked: StartedApproval = {
  hash: 'h1', requestedBy: 'carl', openedAtMs: 1_000,
  policy: { approvers: ['ada', 'bea', 'carl'], quorum: 2, remindAfterMs: [10, 20], escalateAfterMs: 15, escalateTo: ['dan'], expireAfterMs: 40 },
};
const by = (person: string, more: Partial<DecideInput> = {}): DecideInput => ({ decisionId: `of-${person}`, person, hash: 'h1', decision: 'approve', ...more });

/** Who answers where nobody is in a team and nobody has delegated. */
const alone = (person: string): Answerer => ({ person, isRequester: person === asked.requestedBy, under: [person], standsInFor: [] });

/** Answers one after another, and gives the last standing with all verdicts. */
function after(answers: readonly DecideInput[], start = openStanding(asked)) {
  const verdicts: string[] = [];
  const standing = answers.reduce<Standing>((now, input) => {
    const { standing: next, verdict } = answer(now, input, alone(input.person));
    verdicts.push(verdict);
    return next;
  }, start);
  return { standing, verdicts };
}

describe('an approval', () => {
  test.each([
    { name: 'is approved by as many as the quorum', answers: [by('ada'), by('bea')], verdicts: ['accepted', 'accepted'], state: 'approved' },
    { name: 'is rejected by one', answers: [by('ada'), by('bea', { decision: 'reject' })], verdicts: ['accepted', 'accepted'], state: 'rejected' },
    { name: 'counts a repeat once', answers: [by('ada'), by('ada')], verdicts: ['accepted', 'repeated'], state: 'open' },
    { name: 'counts a person once', answers: [by('ada'), by('ada', { decisionId: 'again' })], verdicts: ['accepted', 'answered-before'], state: 'open' },
    { name: 'lets a person take an approval back by a rejection', answers: [by('ada'), by('ada', { decisionId: 'again', decision: 'reject' })], verdicts: ['accepted', 'accepted'], state: 'rejected' },
    { name: 'is not decided by who asked', answers: [by('carl'), by('carl', { decision: 'reject' })], verdicts: ['own-request', 'own-request'], state: 'open' },
    { name: 'is not decided by strangers', answers: [by('dan')], verdicts: ['no-approver'], state: 'open' },
    { name: 'refuses an answer to something else', answers: [by('ada', { hash: 'h0' })], verdicts: ['stale'], state: 'open' },
    { name: 'takes no answer after the decision', answers: [by('ada', { decision: 'reject' }), by('bea')], verdicts: ['accepted', 'closed'], state: 'rejected' },
  ])('$name', ({ answers, verdicts, state }) => {
    const { standing, verdicts: given } = after(answers);
    expect({ verdicts: given, state: standing.state }).toEqual({ verdicts, state });
  });

  test('asks again when something else is shown: earlier approvals no longer count', () => {
    const shown = showAnew(after([by('ada')]).standing, 'h2');
    expect(shown.approvedBy).toEqual([]);
    const { standing, verdicts } = after([by('bea'), by('bea', { decisionId: 'b2', hash: 'h2' }), by('ada', { decisionId: 'a2', hash: 'h2' })], shown);
    expect(verdicts).toEqual(['stale', 'accepted', 'accepted']);
    expect(standing.state).toBe('approved');
  });

  test('reminds those who have not answered, escalates, and lapses, in the order of time', () => {
    const told: unknown[] = [];
    let { standing } = after([by('ada')]);
    for (let moment = nextMoment(standing); moment !== undefined; moment = nextMoment(standing)) {
      const passed = passMoment(standing, moment);
      told.push([moment.atMs, passed.event, passed.told]);
      ({ standing } = passed);
    }
    expect(told).toEqual([[1_010, 'reminder-1', ['bea']], [1_015, 'escalation', ['dan']], [1_020, 'reminder-2', ['bea', 'dan']], [1_040, 'expiry', []]]);
    expect(standing.state).toBe('expired');
  });
});

const person = fc.constantFrom('ada', 'bea', 'carl', 'dan', 'eve');
const step = fc.oneof(
  fc.record({ person, decisionId: fc.constantFrom('1', '2', '3', '4', '5', '6'), hash: fc.constantFrom('h1', 'h2'), decision: fc.constantFrom<DecideInput['decision'][]>('approve', 'approve', 'reject') }),
  fc.constantFrom('time', 'cancel', 'show-h1', 'show-h2'),
);

function take(standing: Standing, given: DecideInput | string): Standing {
  if (typeof given !== 'string') return answer(standing, given, alone(given.person)).standing;
  if (given === 'cancel') return cancel(standing);
  if (given !== 'time') return showAnew(standing, given.slice('show-'.length));
  const moment = nextMoment(standing);
  return moment === undefined ? standing : passMoment(standing, moment).standing;
}

describe('whatever comes in whatever order', () => {
  test('one decision wins, by enough different people who may, none of whom asked', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let standing = openStanding(asked);
      for (const given of steps) {
        const before = standing;
        standing = take(before, given);
        if (before.state !== 'open') expect(standing).toEqual(before);
        if (before.state === 'open' && standing.state === 'approved') {
          expect(new Set(standing.approvedBy).size).toBe(asked.policy.quorum);
          expect(typeof given === 'string' ? null : given.hash).toBe(before.hash);
        }
        expect(standing.approvedBy).not.toContain('carl');
        for (const name of standing.approvedBy) expect(mayAnswer(standing)).toContain(name);
      }
    }));
  });

  test('an answer that comes again changes nothing', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const once = steps.reduce(take, openStanding(asked));
      const twice = steps.reduce<Standing>((standing, given) => (typeof given === 'string' ? take(standing, given) : take(take(standing, given), given)), openStanding(asked));
      expect(twice).toEqual(once);
    }));
  });
});
